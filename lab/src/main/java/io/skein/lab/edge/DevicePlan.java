package io.skein.lab.edge;

import java.util.ArrayList;
import java.util.List;

/**
 * When which device publishes how much: known beforehand, so that a reading need not carry its
 * time. Devices of a class are spread evenly over its interval. Immutable.
 */
final class DevicePlan {
    private final List<Line> lines;

    /**
     * One device.
     *
     * @param offsetNanos of its first reading, from the start
     */
    record Line(int payloadBytes, long offsetNanos, long intervalNanos) {
        long dueNanos(long sequence) {
            return offsetNanos + sequence * intervalNanos;
        }

        /** How many readings are due before this instant. */
        int readings(long durationNanos) {
            return offsetNanos >= durationNanos
                    ? 0
                    : Math.toIntExact(Math.ceilDiv(durationNanos - offsetNanos, intervalNanos));
        }
    }

    private DevicePlan(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * So many devices of these classes.
     *
     * @param ratePerSecond of all together; 0 for what the classes say
     */
    static DevicePlan of(int devices, List<DeviceClass> classes, double ratePerSecond) {
        double shares = classes.stream().mapToDouble(DeviceClass::share).sum();
        double own = 0;
        List<Integer> counts = new ArrayList<>();
        double upTo = 0;
        int placed = 0;
        for (DeviceClass each : classes) {
            upTo += each.share() / shares;
            int count = (int) Math.round(upTo * devices) - placed;
            counts.add(count);
            placed += count;
            own += count * 1e9 / each.intervalNanos();
        }
        double stretch = ratePerSecond > 0 ? own / ratePerSecond : 1;
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            long interval = Math.max(1, Math.round(classes.get(i).intervalNanos() * stretch));
            for (int k = 0; k < counts.get(i); k++) {
                lines.add(
                        new Line(
                                classes.get(i).payloadBytes(),
                                Math.round((double) interval * k / counts.get(i)),
                                interval));
            }
        }
        return new DevicePlan(lines);
    }

    int devices() {
        return lines.size();
    }

    Line line(int device) {
        return lines.get(device);
    }

    /** Readings of all devices together. */
    double ratePerSecond() {
        return lines.stream().mapToDouble(line -> 1e9 / line.intervalNanos()).sum();
    }

    /** Readings of all devices that are due before this instant. */
    long readings(long durationNanos) {
        return lines.stream().mapToLong(line -> line.readings(durationNanos)).sum();
    }
}
