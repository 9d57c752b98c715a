package io.skein.broker;

import io.skein.cluster.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What clients of this node publish for a session that has just come here. What they had published
 * before, when its subscriptions were not known here, takes the way of the cluster: it has to be
 * ahead (P3). So this waits, for as long as that may take, and no longer than {@link
 * #NANOS_MAXIMUM}.
 */
final class CatchingUp {
    /**
     * Beyond it order is given up: those who publish wait for their answers meanwhile. A node that
     * has gone may have to be waited for, and what was asked of it asked again.
     */
    static final long NANOS_MAXIMUM = 30_000_000_000L;

    private final Deque<Waiting> waiting = new ArrayDeque<>(1);
    private final int messagesMaximum;

    private record Waiting(Message message, Target target, @Nullable Pending pending) {}

    /**
     * @param messagesMaximum how many may wait; more are dropped, as by a full queue
     */
    CatchingUp(int messagesMaximum) {
        this.messagesMaximum = messagesMaximum;
    }

    /** False where there is no room. */
    boolean add(Message message, Target target, @Nullable Pending pending) {
        if (waiting.size() >= messagesMaximum) {
            return false;
        }
        if (pending != null) {
            pending.expectReport();
        }
        waiting.add(new Waiting(message, target, pending));
        return true;
    }

    /** The session takes what waits, or passes it over if it has ended. */
    void end(long nowNanos) {
        while (!waiting.isEmpty()) {
            Waiting next = waiting.remove();
            next.target.session.deliver(next.message, next.target, next.pending, nowNanos);
            if (next.pending != null) {
                next.pending.report(null, null, nowNanos);
            }
        }
    }
}
