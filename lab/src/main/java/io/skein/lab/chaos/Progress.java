package io.skein.lab.chaos;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A line for each second of a run: the time, what holds, and what clients did since the last. */
final class Progress implements AutoCloseable {
    private static final long PERIOD_SECONDS = 1;

    private final ScheduledExecutorService clock;
    private final ChaosCounts counts;
    private final int clients;
    private final Supplier<String> fault;
    private final Consumer<String> out;
    private final long beginNanos = System.nanoTime();
    private long published;
    private long acknowledged;
    private long received;

    private Progress(
            ScheduledExecutorService clock,
            ChaosCounts counts,
            int clients,
            Supplier<String> fault,
            Consumer<String> out) {
        this.clock = clock;
        this.counts = counts;
        this.clients = clients;
        this.fault = fault;
        this.out = out;
    }

    /** Shows lines until it is closed. */
    static Progress show(
            ChaosCounts counts, int clients, Supplier<String> fault, Consumer<String> out) {
        ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("chaos-progress").factory());
        Progress progress = new Progress(clock, counts, clients, fault, out);
        clock.scheduleAtFixedRate(progress::line, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
        return progress;
    }

    private void line() {
        long publishedNow = counts.published.sum();
        long acknowledgedNow = counts.acknowledged.sum();
        long receivedNow = counts.received.sum();
        out.accept(
                String.format(
                        Locale.ROOT,
                        "%5.0f s  %-18s %d of %d connected  published %d/s  acknowledged %d/s"
                                + "  received %d/s  failed %d  unknown %d",
                        (System.nanoTime() - beginNanos) / 1e9,
                        fault.get(),
                        counts.connected.sum(),
                        clients,
                        publishedNow - published,
                        acknowledgedNow - acknowledged,
                        receivedNow - received,
                        counts.failed.sum(),
                        counts.unknown.sum()));
        published = publishedNow;
        acknowledged = acknowledgedNow;
        received = receivedNow;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
