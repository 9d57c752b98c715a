package io.skein.lab.check;

import io.skein.lab.history.MessageId;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be retained on a topic by the order of the publishes: all that was not surely replaced.
 * Holds as many as overlap, and those whose outcome is unknown.
 */
final class RetainedTopic {
    /** One that may be last. */
    static final class Candidate {
        private final RetainedTopic topic;
        private final @Nullable MessageId message;
        private final boolean mayVanish;
        private final long invoked;
        private long ended = Long.MAX_VALUE;

        Candidate(
                RetainedTopic topic, @Nullable MessageId message, boolean mayVanish, long invoked) {
            this.topic = topic;
            this.message = message;
            this.mayVanish = mayVanish;
            this.invoked = invoked;
        }

        RetainedTopic topic() {
            return topic;
        }
    }

    private final TopicName topic;
    private final List<Candidate> candidates = new ArrayList<>();
    private long lastMoved;

    RetainedTopic(TopicName topic) {
        this.topic = topic;
        Candidate nothing = new Candidate(this, null, false, -1);
        nothing.ended = -1;
        candidates.add(nothing);
    }

    TopicName topic() {
        return topic;
    }

    /**
     * A message with RETAIN is sent, or may be.
     *
     * @param message null for one that clears
     * @param mayVanish whether the broker may drop it later: at QoS 0, or with an expiry
     */
    Candidate sent(@Nullable MessageId message, boolean mayVanish, long index) {
        Candidate candidate = new Candidate(this, message, mayVanish, index);
        candidates.add(candidate);
        lastMoved = index;
        return candidate;
    }

    /** It was acknowledged: what had been acknowledged before it was sent is replaced. */
    void acknowledged(Candidate candidate, long index) {
        candidate.ended = index;
        lastMoved = index;
        candidates.removeIf(other -> other.ended < candidate.invoked);
    }

    /** When the last of them was sent, or acknowledged: until then it may have been sent again. */
    long lastMoved() {
        return lastMoved;
    }

    /** Whether this, or nothing, can be what is retained. */
    boolean canBe(@Nullable MessageId message) {
        return candidates.stream()
                .anyMatch(each ->
                        message == null
                                ? each.message == null || each.mayVanish
                                : message.equals(each.message));
    }
}
