package io.skein.lab.bench;

import io.skein.lab.load.RoundProgress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Tells how a bench comes along: one line that is rewritten on a terminal, one per second
 * elsewhere.
 */
public final class ProgressLine implements BenchListener {
    private static final String CLEAR = "\r\u001B[K";

    private final PrintStream err;
    private final boolean terminal;
    private final boolean silent;
    private long shownAtNanos;
    private boolean shown;

    ProgressLine(PrintStream err, boolean terminal) {
        this(err, terminal, false);
    }

    private ProgressLine(PrintStream err, boolean terminal, boolean silent) {
        this.err = err;
        this.terminal = terminal;
        this.silent = silent;
    }

    /** One that says nothing where lines cannot be rewritten: for what has lines of its own. */
    public static ProgressLine onlyOn(boolean terminal, PrintStream err) {
        return new ProgressLine(err, terminal, !terminal);
    }

    /** Whether standard error is a terminal; Java itself tells it only of input and output. */
    public static boolean isTerminal() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return link.startsWith("/dev/pts/") || link.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // whole lines serve everywhere
        }
    }

    @Override
    public void onConnecting(int clients, int of) {
        // Only what takes long is worth a line.
        long now = System.nanoTime();
        if (shownAtNanos == 0) {
            shownAtNanos = now;
        } else if (now - shownAtNanos > 500_000_000 || (shown && clients == of)) {
            shownAtNanos = now;
            show("connecting %d/%d".formatted(clients, of));
        }
    }

    @Override
    public void onProgress(Phase phase, RoundProgress progress) {
        show(
                String.format(
                        Locale.ROOT,
                        "%-9s %5.1f s   sent %s/s   received %s/s   p50 %s   p99 %s   max %s",
                        phase.name().toLowerCase(Locale.ROOT),
                        progress.elapsedNanos() / 1e9,
                        BenchReport.rate(progress.sentPerSecond()),
                        BenchReport.rate(progress.receivedPerSecond()),
                        BenchReport.micros(progress.latency().p50()),
                        BenchReport.micros(progress.latency().p99()),
                        BenchReport.micros(progress.latency().max())));
    }

    private void show(String text) {
        if (silent) {
            return;
        }
        shown = true;
        if (terminal) {
            err.print(CLEAR + text);
            err.flush();
        } else {
            err.println(text);
        }
    }

    /** Leaves the line to others. */
    public void end() {
        if (terminal && shown) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
