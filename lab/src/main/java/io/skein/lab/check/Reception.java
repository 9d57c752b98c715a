package io.skein.lab.check;

import io.skein.lab.measure.SequenceLedger;
import io.skein.mqtt.QoS;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one session got of one stream: a counter while it comes without gaps, a bit per message from
 * the first gap on, an entry for each repetition.
 */
final class Reception {
    private static final int QUALITIES = QoS.values().length;

    private final SequenceLedger ledger = new SequenceLedger();
    private final Set<Long> beforeOrigin = new HashSet<>();
    private final long origin;
    private final long[] highest = new long[QUALITIES];
    private final long[] highestOn = new long[QUALITIES];
    private @Nullable Map<Long, Integer> repeated;
    private @Nullable Set<Long> retained;

    /** Of a stream of which this number came first. */
    Reception(long origin) {
        this.origin = origin;
        Arrays.fill(highest, -1);
    }

    /** Notes a live delivery; whether it is the first of its message. */
    boolean live(long sequence) {
        boolean first =
                sequence < origin
                        ? beforeOrigin.add(sequence)
                        : ledger.record(sequence - origin) != SequenceLedger.Arrival.DUPLICATE;
        if (!first) {
            if (repeated == null) {
                repeated = new HashMap<>();
            }
            repeated.merge(sequence, 1, Integer::sum);
        }
        return first;
    }

    /** How often a message came live. */
    int count(long sequence) {
        if (!cameLive(sequence)) {
            return 0;
        }
        return 1 + (repeated == null ? 0 : repeated.getOrDefault(sequence, 0));
    }

    boolean cameLive(long sequence) {
        return sequence < origin
                ? beforeOrigin.contains(sequence)
                : ledger.contains(sequence - origin);
    }

    /** Notes that a message came as a retained one. */
    void retained(long sequence) {
        if (retained == null) {
            retained = new HashSet<>();
        }
        retained.add(sequence);
    }

    /** Whether it came in any way. */
    boolean came(long sequence) {
        return cameLive(sequence) || (retained != null && retained.contains(sequence));
    }

    /** The highest number of a quality that came live, or -1. */
    long highest(QoS qos) {
        return highest[qos.value()];
    }

    /** The connection on which {@link #highest} came. */
    long highestOn(QoS qos) {
        return highestOn[qos.value()];
    }

    void raise(QoS qos, long sequence, long connection) {
        if (sequence > highest[qos.value()]) {
            highest[qos.value()] = sequence;
            highestOn[qos.value()] = connection;
        }
    }
}
