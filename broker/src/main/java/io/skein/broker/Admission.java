package io.skein.broker;

import io.skein.cluster.Origin;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * From CONNECT to CONNACK (section 3.1.4): which session a connection gets, and that it is the only
 * one of its client id, here and in the cluster (P5, P6).
 */
final class Admission {
    /**
     * A claim that the cluster has not answered; of several connections the newest waits for it.
     */
    private static final class Claim {
        final SessionHead head;
        final Connection first;
        Connection connection;
        Connect packet;

        /** Another node has claimed what this one claims: an answer of up to this epoch is late. */
        long lostUpTo = -1;

        Claim(SessionHead head, Connection connection, Connect packet) {
            this.head = head;
            this.first = connection;
            this.connection = connection;
            this.packet = packet;
        }
    }

    private final Shard shard;
    private final Map<String, Claim> claims = new HashMap<>();

    /** Sessions that are over, or elsewhere, but for what their clients have published last. */
    private final Map<String, Session> finishing = new HashMap<>();

    Admission(Shard shard) {
        this.shard = shard;
    }

    void admit(Connection connection, Connect packet, long nowNanos) {
        Refusal refusal = objection(connection, packet);
        if (refusal != null) {
            connection.refuse(refusal);
            return;
        }
        Referral referral = shard.broker.referral();
        if (referral != null && concerns(referral, connection)) {
            connection.refer(referral);
            return;
        }
        Claim underWay = claims.get(connection.clientId());
        if (underWay != null) {
            underWay.connection.refuse(Refusal.fenced(connection.clientId()));
            underWay.connection = connection;
            underWay.packet = packet;
            connection.output().setReading(false);
            return;
        }
        Session session = held(connection.clientId());
        if (session != null) {
            displace(session, packet, nowNanos);
        }
        if (session != null && session.jointPublishes > 0) {
            connection.output().setReading(false);
            session.afterJointPublishes((ignored, now) -> admit(connection, packet, now));
            return;
        }
        if (session != null && !session.ended) {
            session.setHead(connection.head());
            attachWhenKept(session, connection, true);
        } else {
            claim(connection, packet);
        }
    }

    private boolean concerns(Referral referral, Connection connection) {
        return referral.everybody()
                || (connection.version() == ProtocolVersion.MQTT_5
                        && held(connection.clientId()) == null);
    }

    private @Nullable Session held(String clientId) {
        Session session = shard.sessions.get(clientId);
        return session == null ? finishing.get(clientId) : session;
    }

    /** Everything that the client of a session has published is kept. */
    void finished(Session session) {
        finishing.remove(session.clientId, session);
    }

