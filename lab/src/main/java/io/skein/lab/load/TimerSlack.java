package io.skein.lab.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How late the kernel may wake a thread that waits for a time: 50 us unless told otherwise, which
 * would be most of the latency of an idle broker. Linux only; elsewhere nothing changes, and the
 * generator's lateness tells.
 */
final class TimerSlack {
    private static final String NANOS = "1";

    private TimerSlack() {}

    /** Asks for the least slack for the calling thread; whether that was granted. */
    static boolean minimize() {
        try {
            // "1234/task/1240": process and thread.
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), NANOS);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
