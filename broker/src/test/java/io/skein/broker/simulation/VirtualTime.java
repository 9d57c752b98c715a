package io.skein.broker.simulation;

import java.util.PriorityQueue;
import java.util.Random;

/** What happens when, in a world without a clock: events in the order of their virtual time. */
final class VirtualTime {
    private record Event(long atNanos, long order, Runnable action) {}

    final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>((a, b) ->
                    a.atNanos() != b.atNanos()
                            ? Long.compare(a.atNanos(), b.atNanos())
                            : Long.compare(a.order(), b.order()));
    private long nowNanos = 1_800_000_000_000_000_000L;
    private long order;

    VirtualTime(long seed) {
        random = new Random(seed);
    }

    long nowNanos() {
        return nowNanos;
    }

    void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nowNanos), order++, action));
    }

    void after(long delayNanos, Runnable action) {
        at(nowNanos + delayNanos, action);
    }

    /** A delay between nothing and the bound, drawn from the seed. */
    long delay(long boundNanos) {
        return random.nextLong(boundNanos + 1);
    }

    /** Lets everything happen that is due within this time from now. */
    void run(long nanos) {
        long end = nowNanos + nanos;
        while (!events.isEmpty() && events.peek().atNanos() <= end) {
            Event event = events.poll();
            nowNanos = event.atNanos();
            event.action().run();
        }
        nowNanos = end;
    }
}
