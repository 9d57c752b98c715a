package io.skein.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, an end of the process that somebody asks for (Ctrl-C, SIGTERM) raises a signal
 * and waits, half a minute at most, for this to be closed: time to keep what there is, to stop what
 * was started, and to say goodbye.
 */
public final class ShutdownGuard implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final StopSignal signal;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    private ShutdownGuard(StopSignal signal) {
        this.signal = signal;
        this.hook = new Thread(this::raiseAndAwait, "shutdown-guard");
    }

    /** A guard that raises this signal. */
    public static ShutdownGuard open(StopSignal signal) {
        ShutdownGuard guard = new ShutdownGuard(signal);
        Runtime.getRuntime().addShutdownHook(guard.hook);
        return guard;
    }

    private void raiseAndAwait() {
        signal.raise();
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("gave up waiting for an orderly end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, which is what the hook was for.
        }
    }
}
