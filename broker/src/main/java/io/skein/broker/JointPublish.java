package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that has to be kept together with a change of its publisher's session: a QoS 2 PUBLISH
 * with its packet id, a will with its being gone. Where sessions of other shards queue it, none of
 * them writes that by itself: they reserve, and this shard hands everything to the store in one
 * write. A crash finds all of it or nothing.
 */
abstract class JointPublish extends Pending {
    final Session session;

    /** What changes of the publisher's session is in the store. */
    boolean changeKept;

    private final boolean needed;

    /** What leaves this node in the write that keeps the rest; null where nothing does. */
    private @Nullable Message onward;

    private @Nullable Match match;
    private int reports = 1; // the routing itself, until routed() is called

    /**
     * @param needed whether the message and the change are lost or doubled if one is kept alone
     */
    JointPublish(Shard shard, Session session, boolean needed) {
        super(shard);
        this.session = session;
        this.needed = needed;
    }

    /** What changes of the publisher's session, in the write that keeps the message. */
    abstract @Nullable SessionChange publisherChange();

    /** Some who want it are on other shards; called before anybody is given the message. */
    final void begin() {
        if (needed) {
            reservations = new ArrayList<>();
            session.jointPublishes++;
        }
    }

    /** Whether it leaves this node in the write that keeps the rest, as {@link #sendOn} asks. */
    boolean isSentOnTogether() {
        return reservations != null && shard.broker.cluster.feedsSessions();
    }

    /** It leaves this node with the changes, for whoever the match tells. */
    void sendOn(Message message, Match match) {
        this.onward = message;
        this.match = match;
    }

    /** Everybody was given the message. */
    void routed(long nowNanos) {
        if (reservations == null) {
            SessionChange own = publisherChange();
            if (own != null) {
                shard.change(own);
            }
            if (session.isPersistent()) {
                expectPart();
                shard.afterWrite(session, this::changeWritten);
            }
        } else {
            expectPart(); // the write
            reported();
        }
        partDone(null, nowNanos);
    }

    private void changeWritten(@Nullable Refusal refusal, long nowNanos) {
        changeKept = refusal == null;
        partDone(refusal, nowNanos);
    }

    @Override
    void expectReport() {
        expectPart();
        reports++;
    }

    @Override
    void report(@Nullable List<Reservation> more, @Nullable Refusal refusal, long nowNanos) {
        if (reservations != null) {
            if (more != null) {
                reservations.addAll(more);
            }
            reported();
        }
        partDone(refusal, nowNanos);
    }

    private void reported() {
        if (--reports > 0 || reservations == null) {
            return;
        }
        List<SessionChange> changes = new ArrayList<>();
        for (Reservation reservation : reservations) {
            changes.add(reservation.change);
        }
        SessionChange own = publisherChange();
        if (own != null) {
            changes.add(own);
        }
        SessionChange end = session.jointPublishes == 1 ? session.dueEnd() : null;
        if (end != null) {
            changes.add(end);
        }
        if (onward != null && match != null) {
            shard.sendOn(onward, match, changes, this::written);
        } else {
            changes.forEach(shard::change);
            shard.afterWrite(this::written);
        }
    }

    private void written(@Nullable Refusal refusal, long nowNanos) {
        List<Reservation> reserved = reservations == null ? List.of() : reservations;
        Refusal failed = concerns(refusal, session.clientId) ? refusal : null;
        changeKept = failed == null;
        for (Reservation reservation : reserved) {
            if (concerns(refusal, reservation.change.clientId()) && !reservation.seenTo) {
                reservation.refused = true;
                if (changeKept && reservation.slot.share != null) {
                    toAnother(reservation.slot, reservation.slot.share, nowNanos);
                } else if (failed == null && refusal != null) {
                    failed = Reasons.ofSubscriber(refusal);
                }
            }
        }
        settle(reserved);
        partDone(failed, nowNanos);
        session.jointPublishEnded(nowNanos);
    }

    /** Its session is another node's by now, and this node another member's. */
    private void toAnother(Slot slot, TopicFilter share, long nowNanos) {
        Pending again = new Told(shard, part());
        shard.toAnother(slot.message, share, again, nowNanos);
        again.partDone(null, nowNanos);
    }

    private static boolean concerns(@Nullable Refusal refusal, String clientId) {
        return refusal != null && refusal.concerns(clientId);
    }

    /** Tells the sessions, those of one shard together. */
    private static void settle(List<Reservation> reserved) {
        int from = 0;
        while (from < reserved.size()) {
            Shard home = reserved.get(from).session.shard;
            int to = from + 1;
            while (to < reserved.size() && reserved.get(to).session.shard == home) {
                to++;
            }
            List<Reservation> there = reserved.subList(from, to);
            home.loop.execute(now -> there.forEach(one -> one.session.settle(one, now)));
            from = to;
        }
    }
}
