package io.skein.lab.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's view of a thread, through {@code /proc}. Linux only; elsewhere nothing can be asked
 * for and nothing is known, which the figures then say by being 0.
 *
 * @param id the kernel's thread id, 0 if unknown
 */
public record KernelThread(long id) {
    private static final Path PROC = Path.of("/proc");

    /** Nanoseconds; 0 would mean the default. */
    private static final String LEAST_SLACK = "1";

    /** The calling thread. */
    public static KernelThread current() {
        try {
            // "1234/task/1240": process and thread.
            Path link = Files.readSymbolicLink(PROC.resolve("thread-self"));
            return new KernelThread(Long.parseLong(link.getFileName().toString()));
        } catch (IOException | UnsupportedOperationException e) {
            return new KernelThread(0);
        }
    }

    /**
     * Asks the kernel to wake this thread in time when it waits: it may be 50 us late unless told
     * otherwise, which would be most of the latency of an idle broker.
     *
     * @return whether that was granted
     */
    public boolean wakeInTime() {
        if (id == 0) {
            return false;
        }
        try {
            Files.writeString(PROC.resolve(id + "/timerslack_ns"), LEAST_SLACK);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** How long it has been ready to run while others had the processors; 0 if unknown. */
    public long waitedNanos() {
        if (id == 0) {
            return 0;
        }
        try {
            String[] fields = Files.readString(PROC.resolve(id + "/schedstat")).strip().split(" ");
            return fields.length > 1 ? Long.parseLong(fields[1]) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
