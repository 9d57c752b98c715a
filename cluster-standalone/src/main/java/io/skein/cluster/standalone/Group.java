package io.skein.cluster.standalone;

import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.StateWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that stand or fall together: they become one record of the log. Fenced when admitted,
 * applied once it is known whether they were kept, answered at the end. A message that joins a
 * queue and leaves it in one group is neither written nor applied. Used by one thread.
 */
final class Group {
    private static final Logger LOG = LoggerFactory.getLogger(Group.class);

    private static final class Admitted {
        final Request request;
        final int from; // its changes
        int to;
        boolean needsLog;
        Owners.@Nullable Owner before;
        long epoch;
        @Nullable Refusal refusal;
        @Nullable Ownership ownership;

        Admitted(Request request, int from) {
            this.request = request;
            this.from = from;
        }
    }

    private final Owners owners;
    private final LiveState state;
    private final List<Admitted> admitted = new ArrayList<>();
    private final List<@Nullable SessionChange> changes = new ArrayList<>(); // null: not needed
    private final List<Owners.Owner> withAdditions = new ArrayList<>();
    private int needed; // of the log

    Group(Owners owners, LiveState state) {
        this.owners = owners;
        this.state = state;
    }

    /** Takes a request in, after all before it. */
    void admit(Request request) {
        Admitted one = new Admitted(request, changes.size());
        switch (request) {
            case Request.Write write -> admit(write, one);
            case Request.Claim claim -> admit(claim, one);
            case Request.Retain ignored -> {
                one.needsLog = true;
                needed++;
            }
        }
        one.to = changes.size();
        admitted.add(one);
    }

    /** Whether there is anything for the log; asked when all have been admitted. */
    boolean needsLog() {
        return needed > 0;
    }

    /** Writes the body of the record. */
    void write(StateWriter out) {
        for (Admitted one : admitted) {
            for (int i = one.from; i < one.to; i++) {
                SessionChange change = changes.get(i);
                if (change != null) {
                    Entry.write(change, out);
                }
            }
            if (one.request instanceof Request.Retain retain) {
                Entry.write(retain.message(), out);
            }
        }
    }

    /** The record is in the log: everything takes effect. */
    void keep() {
        forgetAdditions();
        for (Admitted one : admitted) {
            if (one.request instanceof Request.Claim claim) {
                one.ownership = ownership(claim, one);
            }
            for (int i = one.from; i < one.to; i++) {
                SessionChange change = changes.get(i);
                if (change != null) {
                    state.apply(change);
                }
            }
            if (one.request instanceof Request.Retain retain) {
                state.retain(retain.message());
            }
        }
        state.endOfRecord();
    }

    /**
     * The record is not in the log: facts take effect all the same, nothing else does.
     *
     * @return the facts, which the log is to be told when it can be written again
     */
    List<Entry> refuse(Refusal refusal) {
        forgetAdditions();
        List<Entry> facts = new ArrayList<>();
        for (Admitted one : admitted.reversed()) {
            if (one.request instanceof Request.Claim claim) {
                owners.restore(claim.clientId(), one.before);
                one.refusal = refusal;
            } else if (one.needsLog) {
                one.refusal = refusal;
            }
        }
        for (Admitted one : admitted) {
            if (one.request instanceof Request.Write) {
                for (int i = one.from; i < one.to; i++) {
                    SessionChange change = changes.get(i);
                    if (change != null && Request.isFact(change)) {
                        facts.add(new Entry.Changed(change));
                    }
                }
            }
        }
        facts.forEach(state::apply);
        state.endOfRecord();
        return facts;
    }

    /** Tells every caller how its request ended. */
    void answer() {
        for (Admitted one : admitted) {
            try {
                answer(one);
            } catch (RuntimeException e) {
                LOG.error("the completion of {} failed", one.request.getClass().getSimpleName(), e);
            }
        }
    }

    private static void answer(Admitted one) {
        Refusal refusal = one.refusal;
        if (refusal != null) {
            one.request.refuse(refusal);
            return;
        }
        switch (one.request) {
            case Request.Write write -> write.done().complete(null);
            case Request.Retain retain -> retain.done().complete(null);
            case Request.Claim claim -> claim.done().complete(one.ownership);
        }
    }

    private void admit(Request.Write write, Admitted one) {
        Set<String> fenced = Set.of();
        for (SessionChange change : write.changes()) {
            Owners.Owner owner = owners.ownerOf(change);
            if (owner == null) {
                fenced = fenced.isEmpty() ? new HashSet<>() : fenced;
                fenced.add(change.clientId());
                continue;
            }
            SessionChange kept = owners.toKeep(change, owner);
            if (kept != null && !endsAddition(kept, owner)) {
                add(kept, one);
                if (kept instanceof SessionChange.Queued joined) {
                    additions(owner).add(joined.sequence(), changes.size() - 1);
                }
            }
        }
        if (!fenced.isEmpty()) {
            one.refusal = Refusal.fenced(fenced);
        }
    }

    private void add(SessionChange change, Admitted one) {
        changes.add(change);
        one.needsLog = true;
        needed++;
    }

    /** Whether a message that this group was to add leaves its queue again. */
    private boolean endsAddition(SessionChange change, Owners.Owner owner) {
        if (!(change instanceof SessionChange.Dequeued done) || owner.additions == null) {
            return false;
        }
        int place = owner.additions.take(done.sequence());
        if (place == Additions.NOWHERE) {
            return false;
        }
        changes.set(place, null);
        needed--;
        return true;
    }

    private Additions additions(Owners.Owner owner) {
        Additions additions = owner.additions;
        if (additions == null) {
            additions = new Additions();
            owner.additions = additions;
            withAdditions.add(owner);
        }
        return additions;
    }

    private void forgetAdditions() {
        withAdditions.forEach(owner -> owner.additions = null);
        withAdditions.clear();
    }

    private void admit(Request.Claim claim, Admitted one) {
        String clientId = claim.clientId();
        Owners.Owner before = owners.owner(clientId);
        Owners.Owner owner = owners.claim(clientId, claim.head());
        one.before = before;
        one.epoch = owner.epoch();
        boolean stored = before != null && before.kept() != Owners.Kept.NOTHING;
        boolean goesOn = isResumed(claim, before) && owner.kept() != Owners.Kept.NOTHING;
        if (stored && !goesOn) {
            add(new SessionChange.Ended(clientId, owner.epoch()), one);
        }
        if (owner.kept() != Owners.Kept.NOTHING) {
            add(new SessionChange.HeadSet(clientId, owner.epoch(), claim.head()), one);
        }
    }

    private Ownership ownership(Request.Claim claim, Admitted one) {
        StoredSession stored =
                isResumed(claim, one.before) ? state.session(claim.clientId()) : null;
        return new Ownership(one.epoch, stored == null ? null : stored.copy());
    }

    private static boolean isResumed(Request.Claim claim, Owners.@Nullable Owner before) {
        return !claim.cleanStart() && before != null && before.kept() == Owners.Kept.ALL;
    }
}
