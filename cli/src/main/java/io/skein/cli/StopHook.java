package io.skein.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Ends a command that runs until it is told to stop: by SIGTERM, Ctrl-C, or the end of its
 * terminal. To have been told is no failure, so the exit code is 0 then.
 */
final class StopHook implements AutoCloseable {
    private final Thread thread;

    private StopHook(Thread thread) {
        this.thread = thread;
    }

    /**
     * Has an action run when the process is told to stop.
     *
     * @param action returns when everything is stopped; the process ends then
     */
    static StopHook on(Runnable action) {
        Thread thread =
                new Thread(
                        () -> {
                            int code = 1;
                            try {
                                action.run();
                                code = 0;
                            } finally {
                                System.out.flush();
                                Runtime.getRuntime().halt(code);
                            }
                        },
                        "stop");
        Runtime.getRuntime().addShutdownHook(thread);
        return new StopHook(thread);
    }

    /** Waits for that; does not return. */
    @SuppressWarnings("InfiniteLoopStatement")
    void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /**
     * The command ends by itself; its own exit code counts. Does not return when it is too late for
     * that.
     */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The process ends already, and the action has begun: leave the exit code to it.
            joinForGood();
        }
    }

    private void joinForGood() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