    private @Nullable Refusal objection(Connection connection, Connect packet) {
        Refusal notServing = shard.broker.notServing();
        if (notServing != null) {
            return notServing;
        }
        if (packet.clientId().isEmpty()
                && packet.version() != ProtocolVersion.MQTT_5
                && !packet.cleanStart()) { // [MQTT-3.1.3-8]
            return new Refusal(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "an empty client id needs a clean session");
        }
        if (packet.will() != null && Broker.isSystem(packet.will().topic())) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "$SYS is the node's own");
        }
        if (packet.will() != null && !connection.rules().mayPublish(packet.will().topic())) {
            return new Refusal(
                    ReasonCode.NOT_AUTHORIZED,
                    "will topic '" + packet.will().topic() + "' may not be published to");
        }
        return null;
    }

    /** [MQTT-3.1.4-3] the older connection goes; its session too if it does not outlive it. */
    private void displace(Session session, Connect packet, long nowNanos) {
        Connection old = session.connection;
        if (old != null) {
            old.takenOver(packet.cleanStart(), nowNanos);
        }
        publishDueWill(session, nowNanos);
        boolean waited = !session.isPersistent() && !session.head.connected(); // for its will
        boolean over = packet.cleanStart() || waited;
        if (!session.ended && over) { // [MQTT-3.1.2-4] [MQTT-3.1.2-6]
            publishWill(session, nowNanos); // [MQTT-3.1.3-9] the session ends before its delay
            forget(session, nowNanos);
            session.handOnShared(nowNanos);
            // Before the claim makes them changes of an owner of earlier, whose refusal would also
            // concern the connection that claims.
            shard.endTurn(nowNanos);
        }
    }

    private void claim(Connection connection, Connect packet) {
        Claim claim = new Claim(connection.head(), connection, packet);
        claims.put(connection.clientId(), claim);
        connection.output().setReading(false);
        shard.broker
                .cluster
                .sessions()
                .claim(connection.clientId(), packet.cleanStart(), claim.head)
                .whenComplete((owned, error) -> answer(claim, owned, error));
    }

    private void answer(Claim claim, @Nullable Ownership owned, @Nullable Throwable error) {
        shard.loop.execute(now -> {
            claims.remove(claim.connection.clientId());
            if (owned != null) {
                claimed(claim, owned, now);
            } else if (shard.sessions.containsKey(claim.connection.clientId())) {
                admit(claim.connection, claim.packet, now); // it was adopted meanwhile
            } else {
                claim.connection.refuse(refusalOf(error));
            }
        });
    }

    private void claimed(Claim claim, Ownership owned, long nowNanos) {
        Connection connection = claim.connection;
        if (owned.epoch() <= claim.lostUpTo) {
            connection.refuse(Refusal.fenced(connection.clientId()));
            return;
        }
        StoredSession stored = owned.session();
        boolean present = stored != null && stored.head().isPersistent();
        Session former = shard.sessions.get(connection.clientId());
        if (former != null) { // adopted while it was claimed
            leave(former, nowNanos);
        }
        Session session =
                stored != null && present
                        ? Session.restored(shard, stored, owned.epoch())
                        : new Session(shard, connection.clientId(), owned.epoch(), claim.head);
        session.head = claim.head;
        enroll(session);
        CompletableFuture<Void> known =
                stored != null && present
                        ? subscribeAll(session, stored, nowNanos)
                        : CompletableFuture.completedFuture(null);
        if (stored != null && present) {
            // Not before all shards find it: what they have published without it is diverted.
            known.thenCompose(nothing -> shard.broker.handedOverElsewhere(shard))
                    .thenRun(() -> settled(session));
        }
        if (connection.isClosed()) {
            abandoned(session, nowNanos);
        } else if (connection != claim.first) { // a newer connection has come meanwhile
            Connect packet = claim.packet;
            session.head = leftAlone(claim.head, nowNanos);
            admit(connection, packet, nowNanos);
        } else {
            known.whenComplete((nothing, error) ->
                    shard.loop.execute(now -> {
                        if (error == null) {
                            attachWhenKept(session, connection, present);
                        } else {
                            connection.refuse(refusalOf(error));
                            abandoned(session, now);
                        }
                    }));
        }
    }

    private void settled(Session session) {
        shard.broker.cluster.sessions().settled(session.clientId, session.epoch);
    }

    /** The client went away before its CONNACK: its session is one without a connection. */
    private void abandoned(Session session, long nowNanos) {
        if (session.ended || session.connection != null) {
            return;
        }
        session.setHead(leftAlone(session.head, nowNanos));
        if (session.isPersistent()) {
            shard.broker.expiry.schedule(session);
        } else {
            end(session, nowNanos);
        }
    }

    private static SessionHead leftAlone(SessionHead head, long nowNanos) {
        return new SessionHead(false, head.expirySeconds(), nowNanos, null);
    }

    /**
     * CONNACK leaves when what the session is from now on is kept. Of several connections that wait
     * for that, the newest gets the session ([MQTT-3.1.4-3]).
     */
    private void attachWhenKept(Session session, Connection connection, boolean present) {
        if (session.arriving != null) {
            session.arriving.refuse(Refusal.fenced(session.clientId));
        }
        session.arriving = connection;
        connection.output().setReading(false);
        shard.afterWrite(
                session,
                (refusal, now) -> {
                    if (session.arriving != connection) {
                        return; // refused already: a newer one has come
                    }
                    session.arriving = null;
                    Refusal why = refusal == null ? shard.closing : refusal;
                    if (why != null) {
                        connection.refuse(why);
                        abandoned(session, now);
                    } else if (connection.isClosed()) {
                        abandoned(session, now);
                    } else if (session.ended || session.connection != null) {
                        connection.refuse(Refusal.fenced(session.clientId));
                    } else {
                        session.connection = connection;
                        session.connected = true;
                        connection.accepted(session, present, now);
                    }
                });
    }

    // Sessions without a connection.

    /** Takes over a session that was stored, after a restart or from a node that died. */
    CompletableFuture<Void> adopt(StoredSession stored, long epoch, long nowNanos) {
        Session former = shard.sessions.get(stored.clientId());
        if (former != null && former.epoch >= epoch) {
            return CompletableFuture.completedFuture(null);
        }
        if (former != null) { // this node has not learned yet that it was another's meanwhile
            leave(former, nowNanos);
        }
        Session session = Session.restored(shard, stored, epoch);
        enroll(session);
        CompletableFuture<Void> known = subscribeAll(session, stored, nowNanos);
        SessionHead head = stored.head();
        if (head.connected()) { // its connection died with its node
            session.setHead(head.disconnected(nowNanos));
        }
        shard.broker.expiry.schedule(session);
        return known;
    }

    /**
     * Another node owns the client id: nothing of the session stays here.
     *
     * @param ends whether the session ends; otherwise it goes on there
     */
    CompletableFuture<Void> relinquish(String clientId, long epoch, boolean ends, long nowNanos) {
        Claim underWay = claims.get(clientId);
        if (underWay != null) {
            underWay.lostUpTo = Math.max(underWay.lostUpTo, epoch);
        }
        Session session = held(clientId);
        if (session == null || session.epoch > epoch) {
            return CompletableFuture.completedFuture(null);
        }
        session.leaving = true;
        session.caughtUp(nowNanos);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        if (session.connection != null) {
            session.connection.takenOver(ends, nowNanos);
        }
        publishDueWill(session, nowNanos);
        if (ends) {
            publishWill(session, nowNanos); // [MQTT-3.1.3-9] the session ends before its delay
        }
        if (session.jointPublishes > 0) { // its will among them
            session.afterJointPublishes((ignored, now) ->
                    relinquish(clientId, epoch, ends, now)
                            .whenComplete((nothing, error) -> gone.complete(null)));
            return gone;
        }
        session.storePacketIds();
        session.storeReserved();
        leave(session, nowNanos);
        if (ends) {
            session.handOnShared(nowNanos);
        }
        shard.afterWrite(
                session, (refusal, now) -> gone.complete(null)); // refused is as good: fenced
        return gone;
    }

    /** Other nodes own all client ids that are here. */
    CompletableFuture<Void> forfeitAll(long nowNanos) {
        List<CompletableFuture<Void>> gone = new ArrayList<>();
        List<Session> all = new ArrayList<>(shard.sessions.values());
        all.addAll(finishing.values());
        for (Session session : all) {
            dropWill(session.clientId, session.epoch);
            gone.add(relinquish(session.clientId, session.epoch, false, nowNanos));
        }
        return CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new));
    }

    private void leave(Session session, long nowNanos) {
        if (session.connection != null) {
            session.connection.takenOver(false, nowNanos);
        }
        if (!session.ended) {
            forget(session, nowNanos);
        }
    }

    private void enroll(Session session) {
        session.fed = session.isPersistent() && shard.broker.cluster.feedsSessions();
        shard.sessions.put(session.clientId, session);
        shard.counters.sessions.increment();
    }

    private CompletableFuture<Void> subscribeAll(
            Session session, StoredSession stored, long nowNanos) {
        if (!stored.subscriptions().isEmpty() && !shard.broker.isJoining()) {
            session.catchUp(nowNanos);
        }
        List<CompletableFuture<Void>> known = new ArrayList<>();
        for (StoredSession.Entry entry : stored.subscriptions()) {
            LocalSubscription subscription =
                    new LocalSubscription(
                            session, entry.subscription(), entry.subscriptionIdentifier());
            known.add(shard.broker.subscribe(subscription));
        }
        session.recallShares();
        if (session.isCatchingUp()) {
            shard.broker
                    .awaitPublished(session)
                    .whenComplete((nothing, error) -> shard.loop.execute(session::caughtUp));
        }
        return CompletableFuture.allOf(known.toArray(CompletableFuture[]::new));
    }

    /** The session is over, in the store too. */
    void end(Session session, long nowNanos) {
        if (!session.ended) {
            forget(session, nowNanos);
            session.handOnShared(nowNanos);
            if (session.jointPublishes > 0) {
                session.endIsDue = true;
            } else {
                shard.change(new SessionChange.Ended(session.clientId, session.epoch));
            }
        }
    }

    /** Takes the session out of this node's memory. */
    void forget(Session session, long nowNanos) {
        session.ended = true;
        session.connected = false;
        shard.sessions.remove(session.clientId, session);
        if (session.jointPublishes > 0) {
            finishing.put(session.clientId, session);
        }
        shard.counters.sessions.decrement();
        session.release();
        session.caughtUp(nowNanos);
        for (LocalSubscription subscription : List.copyOf(session.subscriptions.values())) {
            shard.broker.unsubscribe(subscription);
        }
    }

    /** Publishes a will that has waited for the store, before the session is somebody else's. */
    private void publishDueWill(Session session, long nowNanos) { // [MQTT-3.1.2-8]
        SessionHead head = session.head;
        long due = Math.min(Expiry.willDueNanos(head), head.expiresAtNanos());
        if (!session.ended && due <= nowNanos) {
            publishWill(session, nowNanos);
        }
    }

    /** Publishes the session's will if it still has one, and keeps that it has none any more. */
    void publishWill(Session session, long nowNanos) {
        SessionHead head = session.head;
        Will will = head.will();
        if (will == null || session.willUnderWay != null) {
            return;
        }
        shard.counters.willsPublished.increment();
        Origin origin = originOf(will, head);
        if (origin == null) {
            session.head = head.withoutWill(); // [MQTT-3.1.2-10]
            shard.broker.publishWill(session, will, nowNanos);
        } else {
            new NumberedWill(session, will, origin).begin(nowNanos);
        }
    }

    private @Nullable Origin originOf(Will will, SessionHead head) {
        return head.willOrigin() != null || will.qos() == QoS.AT_MOST_ONCE
                ? head.willOrigin()
                : shard.broker.cluster.nextOrigin();
    }

    /** As which message the session's will goes out while it is let go of. */
    void numberWill(String clientId, long epoch, Origin origin) {
        Session session = held(clientId);
        if (session != null && session.epoch <= epoch) {
            session.nextOwnersWill = origin;
        }
    }

    /** Another node has published the session's will, or lets it be. */
    void dropWill(String clientId, long epoch) {
        Session session = held(clientId);
        if (session != null && session.epoch <= epoch) {
            session.head = session.head.withoutWill();
        }
    }

    void refuseAll(ReasonCode reason) {
        for (Claim claim : List.copyOf(claims.values())) {
            claim.connection.refuse(new Refusal(reason, "the broker is shutting down"));
        }
    }

    static Refusal refusalOf(@Nullable Throwable error) {
        Throwable cause =
                error instanceof CompletionException && error.getCause() != null
                        ? error.getCause()
                        : error;
        return cause instanceof RefusedException refused
                ? refused.refusal()
                : Refusal.unavailable(String.valueOf(cause));
    }
}
