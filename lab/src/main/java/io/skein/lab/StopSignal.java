package io.skein.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks what is running to end early and keep what it has. Thread-safe; stays raised. */
public final class StopSignal {
    private final CountDownLatch raised = new CountDownLatch(1);

    /** A signal that is not raised. */
    public StopSignal() {}

    /** Asks for the end; any number of times. */
    public void raise() {
        raised.countDown();
    }

    /** Whether the end was asked for. */
    public boolean isRaised() {
        return raised.getCount() == 0;
    }

    /**
     * Waits, at most this long. An interrupt of the waiting thread raises the signal.
     *
     * @return whether the signal is raised
     */
    public boolean await(long nanos) {
        try {
            return raised.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            raise();
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
