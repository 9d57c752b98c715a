package io.skein.lab.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a process has used up to now, from {@code /proc/<pid>}.
 *
 * @param command its name
 * @param cpuSeconds user and system time since its start, in steps of 10 ms
 * @param residentBytes memory in use now
 * @param residentBytesMax the most it ever was
 * @param threads how many it has
 * @param descriptors open files and sockets; 0 if they may not be looked into
 * @param readBytes from disks since its start; 0 if that may not be looked into
 * @param writtenBytes to disks since its start, likewise
 */
public record ProcessSample(
        long pid,
        String command,
        double cpuSeconds,
        long residentBytes,
        long residentBytesMax,
        int threads,
        int descriptors,
        long readBytes,
        long writtenBytes) {
    /** The kernel reports CPU time in 1/100 s to programs, on every architecture. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int FIELD_USER_TICKS = 11;
    private static final int FIELD_SYSTEM_TICKS = 12;

    /** The sample of a live process, empty if it has ended or hides. */
    public static Optional<ProcessSample> of(Path proc, long pid) {
        Path directory = proc.resolve(Long.toString(pid));
        try {
            // The name stands in parentheses and may contain anything, so fields count from the
            // last.
            String stat = text(directory.resolve("stat"));
            int open = stat.indexOf('(');
            int close = stat.lastIndexOf(')');
            String[] fields = stat.substring(close + 2).split(" ");
            String status = text(directory.resolve("status"));
            return Optional.of(
                    new ProcessSample(
                            pid,
                            stat.substring(open + 1, close),
                            (Long.parseLong(fields[FIELD_USER_TICKS])
                                            + Long.parseLong(fields[FIELD_SYSTEM_TICKS]))
                                    / TICKS_PER_SECOND,
                            number(status, "VmRSS:") * 1024,
                            number(status, "VmHWM:") * 1024,
                            (int) number(status, "Threads:"),
                            descriptors(directory.resolve("fd")),
                            disk(directory.resolve("io"), "read_bytes:"),
                            disk(directory.resolve("io"), "write_bytes:")));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // ended between two reads
        }
    }

    private static int descriptors(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? 0 : names.length;
    }

    private static long disk(Path file, String name) {
        try {
            return number(text(file), name);
        } catch (IOException e) {
            return 0; // another user's
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static long number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
