package io.skein.server.net;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Items that all have the same time to live: a queue and one timer for all of them, where a timer
 * each would cost more than the connections they guard. Used by the thread of its event loop only.
 */
final class Deadlines<T> {
    private final EventLoop eventLoop;
    private final long delayNanos;
    private final Consumer<T> expired;
    private final LinkedHashMap<T, Long> dueNanos = new LinkedHashMap<>();
    private boolean timerRuns;

    /**
     * Deadlines without items.
     *
     * @param expired called for an item whose time is over, after it was removed
     */
    Deadlines(EventLoop eventLoop, long delayNanos, Consumer<T> expired) {
        this.eventLoop = eventLoop;
        this.delayNanos = delayNanos;
        this.expired = expired;
    }

    /** The item's time begins. */
    void add(T item) {
        dueNanos.putLast(item, System.nanoTime() + delayNanos);
        if (!timerRuns) {
            timerRuns = true;
            eventLoop.schedule(this::check, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** The item has done in time what it had to; no effect if it is not here. */
    void remove(T item) {
        dueNanos.remove(item);
    }

    /** What is here now. */
    List<T> items() {
        return new ArrayList<>(dueNanos.keySet());
    }

    private void check() {
        timerRuns = false;
        long now = System.nanoTime();
        List<T> over = new ArrayList<>();
        Iterator<Map.Entry<T, Long>> entries = dueNanos.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<T, Long> oldest = entries.next();
            long leftNanos = oldest.getValue() - now;
            if (leftNanos > 0) {
                timerRuns = true;
                eventLoop.schedule(this::check, leftNanos, TimeUnit.NANOSECONDS);
                break;
            }
            over.add(oldest.getKey());
            entries.remove();
        }
        over.forEach(expired);
    }
}
