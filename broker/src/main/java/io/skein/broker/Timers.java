package io.skein.broker;

import java.util.PriorityQueue;

/**
 * What is to happen at a certain time on one shard. A timer is not cancelled: its action looks
 * whether it still has anything to do.
 */
final class Timers {
    private record Timer(long atNanos, ShardLoop.Task action) {}

    private final ShardLoop loop;
    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>((a, b) -> Long.compare(a.atNanos(), b.atNanos()));

    Timers(ShardLoop loop) {
        this.loop = loop;
    }

    void at(long atNanos, ShardLoop.Task action) {
        queue.add(new Timer(atNanos, action));
        if (queue.peek().atNanos() == atNanos) {
            loop.wakeAt(atNanos);
        }
    }

    void run(long nowNanos) {
        while (!queue.isEmpty() && queue.peek().atNanos() <= nowNanos) {
            queue.poll().action().run(nowNanos);
        }
        if (!queue.isEmpty()) {
            loop.wakeAt(queue.peek().atNanos());
        }
    }
}
