package io.skein.lab.devices;

import io.skein.lab.StopSignal;
import io.skein.lab.bench.BenchListener;
import io.skein.lab.load.RoundProgress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Lets the classes of a population begin to be measured at the same time. Thread-safe. */
final class StartTogether {
    private final AtomicInteger missing;
    private final StopSignal stop;
    private final CompletableFuture<Boolean> all = new CompletableFuture<>();

    StartTogether(int classes, StopSignal stop) {
        this.missing = new AtomicInteger(classes);
        this.stop = stop;
    }

    /**
     * The listener of one class.
     *
     * @param progress hears of each second that is measured
     */
    BenchListener listener(BiConsumer<BenchListener.Phase, RoundProgress> progress) {
        return new BenchListener() {
            @Override
            public void onReady() {
                if (missing.decrementAndGet() == 0) {
                    all.complete(true);
                }
                stop.awaitOr(all, Long.MAX_VALUE);
            }

            @Override
            public void onProgress(Phase phase, RoundProgress second) {
                progress.accept(phase, second);
            }
        };
    }
}
