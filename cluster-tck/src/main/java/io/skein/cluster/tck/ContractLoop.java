package io.skein.cluster.tck;

import io.skein.broker.Shard;
import io.skein.broker.ShardLoop;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A shard's thread without a network. Its clock is epoch time that does not go back. */
final class ContractLoop implements ShardLoop, AutoCloseable {
    private static final long EPOCH_NANOS =
            TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();

    private final ScheduledExecutorService thread;
    private final AtomicLong wakeAtNanos = new AtomicLong(Long.MAX_VALUE);
    private volatile @Nullable Shard shard;
    private boolean endAsked;

    ContractLoop(String name) {
        thread =
                Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                });
    }

    static long nowNanos() {
        return EPOCH_NANOS + System.nanoTime();
    }

    void runs(Shard shard) {
        this.shard = shard;
    }

    @Override
    public void execute(Task task) {
        if (!thread.isShutdown()) { // a late answer of an engine that is being closed
            thread.execute(() -> task.run(nowNanos()));
        }
    }

    @Override
    public void requestEndOfTurn() {
        if (!endAsked) {
            endAsked = true;
            execute(now -> {
                endAsked = false;
                home().endTurn(now);
            });
        }
    }

    @Override
    public void wakeAt(long atNanos) {
        wakeAtNanos.set(atNanos);
        thread.schedule(
                () -> {
                    if (wakeAtNanos.compareAndSet(atNanos, Long.MAX_VALUE)) {
                        home().wake(nowNanos());
                    }
                },
                Math.max(0, atNanos - nowNanos()),
                TimeUnit.NANOSECONDS);
    }

    private Shard home() {
        Shard here = shard;
        if (here == null) {
            throw new IllegalStateException("no shard yet");
        }
        return here;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
