package io.skein.lab.edge;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What the devices did.
 *
 * @param latenessNanos how late readings were sent that nothing but this process held back
 * @param heldBack readings that were late because the connection took no more
 * @param losses connections that ended by themselves, in words
 */
record FleetAccount(
        long sent,
        long acknowledged,
        long refused,
        long unsettled,
        long unsent,
        long heldBack,
        Histogram latenessNanos,
        List<String> losses) {
    /** Adds up devices. */
    static final class Sum {
        long sent;
        long acknowledged;
        long refused;
        long unsettled;
        long unsent;
    }
}
