package io.skein.broker;

import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that has been received and not yet answered for: it counts the parties that still have
 * to say that they hold it. Belongs to the shard that received the message and is touched by its
 * thread only; {@link #part} gives others a way to report.
 */
abstract class Pending {
    final Shard shard;
    @Nullable Refusal failure;

    /**
     * What sessions have reserved for it in their queues; null where each of them writes for
     * itself. Others may ask whether it is null.
     */
    @Nullable List<Reservation> reservations;

    private int parts = 1; // the routing itself, until routed() is called

    Pending(Shard shard) {
        this.shard = shard;
    }

    /** One more party; the answer waits for it. */
    void expectPart() {
        parts++;
    }

    /** A party has answered. */
    void partDone(@Nullable Refusal refusal, long nowNanos) {
        if (refusal != null && (failure == null || Reasons.isPassing(refusal))) {
            failure = refusal; // what may be taken when it comes again is not refused for good
        }
        if (--parts == 0) {
            finished(nowNanos);
        }
    }

    /** One more shard that was given the message; the answer waits for its report. */
    void expectReport() {
        expectPart();
    }

    /** A shard has given the message to its sessions. */
    void report(@Nullable List<Reservation> more, @Nullable Refusal refusal, long nowNanos) {
        if (more != null && reservations != null) {
            reservations.addAll(more);
        }
        partDone(refusal, nowNanos);
    }

    /** One more party, which may answer on any thread. */
    Completion part() {
        expectPart();
        return refusal -> shard.loop.execute(now -> partDone(refusal, now));
    }

    boolean isFinished() {
        return parts == 0;
    }

    /** Whether another node waits, which looks for a member of a group elsewhere if told so. */
    boolean isFromNode() {
        return false;
    }

    /** All parties have answered; {@link #failure} tells whether one of them refused. */
    abstract void finished(long nowNanos);

    /** Tells somebody what came of it. */
    static class Told extends Pending {
        private final Completion done;

        Told(Shard shard, Completion done) {
            super(shard);
            this.done = done;
        }

        @Override
        void finished(long nowNanos) {
            done.complete(failure);
        }
    }

    /** What another node asked this one to deliver. */
    static final class FromNode extends Told {
        FromNode(Shard shard, Completion done) {
            super(shard, done);
        }

        @Override
        boolean isFromNode() {
            return true;
        }
    }
}
