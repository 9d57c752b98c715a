package io.skein.lab.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The state of processes as the kernel tells it in {@code /proc/PID/stat}. Linux only. */
final class ProcessStates {
    /** Stopped by a signal. */
    static final char STOPPED = 'T';

    /** There is no such process. */
    static final char NONE = '-';

    private ProcessStates() {}

    /** The letter of {@code proc(5)}: R, S, D, T, Z...; {@link #NONE} if the process is gone. */
    static char of(long pid) {
        String stat;
        try {
            stat =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "stat"),
                            StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return NONE;
        }
        // The name of the program stands in parentheses before it and may have some of its own.
        int at = stat.lastIndexOf(')') + 2;
        return at < stat.length() ? stat.charAt(at) : NONE;
    }

    /** Whether there are such states on this machine. */
    static boolean areKnown() {
        return of(ProcessHandle.current().pid()) != NONE;
    }
}
