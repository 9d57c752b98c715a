package io.skein.cluster.redis;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A message on its way to everybody who wants it; of the loop but for what is final. */
final class Outgoing {
    /** What one record gets of it. */
    static final class Delivery {
        final String label;

        /** Whether it stays in the inbox until it is taken; otherwise it is only told. */
        final boolean kept;

        final byte[] frame;

        /** The group for which the node was chosen; null for none. */
        final @Nullable TopicFilter share;

        Delivery(String label, boolean kept, byte[] frame, @Nullable TopicFilter share) {
            this.label = label;
            this.kept = kept;
            this.frame = frame;
            this.share = share;
        }
    }

    private static final int OVERHEAD = 128;

    final Message message;
    final ServedHere servedHere;

    /** Changes of sessions that are made with it. */
    final Collection<SessionWrite> writes;

    final byte[] frame;
    final long sinceNanos = System.nanoTime();
    List<Delivery> deliveries = List.of();

    /** Groups of which no node has a member at the moment, but somebody owns one. */
    List<TopicFilter> unplaced = List.of();

    /** Sessions whose changes were not made. */
    final Set<String> fenced = new TreeSet<>();

    private final Completion done;
    private @Nullable Refusal refusal;
    private int parts = 1;
    private boolean answered;

    Outgoing(
            Message message,
            ServedHere servedHere,
            Collection<SessionWrite> writes,
            Completion done) {
        this.message = message;
        this.servedHere = servedHere;
        this.writes = writes;
        this.done = done;
        this.frame = Parcel.mail(message);
    }

    boolean isAssured() {
        return message.qos() != QoS.AT_MOST_ONCE;
    }

    /** Whether it is kept with changes of sessions, all or nothing. */
    boolean isJoint() {
        return !writes.isEmpty();
    }

    /** What changes of its publisher's session; null for nothing. */
    @Nullable SessionWrite publisherWrite() {
        for (SessionWrite write : writes) {
            if (write.clientId.equals(message.publisherId())) {
                return write;
            }
        }
        return null;
    }

    long size() {
        return frame.length + (long) OVERHEAD;
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** One more has to take it before it is answered for. */
    void expectPart() {
        parts++;
    }

    /** Not everybody has it. */
    void refuse(Refusal why) {
        refusal = why;
    }

    /** Whether that was the last part. */
    boolean partDone(@Nullable Refusal failure) {
        if (failure != null) {
            refusal = failure;
        }
        if (--parts > 0) {
            return false;
        }
        answer(refusal == null && !fenced.isEmpty() ? Refusal.fenced(fenced) : refusal);
        return true;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Answers, if that has not been done; what is not answered later is only finished. */
    void answer(@Nullable Refusal outcome) {
        if (!answered) {
            answered = true;
            done.complete(outcome);
        }
    }
}
