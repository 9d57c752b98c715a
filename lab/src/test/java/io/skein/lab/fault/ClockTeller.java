package io.skein.lab.fault;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that tells both clocks of its Java until somebody ends it: lines of milliseconds since
 * the epoch and of nanoseconds by {@link System#nanoTime}.
 */
final class ClockTeller {
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private ClockTeller() {}

    /** Tells. */
    public static void main(String[] arguments) {
        while (true) {
            System.out.println(System.currentTimeMillis() + " " + System.nanoTime());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
