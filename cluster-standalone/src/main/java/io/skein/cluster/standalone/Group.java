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
 * applied once it is known whether they were kept, answered at the end. Used by one thread.
 */
final class Group {
    private static final Logger LOG = LoggerFactory.getLogger(Group.class);

    private static final class Admitted {
        final Request request;
        final List<Entry> entries = new ArrayList<>(1);
        Owners.@Nullable Owner before;
        long epoch;
        @Nullable Refusal refusal;
        @Nullable Ownership ownership;

        Admitted(Request request) {
            this.request = request;
        }
    }

    private final Owners owners;
    private final LiveState state;
    private final List<Admitted> admitted = new ArrayList<>();
    private boolean needsLog;

    Group(Owners owners, LiveState state) {
        this.owners = owners;
        this.state = state;
    }

    /** Takes a request in, after all before it. */
    void admit(Request request) {
        Admitted one = new Admitted(request);
        switch (request) {
            case Request.Write write -> admit(write, one);
            case Request.Claim claim -> admit(claim, one);
            case Request.Retain retain -> one.entries.add(new Entry.Retained(retain.message()));
        }
        needsLog |= !one.entries.isEmpty();
        admitted.add(one);
    }

    /** Whether there is anything for the log. */
    boolean needsLog() {
        return needsLog;
    }

    /** Writes the body of the record. */
    void write(StateWriter out) {
        for (Admitted one : admitted) {
            for (Entry entry : one.entries) {
                entry.write(out);
            }
        }
    }

    /** The record is in the log: everything takes effect. */
    void keep() {
        for (Admitted one : admitted) {
            if (one.request instanceof Request.Claim claim) {
                one.ownership = ownership(claim, one);
            }
            one.entries.forEach(state::apply);
        }
        state.endOfRecord();
    }

    /**
     * The record is not in the log: facts take effect all the same, nothing else does.
     *
     * @return the facts, which the log is to be told when it can be written again
     */
    List<Entry> refuse(Refusal refusal) {
        List<Entry> facts = new ArrayList<>();
        for (Admitted one : admitted.reversed()) {
            if (one.request instanceof Request.Claim claim) {
                owners.restore(claim.clientId(), one.before);
                one.refusal = refusal;
            } else if (!one.entries.isEmpty()) {
                one.refusal = refusal;
            }
        }
        for (Admitted one : admitted) {
            if (one.request instanceof Request.Write) {
                one.entries.stream().filter(Group::isFact).forEach(facts::add);
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
            if (owners.isFenced(change)) {
                fenced = fenced.isEmpty() ? new HashSet<>() : fenced;
                fenced.add(change.clientId());
                continue;
            }
            SessionChange kept = owners.toKeep(change);
            if (kept != null) {
                one.entries.add(new Entry.Changed(kept));
            }
        }
        if (!fenced.isEmpty()) {
            one.refusal = Refusal.fenced(fenced);
        }
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
            one.entries.add(new Entry.Changed(new SessionChange.Ended(clientId, owner.epoch())));
        }
        if (owner.kept() != Owners.Kept.NOTHING) {
            one.entries.add(
                    new Entry.Changed(
                            new SessionChange.HeadSet(clientId, owner.epoch(), claim.head())));
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

    private static boolean isFact(Entry entry) {
        return entry instanceof Entry.Changed changed && Request.isFact(changed.change());
    }
}
