package io.skein.cluster.standalone;

import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which client id on this node (P5), and how much of its session the log keeps. Used by
 * one thread.
 */
final class Owners {
    /** What the log keeps of a session. */
    enum Kept {
        /** It ends with its connection and leaves no will. */
        NOTHING,
        /** It ends with its connection, but its will must outlive a crash. */
        HEAD,
        /** It outlives its connection. */
        ALL;

        static Kept of(SessionHead head) {
            if (head.isPersistent()) {
                return ALL;
            }
            return head.will() == null ? NOTHING : HEAD;
        }
    }

    /** The latest ownership of a client id. */
    record Owner(long epoch, Kept kept) {}

    private static final int GENERATION_SHIFT = 32;

    private final Map<String, Owner> owners = new HashMap<>();
    private long lastEpoch;

    /**
     * Owners whose epochs are greater than all of earlier generations.
     *
     * @param generation how many times the node has been started
     */
    Owners(long generation) {
        lastEpoch = generation << GENERATION_SHIFT;
    }

    /** The owner of a client id, or null. */
    @Nullable Owner owner(String clientId) {
        return owners.get(clientId);
    }

    /** The epoch of the latest ownership, 0 if there is none. */
    long epoch(String clientId) {
        Owner owner = owners.get(clientId);
        return owner == null ? 0 : owner.epoch();
    }

    /**
     * Makes another owner and returns it; changes under the epoch before are fenced from now on.
     */
    Owner claim(String clientId, SessionHead head) {
        Owner owner = new Owner(++lastEpoch, Kept.of(head));
        owners.put(clientId, owner);
        return owner;
    }

    /** Undoes a claim that could not be kept. */
    void restore(String clientId, @Nullable Owner before) {
        if (before == null) {
            owners.remove(clientId);
        } else {
            owners.put(clientId, before);
        }
    }

    /** Owns a session that was found in the log. */
    long adopt(StoredSession session) {
        return claim(session.clientId(), session.head()).epoch();
    }

    /** Whether a change comes from an ownership that is over. */
    boolean isFenced(SessionChange change) {
        Owner owner = owners.get(change.clientId());
        return owner == null || owner.epoch() != change.epoch();
    }

    /** What of a change, which is not fenced, the log is to keep; null for nothing. */
    @Nullable SessionChange toKeep(SessionChange change) {
        Owner owner = owners.get(change.clientId());
        Kept kept = owner == null ? Kept.NOTHING : owner.kept();
        return switch (change) {
            case SessionChange.HeadSet set -> {
                Kept next = Kept.of(set.head());
                owners.put(change.clientId(), new Owner(change.epoch(), next));
                if (next != Kept.NOTHING) {
                    yield set;
                }
                yield kept == Kept.NOTHING
                        ? null
                        : new SessionChange.Ended(change.clientId(), change.epoch());
            }
            case SessionChange.Ended ended -> {
                owners.remove(change.clientId());
                yield kept == Kept.NOTHING ? null : ended;
            }
            default -> kept == Kept.ALL ? change : null;
        };
    }
}
