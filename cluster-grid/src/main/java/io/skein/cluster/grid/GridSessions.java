package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;

/** The sessions of this node. Everything is taken to the loop, which keeps it in order. */
final class GridSessions implements SessionStore, Deliveries.Sessions {
    /** When mail is no longer diverted, also if the broker does not say that it may end. */
    private static final long SETTLE_SECONDS = 5;

    private final Post post;
    private final Membership membership;
    private final Arrivals arrivals;
    private final Leaves leaves;
    private final LocalBroker broker;
    private final AdvancedCache<String, byte[]> owners;
    private final SessionLogs logs;
    private final SessionWriter writer;
    private final Claims claims;
    private final Map<String, OwnedSession> owned = new HashMap<>();
    private long lastEpoch;

    GridSessions(
            Post post,
            Membership membership,
            Departures departures,
            Arrivals arrivals,
            Leaves leaves,
            Deliveries deliveries,
            LocalBroker broker,
            GridEngine engine) {
        this.post = post;
        this.membership = membership;
        this.arrivals = arrivals;
        this.leaves = leaves;
        this.broker = broker;
        owners = engine.owners();
        logs = new SessionLogs(engine.logs());
        writer = new SessionWriter(post, engine, logs);
        claims = new Claims(post, membership, departures, arrivals, deliveries, this);
    }

    AdvancedCache<String, byte[]> owners() {
        return owners;
    }

    SessionLogs logs() {
        return logs;
    }

    SessionWriter writer() {
        return writer;
    }

    LocalBroker broker() {
        return broker;
    }

    @Override
    public CompletionStage<Ownership> claim(String clientId, boolean cleanStart, SessionHead head) {
        return claims.claim(clientId, cleanStart, head);
    }

    /** Epochs go on from the clock, so that they grow although an entry was removed. */
    long nextEpoch(long former) {
        lastEpoch = Math.max(Math.max(former, lastEpoch) + 1, System.currentTimeMillis() << 10);
        return lastEpoch;
    }

    /**
     * This node owns a session from now on.
     *
     * @param bytes of its entry, as it is in the cache
     * @param reading what was stored of it, or null
     * @param keep whether that is the session's from now on
     * @return what the broker is given of what was stored
     */
    @Nullable StoredSession take(
            String clientId,
            OwnerEntry entry,
            byte[] bytes,
            SessionLogs.@Nullable Reading reading,
            boolean keep) {
        StoredSession stored = keep && reading != null ? reading.session() : null;
        StoredSession state =
                stored == null ? new StoredSession(clientId, entry.head()) : stored.copy();
        List<OwnedSession.Garbage> before = new ArrayList<>();
        if (reading != null) {
            for (OwnerEntry.Segment segment : entry.segments()) {
                if (segment.epoch() != entry.epoch()) {
                    before.add(
                            new OwnedSession.Garbage(
                                    segment.epoch(), segment.from(), reading.end(segment)));
                }
            }
        }
        boolean beginAnew = stored == null && entry.segments().size() > 1;
        OwnedSession session = new OwnedSession(state, entry, bytes, before, beginAnew);
        state.apply(new SessionChange.HeadSet(clientId, entry.epoch(), entry.head()));
        owned.put(clientId, session);
        if (session.hasWork()) {
            writer.changed(session);
        }
        return stored;
    }

    /** Mail for it comes by routes soon. On the loop. */
    void settleLater(String clientId, long epoch) {
        CompletableFuture.delayedExecutor(SETTLE_SECONDS, TimeUnit.SECONDS, post.loop())
                .execute(() -> settle(clientId, epoch));
    }

    @Override
    public void settled(String clientId, long epoch) {
        post.handOver(() -> settle(clientId, epoch));
    }

    private void settle(String clientId, long epoch) {
        post.tell(membership.members(), Frames.SETTLED, new Frames.Mark(clientId, epoch).encoded());
    }

    @Override
    public void write(List<SessionChange> changes, Completion done) {
        post.handOver(() -> apply(changes, done));
    }

    private void apply(List<SessionChange> changes, Completion done) {
        Outcome outcome = new Outcome(post, done);
        Set<OwnedSession> changed = new LinkedHashSet<>();
        for (SessionChange change : changes) {
            OwnedSession session = owned.get(change.clientId());
            if (session == null || session.epoch() != change.epoch()) {
                outcome.more().complete(Refusal.fenced(change.clientId()));
                continue;
            }
            if (change instanceof SessionChange.Queued queued) {
                leaves.queued(change.clientId(), queued.queued().message());
                arrivals.queued(change.clientId(), queued.queued().message());
            }
            if (session.apply(change)) {
                changed.add(session);
            }
            if (session.hasEnded()) {
                owned.remove(session.clientId());
            }
        }
        for (OwnedSession session : changed) {
            session.await(outcome.more());
            writer.changed(session);
        }
        outcome.complete(null);
    }

    @Override
    public @Nullable List<TopicFilter> filters(String clientId, long epoch) {
        OwnedSession session = owned.get(clientId);
        if (session == null || session.epoch() > epoch) {
            return null;
        }
        return session.isPersistent() ? session.plainFilters() : List.of();
    }

    @Override
    public boolean owns(String clientId) {
        return owned.containsKey(clientId);
    }

    @Override
    public CompletableFuture<Void> release(String clientId, long epoch) {
        OwnedSession session = owned.get(clientId);
        if (session == null || session.epoch() > epoch) {
            return CompletableFuture.completedFuture(null);
        }
        owned.remove(clientId);
        return session.whenIdle();
    }

    /**
     * After this node was cut off: sessions that others have adopted meanwhile are let go of. On
     * the loop.
     */
    void verify() {
        for (OwnedSession session : List.copyOf(owned.values())) {
            owners.getAsync(session.clientId())
                    .whenCompleteAsync(
                            (bytes, error) -> {
                                if (error == null) {
                                    verify(session, bytes);
                                }
                            },
                            post.loop());
        }
    }

    private void verify(OwnedSession session, byte @Nullable [] bytes) {
        OwnerEntry entry = bytes == null || Tombstone.is(bytes) ? null : OwnerEntry.decoded(bytes);
        boolean mine =
                entry != null
                        && entry.owner().equals(post.self())
                        && entry.epoch() == session.epoch();
        if (!mine && !session.hasEnded() && session.equals(owned.get(session.clientId()))) {
            owned.remove(session.clientId());
            session.fenced();
            broker.relinquish(session.clientId(), session.epoch());
        }
    }

    void close() {
        writer.close();
    }
}
