package io.skein.cluster.standalone;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One call of the port that is on its way to the log. */
sealed interface Request {
    /**
     * {@link io.skein.cluster.SessionStore#write}.
     *
     * @param estimatedBytes see {@link Request#estimatedBytes()}
     */
    record Write(List<SessionChange> changes, long estimatedBytes, Completion done)
            implements Request {
        Write(List<SessionChange> changes, Completion done) {
            this(changes, estimate(changes), done);
        }

        @SuppressWarnings("ReferenceEquality") // the same one, not one that looks like it
        private static long estimate(List<SessionChange> changes) {
            long bytes = ENTRY_BYTES;
            Message before = null;
            for (SessionChange change : changes) {
                bytes += ENTRY_BYTES;
                if (change instanceof SessionChange.Queued joined
                        && joined.queued().message() != before) {
                    before = joined.queued().message();
                    bytes += before.payload().length;
                }
            }
            return bytes;
        }
    }

    /** {@link io.skein.cluster.SessionStore#claim}. */
    record Claim(
            String clientId,
            boolean cleanStart,
            SessionHead head,
            CompletableFuture<Ownership> done)
            implements Request {}

    /** {@link io.skein.cluster.RetainedStore#put}. */
    record Retain(Message message, Completion done) implements Request {}

    /** Bytes that an entry takes beside payloads and topics, roughly. */
    int ENTRY_BYTES = 100;

    /**
     * Roughly the bytes it holds while it waits and takes in the log: a message that goes to many
     * sessions one after the other counts once.
     */
    default long estimatedBytes() {
        return switch (this) {
            case Write write -> write.estimatedBytes;
            case Claim claim -> {
                int will = claim.head().will() == null ? 0 : claim.head().will().payload().length;
                yield ENTRY_BYTES + will;
            }
            case Retain retain -> ENTRY_BYTES + retain.message().payload().length;
        };
    }

    /**
     * Whether it does nothing but tell facts: that something kept is not needed any more, or how
     * far a delivery got. Such a request is never turned away: it was paid for by what it frees.
     */
    default boolean tellsFactsOnly() {
        return this instanceof Write write && write.changes().stream().allMatch(Request::isFact);
    }

    /** The facts that a request tells beside what is refused; null if there are none. */
    default @Nullable Request facts(Refusal refusal) {
        if (!(this instanceof Write write)) {
            return null;
        }
        List<SessionChange> facts = write.changes().stream().filter(Request::isFact).toList();
        return facts.isEmpty() ? null : new Write(facts, ignored -> write.done().complete(refusal));
    }

    /**
     * Whether a change is true whether or not it is kept. If it cannot be written it is refused but
     * still remembered: to forget it could only bring back what is done with.
     */
    static boolean isFact(SessionChange change) {
        return switch (change) {
            case SessionChange.HeadSet ignored -> true;
            case SessionChange.Ended ignored -> true;
            case SessionChange.Unsubscribed ignored -> true;
            case SessionChange.Sent ignored -> true;
            case SessionChange.Released ignored -> true;
            case SessionChange.Dequeued ignored -> true;
            case SessionChange.Completed ignored -> true;
            case SessionChange.Subscribed ignored -> false;
            case SessionChange.Queued ignored -> false;
            case SessionChange.Received ignored -> false;
        };
    }

    /** Tells the caller that it was not done. */
    default void refuse(Refusal refusal) {
        switch (this) {
            case Write write -> write.done().complete(refusal);
            case Claim claim -> claim.done().completeExceptionally(new RefusedException(refusal));
            case Retain retain -> retain.done().complete(refusal);
        }
    }
}
