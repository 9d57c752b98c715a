package io.skein.lab.bench;

import io.skein.lab.load.LoadFailedException;
import io.skein.lab.target.Target;
import io.skein.lab.watch.ResourceWatch;
import io.skein.lab.watch.Sources;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Watches a target for the length of a round, where the result has a folder to be kept in. */
final class BenchWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final @Nullable Target target;
    private final Sources sources;
    private @Nullable ResourceWatch watch;
    private long beganNanos;

    private BenchWatch(@Nullable Target target, Sources sources) {
        this.target = target;
        this.sources = sources;
    }

    static BenchWatch of(BenchOptions options, Target target) throws LoadFailedException {
        if (options.out() == null) {
            return new BenchWatch(null, Sources.none());
        }
        try {
            return new BenchWatch(
                    target,
                    Sources.of(
                            options.targets().getFirst(),
                            options.username(),
                            options.password(),
                            options.tls(),
                            target.metrics()));
        } catch (IOException e) {
            throw new LoadFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    void begin() {
        Target watched = target;
        if (watched != null) {
            watch = ResourceWatch.start(watched::pids, sources, INTERVAL);
        }
        beganNanos = System.nanoTime();
    }

    void end() {
        ResourceWatch running = watch;
        if (running != null) {
            running.close();
        }
    }

    BenchResult.TimeLine timeLine() {
        ResourceWatch ended = watch;
        return ended == null
                ? BenchResult.TimeLine.EMPTY
                : new BenchResult.TimeLine(beganNanos, ended.moments(), ended.readings());
    }

    @Override
    public void close() {
        end();
        sources.close();
    }
}
