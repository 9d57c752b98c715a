package io.skein.lab;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks what is running to end early and keep what it has. Thread-safe; stays raised. An interrupt
 * of a thread that waits here raises the signal.
 */
public final class StopSignal {
    private final CompletableFuture<Boolean> raised = new CompletableFuture<>();

    /** A signal that is not raised. */
    public StopSignal() {}

    /** A signal that is raised with this one, and can be raised without it. */
    public StopSignal branch() {
        StopSignal branch = new StopSignal();
        raised.thenRun(branch::raise);
        return branch;
    }

    /** Asks for the end; any number of times. */
    public void raise() {
        raised.complete(true);
    }

    /** Whether the end was asked for. */
    public boolean isRaised() {
        return raised.isDone();
    }

    /**
     * Waits, at most this long.
     *
     * @return whether the signal is raised
     */
    public boolean await(long nanos) {
        awaitOr(raised, nanos);
        return isRaised();
    }

    /**
     * Waits until something else is done, however it ended, or the signal is raised, at most this
     * long.
     *
     * @return whether the other is done
     */
    public boolean awaitOr(CompletableFuture<?> other, long nanos) {
        try {
            CompletableFuture.anyOf(other, raised).get(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            raise();
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            return other.isDone(); // how it ended is the caller's concern
        }
        return other.isDone();
    }
}
