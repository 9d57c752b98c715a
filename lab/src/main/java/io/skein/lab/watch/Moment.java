package io.skein.lab.watch;

import java.util.List;

/**
 * One sample of the time line.
 *
 * @param atNanos end of the interval, by {@link System#nanoTime}
 * @param host this machine
 * @param processes those of the target that lived through the interval
 */
public record Moment(long atNanos, HostUsage host, List<ProcessUsage> processes) {
    /** Copies the list. */
    public Moment {
        processes = List.copyOf(processes);
    }

    /** CPU of all processes, in cores. */
    public double cpuShare() {
        return processes.stream().mapToDouble(ProcessUsage::cpuShare).sum();
    }

    /** Memory of all processes. */
    public long residentBytes() {
        return processes.stream().mapToLong(ProcessUsage::residentBytes).sum();
    }

    /** Threads of all processes. */
    public int threads() {
        return processes.stream().mapToInt(ProcessUsage::threads).sum();
    }

    /** Open files and sockets of all processes. */
    public int descriptors() {
        return processes.stream().mapToInt(ProcessUsage::descriptors).sum();
    }
}
