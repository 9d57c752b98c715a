package io.skein.cluster.standalone;

import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes true of stored sessions because the node starts. Whoever was connected when it
 * stopped is disconnected now: the expiry interval and the will delay run from here. That is
 * written to the log, so that they run once however often the node stops again. They run from here,
 * too, for whoever left at a time that is still to come: the clock has been set back since, and
 * they are not to wait until it is there again. A session whose time is over is dropped, unless its
 * will is still to be published: the broker does that and ends it.
 */
final class Restart {
    private final Owners owners;
    private final long nowNanos;
    private final List<Entry> facts = new ArrayList<>();

    Restart(Owners owners, long nowNanos) {
        this.owners = owners;
        this.nowNanos = nowNanos;
    }

    /** Owns the sessions and returns what the log is to be told of them. */
    List<Entry> of(LiveState state) {
        state.sessions().forEach(this::restart);
        return facts;
    }

    private void restart(StoredSession session) {
        Owners.Owner owner = owners.adopt(session);
        long epoch = owner.epoch();
        SessionHead head = session.head();
        if (head.connected() || head.disconnectedAtNanos() > nowNanos) {
            head = head.disconnected(nowNanos);
        }
        if (head.will() == null && head.expiresAtNanos() <= nowNanos) {
            keep(new SessionChange.Ended(session.clientId(), epoch), owner);
        } else if (!head.equals(session.head())) {
            keep(new SessionChange.HeadSet(session.clientId(), epoch, head), owner);
        }
    }

    private void keep(SessionChange change, Owners.Owner owner) {
        SessionChange kept = owners.toKeep(change, owner);
        if (kept != null) {
            facts.add(new Entry.Changed(kept));
        }
    }
}
