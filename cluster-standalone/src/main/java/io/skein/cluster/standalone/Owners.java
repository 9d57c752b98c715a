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

    /** An ownership of a client id. */
    static final class Owner {
        private final String clientId;
        private final long epoch;
        private Kept kept;

        /** Of the group that is gathered now; null for none. */
        @Nullable Additions additions;

        private Owner(String clientId, long epoch, Kept kept) {
            this.clientId = clientId;
            this.epoch = epoch;
            this.kept = kept;
        }

        long epoch() {
            return epoch;
        }

        Kept kept() {
            return kept;
        }
    }

    private static final int GENERATION_SHIFT = 32;

    private final Map<String, Owner> owners = new HashMap<>();
    private final boolean told;
    private @Nullable Owner last; // changes come in runs of one session
    private long lastEpoch;

    /**
     * Owners whose epochs are greater than all of earlier generations.
     *
     * @param generation how many times the node has been started
     */
    Owners(long generation) {
        lastEpoch = generation << GENERATION_SHIFT;
        told = false;
    }

    private Owners() {
        told = true;
    }

    /** Owners that others decide on: a change under a greater epoch is that of the next one. */
    static Owners told() {
        return new Owners();
    }

    /** The latest owner of a client id, or null. */
    @Nullable Owner owner(String clientId) {
        Owner owner = last;
        if (owner == null || !owner.clientId.equals(clientId)) {
            owner = owners.get(clientId);
            last = owner;
        }
        return owner;
    }

    /** The epoch of the latest ownership, 0 if there is none. */
    long epoch(String clientId) {
        Owner owner = owner(clientId);
        return owner == null ? 0 : owner.epoch;
    }

    /**
     * Makes another owner and returns it; changes under the epoch before are fenced from now on.
     */
    Owner claim(String clientId, SessionHead head) {
        Owner owner = new Owner(clientId, ++lastEpoch, Kept.of(head));
        owners.put(clientId, owner);
        last = owner;
        return owner;
    }

    /** Undoes a claim that could not be kept. */
    void restore(String clientId, @Nullable Owner before) {
        if (before == null) {
            owners.remove(clientId);
        } else {
            owners.put(clientId, before);
        }
        last = before;
    }

    /** Owns a session that was found in the log. */
    Owner adopt(StoredSession session) {
        return claim(session.clientId(), session.head());
    }

    /** The owner under whose epoch a change was made; null if that is over: it is fenced. */
    @Nullable Owner ownerOf(SessionChange change) {
        Owner owner = owner(change.clientId());
        if (told && (owner == null || owner.epoch < change.epoch())) {
            owner = new Owner(change.clientId(), change.epoch(), Kept.ALL);
            owners.put(change.clientId(), owner);
            last = owner;
        }
        return owner == null || owner.epoch != change.epoch() ? null : owner;
    }

    /** What of an owner's change the log is to keep; null for nothing. */
    @Nullable SessionChange toKeep(SessionChange change, Owner owner) {
        Kept kept = owner.kept;
        return switch (change) {
            case SessionChange.HeadSet set -> {
                owner.kept = Kept.of(set.head());
                if (owner.kept != Kept.NOTHING) {
                    yield set;
                }
                yield kept == Kept.NOTHING
                        ? null
                        : new SessionChange.Ended(change.clientId(), change.epoch());
            }
            case SessionChange.Ended ended -> {
                owners.remove(change.clientId());
                last = null;
                yield kept == Kept.NOTHING ? null : ended;
            }
            default -> kept == Kept.ALL ? change : null;
        };
    }
}
