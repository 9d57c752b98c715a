package io.skein.server.security.login;

import io.skein.server.security.login.Decision.Denied;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads that compute what would hold up an event loop: password hashes and signatures. A few,
 * with a queue that ends; who finds it full, or has waited in it longer than clients are waited
 * for, is turned away as from a busy server. Any thread may call.
 */
public final class Workers implements AutoCloseable {
    private static final Denied FULL = Denied.busy("too many logins wait already");
    private static final Denied LATE = Denied.busy("the login has waited too long");

    private final ThreadPoolExecutor threads;
    private final long patienceNanos;

    /**
     * Workers that start when they are needed.
     *
     * @param waitingMaximum logins in the queue, at least 1
     * @param patienceSeconds a login that has waited longer is not computed
     */
    public Workers(int threads, int waitingMaximum, int patienceSeconds) {
        this.threads =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(waitingMaximum),
                        Thread.ofPlatform().daemon().name("skein-login-", 0).factory());
        this.threads.allowCoreThreadTimeOut(true);
        this.patienceNanos = TimeUnit.SECONDS.toNanos(patienceSeconds);
    }

    /** Lets a worker decide. */
    public CompletionStage<Decision> decide(Supplier<Decision> work) {
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        long sinceNanos = System.nanoTime();
        try {
            threads.execute(() -> {
                try {
                    boolean late = System.nanoTime() - sinceNanos > patienceNanos;
                    answer.complete(late ? LATE : work.get());
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.complete(FULL);
        }
        return answer;
    }

    /** Ends the threads; what waits is not answered. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
