package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import java.util.List;

/**
 * What a cluster is to be.
 *
 * @param target of the drivers, with options
 * @param nodes as many as the target has
 * @param faults the kinds that it is to be prepared for
 * @param seed of what links draw
 */
record ClusterShape(String target, int nodes, List<FaultKind> faults, long seed) {
    /** Copies the list. */
    ClusterShape {
        faults = List.copyOf(faults);
    }
}
