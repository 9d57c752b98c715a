package io.skein.cluster.redis;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many messages this node has taken from inboxes and not dealt with. When they are too many,
 * further ones stay in Redis. Lives on the loop, but for {@link #dropped}.
 */
final class Intake {
    private final int limit;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int open;
    private long taken;
    private volatile long dropped;

    Intake(int limit) {
        this.limit = limit;
    }

    boolean hasRoom() {
        return open < limit;
    }

    void tookOne() {
        open++;
        taken++;
    }

    /** One was taken that is in no inbox. */
    void sawOne() {
        taken++;
    }

    /** Messages that were taken since the start. */
    long taken() {
        return taken;
    }

    void gaveOne() {
        open--;
        while (open < limit / 2 && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    /** Runs it when half of the limit is free. */
    void whenRoom(Runnable then) {
        waiting.add(then);
    }

    /** A message that nobody keeps found no room. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by the loop alone
    void droppedOne() {
        dropped++;
    }

    long dropped() {
        return dropped;
    }
}
