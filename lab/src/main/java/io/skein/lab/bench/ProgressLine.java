package io.skein.lab.bench;

import io.skein.lab.load.RoundProgress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Tells how a bench comes along: one line that is rewritten on a terminal, one per second
 * elsewhere.
 */
final class ProgressLine implements BenchListener {
    private static final String CLEAR = "\r\u001B[K";

    private final PrintStream err;
    private final boolean terminal;
    private long shownAtNanos;
    private boolean shown;

    ProgressLine(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
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
        shown = true;
        if (terminal) {
            err.print(CLEAR + text);
            err.flush();
        } else {
            err.println(text);
        }
    }

    /** Leaves the line to others. */
    void end() {
        if (terminal && shown) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
