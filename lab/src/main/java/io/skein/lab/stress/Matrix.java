package io.skein.lab.stress;

import io.skein.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;

/**
 * The dimensions of a matrix; every combination is a run.
 *
 * @param qos of publishers and of the analyser, each with each
 */
public record Matrix(List<Integer> qos, List<Integer> delaysMillis, List<Integer> instances) {
    /** QoS 0 to 2 for both sides, delays of 0, 1, 2 and 4 ms, one to five instances. */
    public static final Matrix WHOLE =
            new Matrix(List.of(0, 1, 2), List.of(0, 1, 2, 4), List.of(1, 2, 3, 4, 5));

    /** Sorts, and checks that there is something of each. */
    public Matrix {
        qos = sorted("QoS", qos);
        delaysMillis = sorted("delay", delaysMillis);
        instances = sorted("number of instances", instances);
        for (int level : qos) {
            if (level < 0 || level > 2) {
                throw new IllegalArgumentException("QoS is 0, 1 or 2, not " + level);
            }
        }
    }

    private static List<Integer> sorted(String name, List<Integer> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("the matrix needs at least one " + name);
        }
        return values.stream().sorted().distinct().toList();
    }

    /** The runs, in the order in which they are done. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int publisher : qos) {
            for (int analyser : qos) {
                for (int delay : delaysMillis) {
                    for (int count : instances) {
                        cells.add(new Cell(QoS.of(publisher), QoS.of(analyser), delay, count));
                    }
                }
            }
        }
        return cells;
    }

    int instancesMaximum() {
        return instances.getLast();
    }
}
