package io.skein.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.utils.Signals;

/**
 * SIGHUP. It asks a process to read its configuration again, unless it was sent because the
 * terminal is gone: then it asks for the end. A process that was started to ignore it (nohup) does,
 * and where the system has no such signal nothing comes.
 */
final class Hangup {
    private static final Path TERMINAL = Path.of("/dev/tty");
    private static final int ENDED_BY_HANGUP = 128 + 1;

    private Hangup() {}

    /** Has an action run for each, one after the other, on a thread of its own. */
    static void on(Runnable action) {
        boolean hadTerminal = hasTerminal();
        Signals.register(
                "HUP",
                () -> {
                    if (hadTerminal && !hasTerminal()) {
                        System.exit(ENDED_BY_HANGUP);
                    }
                    action.run();
                });
    }

    /** It exists for every process, but opens only for those that have one. */
    private static boolean hasTerminal() {
        try {
            Files.newInputStream(TERMINAL).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
