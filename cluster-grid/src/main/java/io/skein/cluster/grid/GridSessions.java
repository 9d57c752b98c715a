package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Origin;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sessions of this node. Everything is taken to the loop, which keeps it in order. */
final class GridSessions implements SessionStore, Deliveries.Sessions {
    /** When mail is no longer diverted, also if the broker does not say that it may end. */
    private static final long SETTLE_SECONDS = 5;

    /** How long the broker may take to say that it has a session. */
    private static final long IN_BROKER_SECONDS = 2;

    private final Post post;
    private final Membership membership;
    private final Departures departures;
    private final Arrivals arrivals;
    private final Leaves leaves;
    private final Deliveries deliveries;
    private final LocalBroker broker;
    private final OwnerTable owners;
    private final Copies copies;
    private final GridDisk disk;
    private final Origins origins;
    private final Replication replication;
    private final Claims claims;
    private final Estate estate;
    private final Succession succession;
    private final Map<String, OwnedSession> owned = new HashMap<>();
    private long lastEpoch;
    private boolean cutOff;
    private boolean ended;

    GridSessions(
            Post post,
            Membership membership,
            Departures departures,
            Arrivals arrivals,
            Leaves leaves,
            Deliveries deliveries,
            Copies copies,
            GridDisk disk,
            Origins origins,
            LocalBroker broker,
            GridEngine engine,
            int replicas) {
        this.post = post;
        this.membership = membership;
        this.departures = departures;
        this.arrivals = arrivals;
        this.leaves = leaves;
        this.deliveries = deliveries;
        this.copies = copies;
        this.disk = disk;
        this.origins = origins;
        this.broker = broker;
        owners = new OwnerTable(post, engine);
        replication = new Replication(post, membership, owners, replicas, this::fenced);
        estate = new Estate(post, membership, arrivals, this);
        succession = new Succession(post, this, deliveries, departures);
        claims = new Claims(post, membership, departures, arrivals, deliveries, this);
    }

    OwnerTable owners() {
        return owners;
    }

    Copies copies() {
        return copies;
    }

    Estate estate() {
        return estate;
    }

