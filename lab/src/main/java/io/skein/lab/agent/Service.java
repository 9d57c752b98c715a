package io.skein.lab.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Whom an agent serves: one controller at a time, which may have several loads. Thread-safe. */
final class Service {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private String controller = "";
    private int loads;

    /**
     * Takes a load of a controller on, as soon as no other one is served.
     *
     * @return whether it was taken on within this time
     */
    boolean enter(String who, long millis) throws InterruptedException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lockInterruptibly();
        try {
            while (loads > 0 && !controller.equals(who)) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = left.awaitNanos(nanos);
            }
            controller = who;
            loads++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A load has ended. */
    void leave() {
        lock.lock();
        try {
            loads--;
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
