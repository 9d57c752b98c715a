package io.skein.cluster.bridge;

import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages of this node that the far side does not take, and what becomes of each: one that it
 * never takes is not to hold up the others, and one that it does not take at the moment is not to
 * be lost. Packet ids are those of the session, so this outlives connections; at most as many are
 * known as are under way. Lives on the link's event loop.
 */
final class Refusals {
    /** What an answer of the far side means for its message. */
    enum Verdict {
        /** It is taken. */
        TAKEN,
        /** It never will be: the message is done with. */
        FOR_GOOD,
        /** It may be taken in a while, and others at once. */
        AGAIN,
        /** No message may be taken for a while. */
        NOT_NOW
    }

    /** How often a message is refused without a reason before others are taken to be the proof. */
    static final int TRIES = 5;

    /** How often a message that is under way alone may end the connection. */
    static final int ENDINGS = 3;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS_MAXIMUM = TimeUnit.SECONDS.toNanos(60);

    /**
     * A message refused without a reason.
     *
     * @param takenBefore how many others had been taken when it was refused first
     */
    private record Waiting(Publish publish, int times, long takenBefore, long dueNanos) {}

    private final Map<Integer, Waiting> waiting = new HashMap<>();
    private final Map<Integer, ReasonCode> condemned = new HashMap<>();
    private long taken;
    private int suspects;
    private int accused;
    private int endings;

    /** What the far side says of a message, whose packet id is under way until it is done with. */
    Verdict judge(Publish publish, ReasonCode reason, long nowNanos) {
        if (!reason.isError()) {
            taken++;
            settle(publish.packetId());
            return Verdict.TAKEN;
        }
        Verdict verdict =
                switch (reason) {
                    case UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR ->
                            refusedWithoutReason(publish, nowNanos);
                    case QUOTA_EXCEEDED,
                            PACKET_IDENTIFIER_IN_USE,
                            SERVER_UNAVAILABLE,
                            SERVER_BUSY,
                            RECEIVE_MAXIMUM_EXCEEDED,
                            MESSAGE_RATE_TOO_HIGH ->
                            Verdict.NOT_NOW;
                    default -> Verdict.FOR_GOOD;
                };
        if (verdict == Verdict.FOR_GOOD) {
            settle(publish.packetId());
        }
        return verdict;
    }

    private Verdict refusedWithoutReason(Publish publish, long nowNanos) {
        Waiting before = waiting.get(publish.packetId());
        int times = before == null ? 1 : before.times() + 1;
        long takenBefore = before == null ? taken : before.takenBefore();
        if (times >= TRIES && taken > takenBefore) {
            return Verdict.FOR_GOOD;
        }
        long pause = Math.min(PAUSE_NANOS_MAXIMUM, FIRST_PAUSE_NANOS << Math.min(times - 1, 10));
        waiting.put(publish.packetId(), new Waiting(publish, times, takenBefore, nowNanos + pause));
        return Verdict.AGAIN;
    }

    /** Those to send again now. */
    List<Publish> due(long nowNanos) {
        List<Publish> due = new ArrayList<>();
        waiting.replaceAll((_, one) -> {
            if (nowNanos - one.dueNanos() < 0) {
                return one;
            }
            due.add(one.publish());
            return answered(one, nowNanos);
        });
        return due;
    }

    /** A connection begins: all that is under way is sent on it, without being asked for. */
    void connected(long nowNanos) {
        waiting.replaceAll((_, one) -> answered(one, nowNanos));
    }

    /** The same while its answer is awaited: it is not due before that has come. */
    private static Waiting answered(Waiting one, long nowNanos) {
        return new Waiting(
                one.publish(), one.times(), one.takenBefore(), nowNanos + Long.MAX_VALUE / 2);
    }

    /**
     * The far side has ended the connection and says that a packet of this link is why.
     *
     * @param underWay the messages it has been sent and not answered
     */
    void blamed(ReasonCode reason, Collection<Publish> underWay) {
        if (!isForAPacket(reason) || underWay.isEmpty()) {
            return;
        }
        if (!isCareful() || underWay.size() > 1) {
            suspects = underWay.size();
            return;
        }
        int packetId = underWay.iterator().next().packetId();
        endings = packetId == accused ? endings + 1 : 1;
        accused = packetId;
        if (endings == ENDINGS) {
            condemned.put(packetId, reason);
        }
    }

    /** How many messages the far side has taken. */
    long taken() {
        return taken;
    }

    /**
     * Whether messages are to be sent one by one, because it is not known which one is to blame.
     */
    boolean isCareful() {
        return suspects > 0;
    }

    /** Why a message is not even to be sent; null if it is. */
    @Nullable ReasonCode condemnation(int packetId) {
        ReasonCode reason = condemned.get(packetId);
        if (reason != null) {
            settle(packetId);
        }
        return reason;
    }

    private void settle(int packetId) {
        waiting.remove(packetId);
        condemned.remove(packetId);
        if (packetId == accused) {
            accused = 0;
            endings = 0;
        }
        suspects = Math.max(0, suspects - 1);
    }

    private static boolean isForAPacket(ReasonCode reason) {
        return switch (reason) {
            case MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    TOPIC_NAME_INVALID,
                    PACKET_TOO_LARGE,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED ->
                    true;
            default -> false;
        };
    }
}