    Succession succession() {
        return succession;
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

    /** The entry of this node as the next owner. */
    OwnerEntry entry(String clientId, @Nullable OwnerEntry former, SessionHead head) {
        long formerEpoch = former == null ? 0 : former.epoch();
        List<Peer> before = new ArrayList<>(former == null ? Set.of() : former.owners());
        before.retainAll(membership.members());
        return new OwnerEntry(
                nextEpoch(formerEpoch),
                post.self(),
                formerEpoch,
                before.isEmpty() ? null : before.get(0),
                before.size() < 2 ? null : before.get(1),
                head,
                head.isPersistent() ? replication.choose(clientId) : List.of());
    }

    /**
     * As which message this node publishes the will of a session that it claims, if its owner dies
     * when it may have published that; null where it would know as which one it did. Of a session
     * that is kept its copies know that.
     */
    @Nullable Origin numberWill(OwnerEntry former) {
        SessionHead head = former.head();
        Will left = head.will();
        if (left == null
                || head.isPersistent()
                || head.willOrigin() != null
                || left.qos() == QoS.AT_MOST_ONCE
                || former.owner().equals(post.self())) {
            return null;
        }
        Origin origin = origins.next();
        origins.keep(origin);
        return origin;
    }

    /** Nobody publishes a will as this message any more. */
    void willOver(@Nullable Origin origin) {
        if (origin != null) {
            origins.over(origin);
        }
    }

    /**
     * This node owns a session from now on.
     *
     * @param marks how far it has come with what others publish
     * @param bytes of its entry, as it is in the cache
     * @param established completes when what it holds is on as many nodes as is promised
     */
    void take(
            StoredSession state,
            Marks marks,
            OwnerEntry entry,
            byte[] bytes,
            Completion established) {
        OwnedSession session = new OwnedSession(state, marks, entry, bytes);
        session.suspended(cutOff); // then the broker is given it again
        owned.put(session.clientId(), session);
        deliveries.came(session.clientId());
        keep(session, true);
        Outcome kept = new Outcome(post, established);
        session.waiting().add(kept.more());
        disk.await(kept);
        replication.establish(session);
    }

    /**
     * The broker is about to be given a session that has come: its mail is kept until it says that
     * it has it. What its clients have published before did not find it there, and comes first.
     */
    void awaitBroker(String clientId) {
        OwnedSession session = owned.get(clientId);
        if (session != null && !session.plainFilters().isEmpty()) {
            session.awaitsBroker();
        }
    }

    /** Complete when the broker has it, or does not say so. */
    CompletableFuture<Void> inBroker(String clientId) {
        OwnedSession session = owned.get(clientId);
        return session == null
                ? CompletableFuture.completedFuture(null)
                : session.inBroker().completeOnTimeout(null, IN_BROKER_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether nothing is left of a buried node: an entry of it was written in vain. */
    boolean isForgotten(Peer owner) {
        return membership.isBuried(owner) && !departures.isDeparting(owner);
    }

    /** The owner before is not asked for it any more: it was dead, or taken to be. */
    void forgetFormer(String clientId) {
        OwnedSession session = owned.get(clientId);
        if (session != null && session.entry().former() != null) {
            owners.update(session, OwnerEntry::withoutFormer, updated -> {});
        }
    }

    /**
     * Looks for a copy among the members: one of this epoch with those that keep it by the entry
     * (another's may be out of date), one of the epoch before with all; complete, on the loop, when
     * it is here if it exists. Where the copy that is here is in doubt, so may the entry be: then
     * all are asked for one of this epoch.
     */
    CompletableFuture<Void> seek(String clientId, OwnerEntry entry) {
        CompletableFuture<Void> sought = new CompletableFuture<>();
        Outcome outcome = new Outcome(post, refusal -> sought.complete(null));
        for (Peer member : membership.members()) {
            if (!member.equals(post.self())) {
                boolean present = entry.backups().contains(member) || copies.isDoubtful(clientId);
                long epoch = present ? entry.epoch() : entry.formerEpoch();
                byte[] body = new Frames.Seek(clientId, epoch, entry.formerEpoch()).encoded();
                post.ask(member, Frames.SEEK, body, outcome.more());
            }
        }
        outcome.complete(null);
        return sought;
    }

    /** Another node looks for a copy. */
    void sought(Peer by, Frames.Seek seek, Completion done) {
        Copies.Copy copy = copies.get(seek.clientId(), seek.epoch(), seek.formerEpoch());
        if (copy == null) {
            done.complete(null);
        } else {
            replication.writeCopy(by, copy);
            replication.afterWritten(by, done);
        }
    }

    /** Copies of owners before this epoch are of no use any more. */
    void dropBefore(String clientId, @Nullable OwnerEntry former) {
        if (former == null) {
            return;
        }
        copies.remove(clientId, former.epoch());
        Set<Peer> holders = former.holders();
        holders.remove(post.self());
        holders.forEach(peer -> replication.drop(peer, clientId, former.epoch()));
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

    @Override
    public CompletionStage<Void> caughtUp(String clientId, long epoch) {
        CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        post.handOver(() -> {
            CompletableFuture<Void> arrival = arrivals.underWay(clientId);
            OwnedSession session = owned.get(clientId);
            if (session != null && session.epoch() == epoch) {
                session.inBroker().complete(null);
            }
            if (ended) {
                caughtUp.complete(null);
            } else if (arrival == null) {
                departures.whenOver(() -> caughtUp.complete(null));
            } else { // what waited for it on its way comes first
                arrival.thenRun(() -> departures.whenOver(() -> caughtUp.complete(null)));
            }
        });
        return caughtUp;
    }

    private void settle(String clientId, long epoch) {
        post.tell(membership.members(), Frames.SETTLED, new Frames.Mark(clientId, epoch).encoded());
    }

    @Override
    public void write(List<SessionChange> changes, Completion done) {
        post.handOver(() -> apply(changes, done));
    }

    private void apply(List<SessionChange> changes, Completion done) {
        if (ended) {
            done.complete(OwnerTable.cutOff());
            return;
        }
        List<Origin> over = new ArrayList<>(0);
        Outcome outcome =
                new Outcome(
                        post,
                        refusal -> {
                            if (refusal == null) {
                                over.forEach(origins::over);
                            }
                            done.complete(refusal);
                        });
        Set<OwnedSession> changed = new LinkedHashSet<>();
        for (SessionChange change : changes) {
            if (change instanceof SessionChange.Queued queued) {
                leaves.queued(change.clientId(), queued.queued().message());
            }
            OwnedSession session = owned.get(change.clientId());
            noteOrigin(change, session, over);
            if (session == null || session.epoch() != change.epoch()) {
                outcome.more().complete(Refusal.fenced(change.clientId()));
            } else if (session.isSuspended()) {
                outcome.more().complete(OwnerTable.cutOff(change.clientId()));
            } else {
                apply(session, change, outcome, changed);
            }
        }
        if (cutOff && !changed.isEmpty()) {
            outcome.more().complete(OwnerTable.cutOff());
        } else {
            changed.forEach(session -> replication.await(session, outcome));
        }
        if (!changed.isEmpty()) {
            disk.await(outcome.more());
        }
        outcome.complete(null);
    }

    /**
     * What a client has sent may be published again from here on, or not from when that is kept.
     */
    private void noteOrigin(
            SessionChange change, @Nullable OwnedSession session, List<Origin> over) {
        switch (change) {
            case SessionChange.Received one -> {
                if (one.underWay() != null) {
                    origins.keep(one.underWay());
                } else {
                    noLongerUnderWay(session, one.packetId(), over);
                }
            }
            case SessionChange.Completed one -> noLongerUnderWay(session, one.packetId(), over);
            case SessionChange.HeadSet one -> {
                if (one.head().willOrigin() == null) {
                    willNoLongerUnderWay(session, over);
                } else {
                    origins.keep(one.head().willOrigin());
                }
            }
            case SessionChange.Ended ignored -> {
                if (session != null) {
                    over.addAll(session.state().underWay().values());
                    willNoLongerUnderWay(session, over);
                }
            }
            default -> {}
        }
    }

    private static void noLongerUnderWay(
            @Nullable OwnedSession session, int packetId, List<Origin> over) {
        Origin origin = session == null ? null : session.state().underWay().get(packetId);
        if (origin != null) {
            over.add(origin);
        }
    }

    private static void willNoLongerUnderWay(@Nullable OwnedSession session, List<Origin> over) {
        Origin origin = session == null ? null : session.state().head().willOrigin();
        if (origin != null) {
            over.add(origin);
        }
    }

    private void apply(
            OwnedSession session,
            SessionChange change,
            Outcome outcome,
            Set<OwnedSession> changed) {
        boolean replicated = session.isPersistent();
        session.state().apply(change);
        if (change instanceof SessionChange.HeadSet) {
            keep(session, !replicated);
            disk.await(outcome.more());
        } else if (replicated) {
            disk.change(change);
        }
        if (replicated && change instanceof SessionChange.Queued queued) {
            session.marks().note(queued.queued().message());
        }
        if (change instanceof SessionChange.Ended) {
            end(session, outcome);
        } else if (replicated) {
            replication.write(session, change);
            changed.add(session);
        } else if (change instanceof SessionChange.HeadSet set) {
            Outcome part = outcome.more();
            owners.update(
                    session,
                    entry -> entry.with(set.head()),
                    updated -> part.complete(updated ? null : Refusal.fenced(session.clientId())));
            if (session.isPersistent()) {
                replication.establishAgain(session);
                changed.add(session);
            }
        }
    }

    private void end(OwnedSession session, Outcome outcome) {
        owned.remove(session.clientId());
        session.over();
        disk.drop(session.clientId(), session.epoch());
        disk.await(outcome.more());
        for (Peer backup : session.backups()) {
            replication.drop(backup, session.clientId(), session.epoch());
        }
        Outcome part = outcome.more();
        owners.remove(session, () -> part.complete(null));
        ending.put(session.clientId(), session);
        session.lastEntryWrite()
                .thenRunAsync(() -> ending.remove(session.clientId(), session), post.loop());
    }

    /** Sessions that have ended, until their entries are removed. */
    private final Map<String, OwnedSession> ending = new HashMap<>();

    /** Whether a session of this node has ended and its entry may still be there. */
    boolean isEnding(String clientId) {
        return ending.containsKey(clientId);
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
    public List<TopicFilter> groups(String clientId, long epoch) {
        OwnedSession session = owned.get(clientId);
        return session == null || session.epoch() > epoch || !session.isPersistent()
                ? List.of()
                : session.groups();
    }

    @Override
    public boolean owns(String clientId) {
        return owned.containsKey(clientId);
    }

    @Override
    public long epoch(String clientId) {
        OwnedSession session = owned.get(clientId);
        return session == null ? 0 : session.epoch();
    }

    @Override
    public List<String> having(Origin origin) {
        List<String> found = new ArrayList<>();
        owned.forEach((clientId, session) -> {
            if (session.hasHad(origin)) {
                found.add(clientId);
            }
        });
        return found;
    }

    @Override
    public boolean has(String clientId, Origin origin) {
        OwnedSession session = owned.get(clientId);
        return session != null && session.hasHad(origin);
    }

    @Override
    public void note(String clientId, Origin origin) {
        OwnedSession session = owned.get(clientId);
        if (session != null && session.isPersistent()) {
            session.given(origin);
        }
    }

    @Override
    public void had(String clientId, long epoch, Origin origin) {
        OwnedSession session = owned.get(clientId);
        Copies.Copy copy = copies.get(clientId, epoch);
        if (session != null && session.epoch() <= epoch) {
            session.marks().note(origin);
        } else if (copy != null) {
            copy.marks().note(origin);
        }
    }

    @Override
    public boolean isKnown(Origin origin) {
        return owned.values().stream().anyMatch(session -> session.hasHad(origin))
                || copies.cover(origin);
    }

    @Override
    public List<String> wanting(TopicName topic) {
        List<String> found = new ArrayList<>();
        owned.forEach((clientId, session) -> {
            if (session.isPersistent()
                    && session.plainFilters().stream().anyMatch(one -> one.matches(topic))) {
                found.add(clientId);
            }
        });
        return found;
    }

    @Override
    public void leaving(String clientId) {
        OwnedSession session = owned.get(clientId);
        if (session != null) {
            session.leaving();
        }
    }

    @Override
    public CompletableFuture<?> release(String clientId, long epoch) {
        OwnedSession session = owned.get(clientId);
        if (session == null || session.epoch() > epoch) {
            OwnedSession gone = ending.get(clientId);
            return gone == null ? CompletableFuture.completedFuture(null) : gone.lastEntryWrite();
        }
        owned.remove(clientId);
        session.over();
        if (session.isPersistent()) {
            copies.retain(post.self(), session.epoch(), session.state(), session.marks());
        } else {
            disk.drop(clientId, session.epoch());
        }
        return session.lastEntryWrite();
    }

    @Override
    public void handOver(String clientId, long epoch, Peer to) {
        Copies.Copy copy = copies.get(clientId, epoch);
        if (copy != null) {
            replication.writeCopy(to, copy);
            replication.flush(to);
        }
    }

    /** On the disk is what outlives its connection, and of another session its will. */
    private void keep(OwnedSession session, boolean whole) {
        String clientId = session.clientId();
        SessionHead head = session.state().head();
        if (!head.isPersistent() && head.will() == null) {
            disk.drop(clientId, session.epoch());
        } else if (!head.isPersistent()) {
            disk.keep(new StoredSession(clientId, head), session.epoch());
        } else if (!whole && disk.has(clientId, session.epoch())) {
            disk.change(new SessionChange.HeadSet(clientId, session.epoch(), head));
        } else {
            disk.keep(session.state(), session.epoch());
        }
    }

    /** The disk has missed something: everything goes there again. On the loop. */
    void keepAll() {
        disk.forget();
        owned.values().forEach(session -> keep(session, true));
        copies.keepAll();
    }

    /** Whether there are as many copies of every session as there can be. */
    boolean hasCopies() {
        return owned.values().stream().noneMatch(OwnedSession::isEstablishing);
    }

    /** A member has come: sessions that had too few to be copied to may be copied now. */
    void joined() {
        for (OwnedSession session : owned.values()) {
            if (session.isPersistent()
                    && session.backups().size() < replication.choose(session.clientId()).size()) {
                replication.establishAgain(session);
            }
        }
    }

    /** A member has gone, and with it the copies it had. */
    void departed(Peer peer) {
        copies.departed(peer);
        for (OwnedSession session : owned.values()) {
            if (session.backups().remove(peer)) {
                replication.establishAgain(session);
            }
        }
    }

    /** Whether this node may keep anything; those who wait are refused when it may not. */
    void cutOff(boolean from) {
        cutOff = from;
        if (from) {
            copies.cutOff();
            for (OwnedSession session : owned.values()) {
                session.suspended(true);
                List<Completion> refused = List.copyOf(session.waiting());
                session.waiting().clear();
                refused.forEach(done -> done.complete(OwnerTable.cutOff()));
            }
        }
    }

    boolean isCutOff() {
        return cutOff;
    }

    /** Those of which the broker has what was before this node was cut off. */
    List<OwnedSession> suspended() {
        return owned.values().stream().filter(OwnedSession::isSuspended).toList();
    }

    /**
     * After this node was cut off: sessions that others have adopted meanwhile are let go of. On
     * the loop.
     *
     * @return complete when all were looked at
     */
    CompletableFuture<Void> verify() {
        List<CompletableFuture<?>> looked = new ArrayList<>();
        for (OwnedSession session : List.copyOf(owned.values())) {
            looked.add(
                    owners.get(session.clientId())
                            .handleAsync(
                                    (bytes, error) -> {
                                        if (error == null && !session.isOver()) {
                                            look(session, bytes);
                                        }
                                        return null;
                                    },
                                    post.loop()));
        }
        return CompletableFuture.allOf(looked.toArray(CompletableFuture[]::new));
    }

    private void look(OwnedSession session, byte @Nullable [] bytes) {
        OwnerEntry entry = OwnerTable.decoded(bytes);
        if (bytes != null && entry != null && replication.isVain(session, entry)) {
            owners.restore(session, bytes, restored -> {});
        } else if (isAdopted(session, entry)) {
            fenced(session);
        }
    }

    /** Whether it is another node's, which is not going to ask for it. */
    private boolean isAdopted(OwnedSession session, @Nullable OwnerEntry entry) {
        boolean mine =
                entry != null
                        && entry.owner().equals(post.self())
                        && entry.epoch() == session.epoch();
        return !mine && (entry == null || !entry.isClaimedFrom(post.self()));
    }

    private void fenced(OwnedSession session) {
        if (!session.isOver()) {
            owned.remove(session.clientId(), session);
            session.fenced();
            deliveries.forgetServed();
            disk.drop(session.clientId(), session.epoch());
            broker.forfeit(session.clientId(), session.epoch());
        }
    }

    /**
     * This node leaves: what has no complete copy yet goes to all members, and whoever of them
     * adopts it has it.
     *
     * @param done told on the loop when they have it
     */
    void bequeath(Completion done) {
        Set<Peer> heirs = new LinkedHashSet<>(membership.members());
        heirs.remove(post.self());
        for (OwnedSession session : owned.values()) {
            if (session.isPersistent() && session.isEstablishing()) {
                for (Peer heir : heirs) {
                    replication.writeCopy(heir, session.asCopy(post.self()));
                }
            }
        }
        Outcome taken = new Outcome(post, done);
        heirs.forEach(heir -> replication.afterWritten(heir, taken.more()));
        taken.complete(null);
    }

    /** Others own all of this: nothing is kept any more, and who waits for that is refused. */
    void end() {
        ended = true;
        owners.end();
        replication.end();
        cutOff(true);
        claims.end();
    }

    /** Entries are written and copies made no more. */
    void close() {
        owners.close();
        replication.close();
    }
}
