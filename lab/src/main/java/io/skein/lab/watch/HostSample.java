package io.skein.lab.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this machine has done since its start, from {@code /proc}; fields are 0 where the platform
 * does not tell.
 *
 * @param busyTicks CPU time of all processors, in 1/100 s, without idle time and waiting for disks
 * @param totalTicks the same with both
 * @param usedBytes memory that could not be had now
 * @param receivedBytes by network interfaces other than loopback
 * @param sentBytes likewise
 * @param loopbackBytes through the loopback interface
 * @param diskReadBytes from whole disks
 * @param diskWrittenBytes to whole disks
 */
record HostSample(
        long busyTicks,
        long totalTicks,
        long usedBytes,
        long receivedBytes,
        long sentBytes,
        long loopbackBytes,
        long diskReadBytes,
        long diskWrittenBytes) {
    private static final int SECTOR_BYTES = 512;
    private static final int CPU_FIELDS = 8;
    private static final int CPU_IDLE = 3;
    private static final int CPU_IOWAIT = 4;
    private static final int NET_SENT = 8;
    private static final int DISK_NAME = 2;
    private static final int DISK_READ = 5;
    private static final int DISK_WRITTEN = 9;

    /** This machine now, by what lies below {@code /proc} and {@code /sys}. */
    static HostSample of(Path proc, Path sys) {
        long[] cpu = cpu(proc);
        long[] net = network(proc);
        long[] disk = disks(proc, sys);
        return new HostSample(
                cpu[0], cpu[1], usedBytes(proc), net[0], net[1], net[2], disk[0], disk[1]);
    }

    private static long[] cpu(Path proc) {
        for (String line : lines(proc.resolve("stat"))) {
            if (line.startsWith("cpu ")) {
                String[] fields = line.substring(4).strip().split("\\s+");
                long total = 0;
                for (int i = 0; i < Math.min(CPU_FIELDS, fields.length); i++) {
                    total += Long.parseLong(fields[i]);
                }
                long idle = Long.parseLong(fields[CPU_IDLE]) + Long.parseLong(fields[CPU_IOWAIT]);
                return new long[] {total - idle, total};
            }
        }
        return new long[2];
    }

    private static long usedBytes(Path proc) {
        long total = 0;
        long available = 0;
        for (String line : lines(proc.resolve("meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                total = kibibytes(line);
            } else if (line.startsWith("MemAvailable:")) {
                available = kibibytes(line);
            }
        }
        return (total - available) * 1024;
    }

    private static long kibibytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    private static long[] network(Path proc) {
        long[] sums = new long[3];
        for (String line : lines(proc.resolve("net").resolve("dev"))) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String[] fields = line.substring(colon + 1).strip().split("\\s+");
                if (line.substring(0, colon).strip().equals("lo")) {
                    sums[2] += Long.parseLong(fields[NET_SENT]);
                } else {
                    sums[0] += Long.parseLong(fields[0]);
                    sums[1] += Long.parseLong(fields[NET_SENT]);
                }
            }
        }
        return sums;
    }

    private static long[] disks(Path proc, Path sys) {
        long[] sums = new long[2];
        for (String line : lines(proc.resolve("diskstats"))) {
            String[] fields = line.strip().split("\\s+");
            // A partition has no directory of its own there, and a loop or RAM disk no hardware.
            if (fields.length > DISK_WRITTEN
                    && Files.exists(
                            sys.resolve("block").resolve(fields[DISK_NAME]).resolve("device"))) {
                sums[0] += Long.parseLong(fields[DISK_READ]) * SECTOR_BYTES;
                sums[1] += Long.parseLong(fields[DISK_WRITTEN]) * SECTOR_BYTES;
            }
        }
        return sums;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // not Linux
        }
    }
}
