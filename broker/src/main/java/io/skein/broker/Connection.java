package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionHead;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection from CONNECT on: what each packet does (chapter 4 of the specification).
 * Called by the thread of its shard only. Every method may be called after the connection has
 * ended, and then does nothing.
 */
public final class Connection {
    private enum State {
        CONNECTING,
        OPEN,
        CLOSED
    }

    /** What becomes of the will when a connection ends. */
    private enum WillFate {
        PUBLISHED,
        DROPPED
    }

    /** How much of a reason a client is told: it may quote a topic of 65,535 bytes. */
    private static final int EXPLANATION_CHARACTERS = 512;

    /** Its place in the list of {@link KeepAlive}, -1 while it is in none. */
    int keepAlivePlace = -1;

    private final Shard shard;
    private final ConnectionOutput output;
    private final Peer peer;

    /** What the client was told in CONNACK holds for as long as it is connected. */
    private final BrokerLimits limits;

    private final ProtocolVersion version;
    private final String clientId;
    private final boolean idAssigned;
    private final SessionHead head;
    private final int keepAliveSeconds;
    private final boolean keepAliveLowered;
    private final int sendMaximum;
    private final boolean problemInformation;
    private final long sinceNanos;
    private final ArrayDeque<InboundPublish> unacknowledged = new ArrayDeque<>(0);

    /**
     * Why this connection ends when what came before a refused message is answered. Nothing that
     * comes after that message is taken: the client sends all of it again, in its order.
     */
    private @Nullable Refusal ending;

    private State state = State.CONNECTING;
    private @Nullable Session session;
    private @Nullable ArrayDeque<Packet> early;
    private long heardAtNanos;
    private boolean slowedDown;
    private final @Nullable PublishRate publishRate;
    private boolean pausing;

    /** Since when the client takes nothing though more waits for it; 0 while it does. */
    private long blockedSinceNanos;

    private boolean blockedIsWatched;

    // Who the client is, as far as it was authenticated.
    private @Nullable Authentication authentication;
    private @Nullable String username;
    private AccessRules rules = AccessRules.DENY_ALL;
    private long validUntilNanos = Long.MAX_VALUE;
    private byte @Nullable [] lastWord;

    Connection(Shard shard, Connect packet, ConnectionOutput output, Peer peer, long nowNanos) {
        this.shard = shard;
        this.limits = shard.limits;
        this.output = output;
        this.peer = peer;
        this.version = packet.version();
        this.idAssigned = packet.clientId().isEmpty();
        this.clientId = idAssigned ? assignId(shard) : packet.clientId();
        this.head = new SessionHead(true, expirySeconds(packet, limits), 0, packet.will());
        int most = limits.keepAliveSecondsMaximum();
        this.keepAliveLowered =
                most > 0 && (packet.keepAliveSeconds() == 0 || packet.keepAliveSeconds() > most);
        this.keepAliveSeconds = keepAliveLowered ? most : packet.keepAliveSeconds();
        this.sendMaximum =
                (int)
                        Math.min(
                                limits.inflightMaximum(),
                                packet.properties().number(Property.RECEIVE_MAXIMUM, 65_535));
        this.sinceNanos = nowNanos;
        this.problemInformation = // [MQTT-3.1.2-29]
                packet.properties().number(Property.REQUEST_PROBLEM_INFORMATION, 1) == 1;
        this.publishRate = PublishRate.of(shard.broker.settings.overload());
        this.heardAtNanos = nowNanos;
    }

    private static String assignId(Shard shard) { // [MQTT-3.1.3-6]
        String id;
        do {
            id = shard.broker.settings.clientIds().get();
        } while (shard.broker.shardIndexFor(id) != shard.index);
        return id;
    }

    private static long expirySeconds(Connect packet, BrokerLimits limits) {
        long wanted =
                packet.version() == ProtocolVersion.MQTT_5
                        ? packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)
                        : packet.cleanStart() ? 0 : SessionHead.NEVER_EXPIRES;
        return Broker.isLocal(packet.clientId())
                ? wanted
                : Math.min(wanted, limits.sessionExpirySecondsMaximum());
    }

    /** The client's id, also the one it was assigned. */
    public String clientId() {
        return clientId;
    }

    ConnectionOutput output() {
        return output;
    }

    Shard shard() {
        return shard;
    }

    Peer peer() {
        return peer;
    }

    /** As authenticated, null for anonymous. */
    @Nullable String username() {
        return username;
    }

    /** What the client may do: nothing before it was authenticated. */
    AccessRules rules() {
        return rules;
    }

    ProtocolVersion version() {
        return version;
    }

    /** How the session stands while this connection lives. */
    SessionHead head() {
        return head;
    }

    /** How many QoS 1 and 2 messages may be unacknowledged towards the client. */
    int sendMaximum() {
        return sendMaximum;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Whether the client takes more; one that does not for too long is disconnected. */
    boolean takes(long nowNanos) {
        if (output.isWritable()) {
            return true;
        }
        blocked(nowNanos);
        return false;
    }

    // The beginning.

    void authenticate(Connect packet, long nowNanos) {
        authentication = new Authentication(this, packet);
        authentication.begin(packet, nowNanos);
    }

    /** The client is who it says, now or again. */
    void authenticated(Verdict.Allowed allowed, long nowNanos) {
        username = allowed.username();
        rules = allowed.rules();
        validUntilNanos =
                allowed.validNanos() == Verdict.Allowed.FOREVER
                        ? Long.MAX_VALUE
                        : nowNanos + allowed.validNanos();
        if (state == State.OPEN) {
            watchTime(nowNanos);
        } else {
            lastWord = allowed.data();
        }
    }

    private void watchTime(long nowNanos) {
        if (keepAliveSeconds > 0 || validUntilNanos != Long.MAX_VALUE) {
            shard.keepAlive.watch(this, nowNanos);
        }
    }

    void accepted(Session session, boolean present, long nowNanos) {
        this.session = session;
        state = State.OPEN;
        heardAtNanos = nowNanos;
        shard.counters.connectionsAccepted.increment();
        shard.counters.connectionsOpen.increment();
        watchTime(nowNanos);
        output.send(new ConnAck(present, ReasonCode.SUCCESS, welcome())); // [MQTT-3.2.2-2]
        output.setReading(true);
        session.resume(nowNanos); // [MQTT-4.6.0-1] before what the client's first packets cause
        while (early != null && !early.isEmpty()) {
            received(early.poll(), nowNanos);
        }
        early = null;
        if (authentication != null && authentication.method() == null) {
            authentication = null; // it will not be asked for again
        }
    }

    private Properties welcome() {
        if (version != ProtocolVersion.MQTT_5) {
            return Properties.EMPTY;
        }
        int packetBytes = Math.min(limits.packetBytesMaximum(), peer.packetBytesMaximum());
        Properties.Builder properties =
                Properties.builder()
                        .number(Property.RECEIVE_MAXIMUM, limits.receiveMaximum())
                        .number(Property.MAXIMUM_PACKET_SIZE, packetBytes)
                        .number(Property.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum())
                        .number(Property.SESSION_EXPIRY_INTERVAL, head.expirySeconds());
        if (idAssigned) { // [MQTT-3.2.2-16]
            properties.string(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
        }
        if (keepAliveLowered) { // [MQTT-3.2.2-21]
            properties.number(Property.SERVER_KEEP_ALIVE, keepAliveSeconds);
        }
        if (authentication != null) {
            authentication.addTo(properties, lastWord);
            lastWord = null;
        }
        return properties.build();
    }

    /** Answers CONNECT with an error and closes. */
    void refuse(Refusal refusal) {
        refuse(refusal.reason(), explainAlways(refusal.explanation()));
    }

    /** Answers CONNECT with the servers to use instead, as far as the client can be told. */
    void refer(Referral referral) {
        if (version != ProtocolVersion.MQTT_5 || referral.servers().isEmpty()) {
            refuse(Refusal.unavailable("clients are to use other nodes"));
            return;
        }
        shard.counters.clientsRedirected.increment();
        refuse(
                ReasonCode.USE_ANOTHER_SERVER,
                Properties.builder().string(Property.SERVER_REFERENCE, referral.servers()).build());
    }

    private void refuse(ReasonCode reason, Properties properties) {
        if (state != State.CONNECTING) {
            return;
        }
        state = State.CLOSED;
        shard.newcomers.remove(this);
        shard.counters.connectionsRefused.increment();
        output.send( // [MQTT-3.2.2-6] no session present beside an error
                new ConnAck(false, Reasons.forConnAck(reason), properties));
        output.close(); // [MQTT-3.2.2-7]
    }

    // What arrives.

    /** A packet has arrived, well-formed and allowed from a client. */
    public void received(Packet packet, long nowNanos) {
        if (state != State.OPEN) {
            if (state == State.CONNECTING) {
                receivedEarly(packet, nowNanos);
            }
            return;
        }
        heardAtNanos = nowNanos;
        switch (packet) {
            case Publish publish -> onPublish(publish, nowNanos);
            case PubAck ack -> onPubAck(ack, nowNanos);
            case PubRec rec -> onPubRec(rec, nowNanos);
            case PubRel rel -> onPubRel(rel);
            case PubComp comp -> onPubComp(comp, nowNanos);
            case Subscribe subscribe -> new Subscribing(this, live()).subscribe(subscribe);
            case Unsubscribe unsubscribe -> new Subscribing(this, live()).unsubscribe(unsubscribe);
            case PingReq ignored -> output.send(PingResp.INSTANCE); // [MQTT-3.12.4-1]
            case Disconnect disconnect -> onDisconnect(disconnect, nowNanos);
            case Connect ignored -> // [MQTT-3.1.0-2]
                    failed(ReasonCode.PROTOCOL_ERROR, "a second CONNECT", nowNanos);
            case Auth auth -> onAuth(auth, nowNanos);
            case ConnAck ignored -> onlyFromServers(nowNanos);
            case SubAck ignored -> onlyFromServers(nowNanos);
            case UnsubAck ignored -> onlyFromServers(nowNanos);
            case PingResp ignored -> onlyFromServers(nowNanos);
        }
    }

    /** Before CONNACK: a client need not wait for it unless it named an authentication method. */
    private void receivedEarly(Packet packet, long nowNanos) {
        if (authentication == null || authentication.method() == null) {
            early = early == null ? new ArrayDeque<>() : early;
            early.add(packet);
            return;
        }
        switch (packet) { // [MQTT-3.1.2-30]
            case Auth auth -> authentication.onAuth(auth, nowNanos);
            case Disconnect ignored -> {
                output.close();
                closed(nowNanos);
            }
            default ->
                    failed(
                            ReasonCode.PROTOCOL_ERROR,
                            "neither AUTH nor DISCONNECT during authentication",
                            nowNanos);
        }
    }

    private void onAuth(Auth packet, long nowNanos) {
        if (authentication == null) { // [MQTT-4.12.0-7]
            failed(
                    ReasonCode.PROTOCOL_ERROR,
                    "AUTH without an authentication method in CONNECT",
                    nowNanos);
        } else {
            authentication.onAuth(packet, nowNanos);
        }
    }

    private void onlyFromServers(long nowNanos) {
        failed(ReasonCode.PROTOCOL_ERROR, "a packet that only servers send", nowNanos);
    }

    private Session live() {
        Session session = this.session;
        if (session == null) {
            throw new IllegalStateException("no session before CONNACK");
        }
        return session;
    }

    private void onPublish(Publish publish, long nowNanos) {
        shard.traffic.received(publish.payload().length);
        if (publishRate != null) {
            pause(publishRate.pauseNanos(publish.payload().length, nowNanos), nowNanos);
        }
        QoS qos = publish.qos();
        if (qos == QoS.EXACTLY_ONCE && live().received().contains(publish.packetId())) {
            repeatPubRec(publish.packetId()); // [MQTT-4.3.3-10] not a new message
            return;
        }
        if (qos != QoS.AT_MOST_ONCE && exceedsReceiveMaximum()) { // [MQTT-3.3.4-7]
            failed(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than " + limits.receiveMaximum() + " unacknowledged",
                    nowNanos);
            return;
        }
        Refusal refusal = objection(publish);
        InboundPublish pending = null;
        if (qos != QoS.AT_MOST_ONCE) {
            pending = inbound(publish.packetId(), qos, refusal == null);
            unacknowledged.add(pending);
        }
        if (refusal != null) {
            shard.counters.publishesRefused.increment();
            if (pending != null) {
                pending.partDone(refusal, nowNanos);
            } else if (isDenial(refusal)) {
                disconnect(refusal.reason(), refusal.explanation(), nowNanos);
            }
            return;
        }
        publish(publish, pending, nowNanos);
    }

    private InboundPublish inbound(int packetId, QoS qos, boolean isTaken) {
        Session session = live();
        if (qos == QoS.EXACTLY_ONCE && isTaken && session.isPersistent()) {
            Origin before = session.underWay(packetId);
            Origin origin = before == null ? shard.broker.cluster.nextOrigin() : before;
            if (origin != null) {
                return new NumberedPublish(this, session, packetId, origin, before != null);
            }
        }
        return new InboundPublish(this, session, packetId, qos);
    }

    private void publish(Publish publish, @Nullable InboundPublish pending, long nowNanos) {
        Message message =
                new Message(
                        publish.topic(),
                        publish.payload(),
                        publish.qos(),
                        publish.retain(),
                        Broker.withoutIntervals(publish.properties()),
                        clientId,
                        Broker.expiresAtNanos(publish.properties(), nowNanos),
                        pending == null ? null : pending.origin());
        if (pending == null) {
            retain(message, null);
            shard.route(message, null, nowNanos);
            return;
        }
        pending.route(message, nowNanos);
        if (unacknowledged.size() >= limits.receiveMaximum() && !slowedDown) {
            slowedDown = true;
            output.setReading(false);
        }
    }

    /** Keeps a retained message as such. */
    void retain(Message message, @Nullable Pending pending) {
        if (message.retain() && shard.broker.keepsRetained(message)) { // [MQTT-3.3.1-5]
            shard.broker
                    .cluster
                    .retained()
                    .put(message, pending == null ? refusal -> {} : pending.part());
        }
    }

    /** A client that publishes too fast is not read for a while: nothing of it is dropped. */
    private void pause(long nanos, long nowNanos) {
        if (nanos == 0 || pausing) {
            return;
        }
        pausing = true;
        shard.counters.publishersPaused.increment();
        output.setReading(false);
        shard.timers.at(nowNanos + nanos, this::pauseOver);
    }

    private void pauseOver(long nowNanos) {
        pausing = false;
        heardAtNanos = nowNanos;
        readAgain();
    }

    private void readAgain() {
        if (!slowedDown && !pausing && state == State.OPEN) {
            output.setReading(true);
        }
    }

    private @Nullable Refusal objection(Publish publish) {
        if (ending != null && publish.qos() != QoS.AT_MOST_ONCE) {
            return ending;
        }
        if (!rules.mayPublish(publish.topic())) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "may not publish to " + publish.topic());
        }
        if (Broker.isSystem(publish.topic())) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "$SYS is the node's own");
        }
        if (publish.qos() != QoS.AT_MOST_ONCE && shard.broker.isBacklogFull()) {
            shard.counters.refusedBacklogFull.increment();
            return new Refusal(ReasonCode.QUOTA_EXCEEDED, "too many messages wait on this node");
        }
        if (canBeRefused(publish)
                && publish.payload().length > 0
                && shard.broker.isRetainedFull(publish.topic(), publish.payload().length)) {
            shard.counters.retainedRefused.increment();
            return new Refusal(ReasonCode.QUOTA_EXCEEDED, "too many retained messages");
        }
        return shard.broker.notTaking(publish.qos());
    }

    /** Whether the publisher can be told that a retained message is not kept. */
    private boolean canBeRefused(Publish publish) {
        return publish.retain()
                && publish.qos() != QoS.AT_MOST_ONCE
                && version == ProtocolVersion.MQTT_5;
    }

    /** Whether the client can be told that a QoS 1 or 2 message is refused. */
    boolean canRefuse(Refusal refusal) {
        return state == State.OPEN
                && version == ProtocolVersion.MQTT_5
                && !Reasons.isPassing(refusal);
    }

    /** Whether a refused message ends the connection: its client keeps it and sends it again. */
    private boolean endsConnection(Refusal refusal) { // [MQTT-4.8.0-2]
        return version == ProtocolVersion.MQTT_5
                ? Reasons.isPassing(refusal)
                : refusal.reason() != ReasonCode.NOT_AUTHORIZED || isDenial(refusal);
    }

    private boolean isDenial(Refusal refusal) {
        return refusal.reason() == ReasonCode.NOT_AUTHORIZED
                && version != ProtocolVersion.MQTT_5
                && shard.broker.settings.access().closesOnDenial();
    }

    private boolean exceedsReceiveMaximum() {
        int maximum = limits.receiveMaximum();
        return version == ProtocolVersion.MQTT_5
                && unacknowledged.size() + live().received().size() >= maximum
                && unacknowledged.stream().filter(p -> p.qos == QoS.AT_LEAST_ONCE).count()
                                + live().received().size()
                        >= maximum;
    }

    private void repeatPubRec(int packetId) {
        for (InboundPublish waiting : unacknowledged) {
            if (waiting.packetId == packetId) {
                return; // its PUBREC is on the way
            }
        }
        InboundPublish underWay = live().receiving(packetId);
        if (underWay == null) {
            output.send(new PubRec(packetId));
        } else { // it came on an earlier connection and is not kept everywhere yet
            InboundPublish again = new InboundPublish(this, live(), packetId, QoS.EXACTLY_ONCE);
            unacknowledged.add(again);
            underWay.repeatedBy(again);
        }
    }

    /** It may be answered, when those before it are. */
    void finished(InboundPublish publish, long nowNanos) {
        Refusal failure = publish.failure;
        if (ending == null && failure != null && endsConnection(failure)) {
            ending = failure;
        }
        acknowledgeFinished(nowNanos);
    }

    /** Answers what is finished, in the order in which it came ([MQTT-4.6.0-2], [MQTT-4.6.0-3]). */
    private void acknowledgeFinished(long nowNanos) {
        while (!unacknowledged.isEmpty() && unacknowledged.peek().isFinished()) {
            answer(unacknowledged.poll(), nowNanos);
        }
        if (slowedDown && unacknowledged.size() <= limits.receiveMaximum() / 2) {
            slowedDown = false;
            readAgain();
        }
    }

    private void answer(InboundPublish done, long nowNanos) {
        if (state != State.OPEN) {
            return;
        }
        Refusal failure = done.failure;
        if (failure != null && endsConnection(failure)) {
            disconnect(failure.reason(), failure.explanation(), nowNanos);
            return;
        }
        if (version != ProtocolVersion.MQTT_5) {
            failure = null; // [MQTT-3.3.5-2] of 3.1.1: acknowledged, and dropped
        }
        ReasonCode reason =
                failure != null
                        ? Reasons.forAcknowledgement(failure.reason())
                        : done.wanted || version != ProtocolVersion.MQTT_5
                                ? ReasonCode.SUCCESS
                                : ReasonCode.NO_MATCHING_SUBSCRIBERS;
        Properties why = explain(failure == null ? "" : failure.explanation());
        output.send( // [MQTT-4.3.2-4] [MQTT-4.3.3-8]
                done.qos == QoS.AT_LEAST_ONCE
                        ? new PubAck(done.packetId, reason, why)
                        : new PubRec(done.packetId, reason, why));
    }

    private void onPubAck(PubAck ack, long nowNanos) {
        Slot slot = live().inflight(ack.packetId());
        if (slot != null && slot.qos == QoS.AT_LEAST_ONCE) {
            live().acknowledged(slot);
            live().sendWaiting(nowNanos);
        }
    }

    private void onPubRec(PubRec rec, long nowNanos) {
        Slot slot = live().inflight(rec.packetId());
        if (slot == null || slot.qos != QoS.EXACTLY_ONCE) {
            ReasonCode unknown =
                    version == ProtocolVersion.MQTT_5
                            ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                            : ReasonCode.SUCCESS;
            output.send(new PubRel(rec.packetId(), unknown, Properties.EMPTY));
        } else if (rec.reason().isError()) { // [MQTT-4.3.3-4] the client does not want it
            live().acknowledged(slot);
            live().sendWaiting(nowNanos);
        } else if (!slot.released) {
            live().released(slot, nowNanos);
        } else {
            output.send(new PubRel(rec.packetId()));
        }
    }

    private void onPubRel(PubRel rel) {
        Session session = live();
        if (session.removeReceived(rel.packetId())) {
            if (session.isPersistent()) { // the id may be used again only when that is kept
                shard.afterWrite(
                        session, (refusal, now) -> complete(session, rel.packetId(), refusal, now));
            } else {
                output.send(new PubComp(rel.packetId())); // [MQTT-4.3.3-11]
            }
            return;
        }
        ReasonCode unknown =
                version == ProtocolVersion.MQTT_5
                        ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                        : ReasonCode.SUCCESS;
        output.send(new PubComp(rel.packetId(), unknown, Properties.EMPTY));
    }

    private void complete(Session session, int packetId, @Nullable Refusal refusal, long nowNanos) {
        if (refusal == null) {
            output.send(new PubComp(packetId));
            return;
        }
        notKept(
                refusal,
                () -> {
                    session.completed(packetId);
                    shard.afterWrite(
                            session, (again, now) -> complete(session, packetId, again, now));
                },
                nowNanos);
    }

    /**
     * Something was not kept that MQTT has no answer to refuse with: it waits until it can be, and
     * what follows from it; unless another node owns the session.
     *
     * @param again asks to keep it once more
     */
    void notKept(@Nullable Refusal refusal, Runnable again, long nowNanos) {
        if (refusal != null && !refusal.clientIds().isEmpty()) {
            disconnect(refusal.reason(), refusal.explanation(), nowNanos);
        } else {
            shard.postponed.add(this, again, nowNanos);
        }
    }

    private void onPubComp(PubComp comp, long nowNanos) {
        Slot slot = live().inflight(comp.packetId());
        if (slot != null && slot.released) {
            live().acknowledged(slot);
            live().sendWaiting(nowNanos);
        }
    }

    private void onDisconnect(Disconnect packet, long nowNanos) {
        Session session = live();
        long expiry =
                packet.properties()
                        .number(Property.SESSION_EXPIRY_INTERVAL, session.head.expirySeconds());
        if (expiry > 0 && !session.isPersistent()) {
            failed(
                    ReasonCode.PROTOCOL_ERROR,
                    "session expiry in DISCONNECT after none in CONNECT",
                    nowNanos);
            return;
        }
        long granted = Math.min(expiry, limits.sessionExpirySecondsMaximum());
        boolean withWill = packet.reason() == ReasonCode.DISCONNECT_WITH_WILL;
        output.close();
        end(withWill ? WillFate.PUBLISHED : WillFate.DROPPED, granted, nowNanos);
    }

    /** The client numbers its QoS 2 messages anew: none of those it has sent is known by its id. */
    void forgetReceived() {
        if (state == State.OPEN) {
            List.copyOf(live().received()).forEach(live()::removeReceived);
            List.copyOf(live().underWay()).forEach(live()::removeReceived);
        }
    }

    // What leaves.

    /** Sends a QoS 0 message, or drops it if the client is too slow. */
    void sendAtMostOnce(Message message, boolean retain, List<Integer> identifiers, long nowNanos) {
        if (!takes(nowNanos)) {
            shard.counters.droppedSlowConsumer.increment();
        } else if (message.isExpired(nowNanos)) {
            shard.counters.droppedExpired.increment();
        } else {
            sendPublish(message, QoS.AT_MOST_ONCE, retain, false, 0, identifiers, nowNanos);
        }
    }

    /** Whether it was sent; not if it is larger than the client's Maximum Packet Size. */
    boolean sendPublish(
            Message message,
            QoS qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            List<Integer> identifiers,
            long nowNanos) {
        long expirySeconds = -1;
        if (message.expiresAtNanos() != Message.NEVER_EXPIRES) { // [MQTT-3.3.2-6]
            long left = Math.max(0, message.expiresAtNanos() - nowNanos);
            expirySeconds = (left + 999_999_999L) / 1_000_000_000L;
        }
        int bytes =
                output.publish(
                        message, qos, retain, duplicate, packetId, identifiers, expirySeconds);
        if (bytes == 0) {
            shard.counters.droppedTooLarge.increment();
            return false;
        }
        shard.traffic.sent(message.payload().length);
        return true;
    }

    /** The client takes more again. */
    public void writable(long nowNanos) {
        blockedSinceNanos = 0;
        if (state == State.OPEN) {
            live().sendWaiting(nowNanos);
        }
    }

    private void blocked(long nowNanos) {
        long seconds = shard.broker.settings.overload().slowConsumerSeconds();
        if (blockedSinceNanos != 0 || seconds == 0) {
            return;
        }
        blockedSinceNanos = nowNanos;
        if (!blockedIsWatched) {
            blockedIsWatched = true;
            shard.timers.at(nowNanos + seconds * 1_000_000_000L, this::checkBlocked);
        }
    }

    private void checkBlocked(long nowNanos) {
        blockedIsWatched = false;
        if (blockedSinceNanos == 0 || state != State.OPEN) {
            return;
        }
        long seconds = shard.broker.settings.overload().slowConsumerSeconds();
        long dueNanos = blockedSinceNanos + seconds * 1_000_000_000L;
        if (nowNanos < dueNanos) {
            blockedIsWatched = true;
            shard.timers.at(dueNanos, this::checkBlocked);
            return;
        }
        shard.counters.slowConsumersClosed.increment();
        disconnect(
                ReasonCode.QUOTA_EXCEEDED,
                "nothing was taken for " + seconds + " s while messages waited",
                nowNanos);
    }

    // The end.

    /** What arrived is malformed or not allowed: MQTT 5 says so, then the connection is closed. */
    public void failed(ReasonCode reason, String explanation, long nowNanos) {
        if (state == State.CLOSED) {
            return;
        }
        shard.counters.protocolErrors.increment();
        if (state == State.CONNECTING) {
            refuse(new Refusal(reason, explanation));
        } else {
            disconnect(reason, explanation, nowNanos); // [MQTT-4.13.1-1] [MQTT-4.13.2-1]
        }
    }

    /** The network connection is gone. */
    public void closed(long nowNanos) {
        end(WillFate.PUBLISHED, head.expirySeconds(), nowNanos); // [MQTT-3.1.2-8]
    }

    /** Closes from this side, for a reason that MQTT 5 clients are told. */
    void disconnect(ReasonCode reason, String explanation, long nowNanos) {
        leave(reason, explanation);
        end(WillFate.PUBLISHED, head.expirySeconds(), nowNanos);
    }

    /**
     * Sends the client to another server, MQTT 5 clients with its name; others are disconnected.
     *
     * @param reference the server to use, as the client is to read it (section 4.11)
     * @param forGood whether the client is to use it from now on
     */
    void redirect(String reference, boolean forGood, long nowNanos) {
        if (state == State.OPEN && version == ProtocolVersion.MQTT_5) {
            Properties where =
                    Properties.builder().string(Property.SERVER_REFERENCE, reference).build();
            output.send(
                    new Disconnect(
                            forGood ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER,
                            where));
        }
        output.close();
        end(WillFate.PUBLISHED, head.expirySeconds(), nowNanos);
    }

    /**
     * Closes because this node may not serve.
     *
     * @param keepsWill whether the will is this node's to publish, unless the session is forfeited;
     *     otherwise whoever may serve publishes it
     */
    void abandon(ReasonCode reason, boolean keepsWill, long nowNanos) {
        leave(reason, "");
        end(keepsWill ? WillFate.PUBLISHED : WillFate.DROPPED, head.expirySeconds(), nowNanos);
    }

    /** A newer connection of the same client has come ([MQTT-3.1.4-3]). */
    void takenOver(boolean sessionEnds, long nowNanos) {
        shard.counters.takeovers.increment();
        leave(ReasonCode.SESSION_TAKEN_OVER, "another connection has the same client id");
        Will will = live().head.will();
        boolean due =
                will != null
                        && (sessionEnds
                                || !live().isPersistent()
                                || Expiry.delaySeconds(will) == 0);
        end(due ? WillFate.PUBLISHED : WillFate.DROPPED, head.expirySeconds(), nowNanos);
    }

    private void leave(ReasonCode reason, String explanation) {
        if (state == State.OPEN && version == ProtocolVersion.MQTT_5) { // [MQTT-3.14.0-1]
            output.send(new Disconnect(Reasons.forDisconnect(reason), explainAlways(explanation)));
        }
        output.close();
    }

    private void end(WillFate fate, long expirySeconds, long nowNanos) {
        boolean wasOpen = state == State.OPEN;
        state = State.CLOSED;
        if (!wasOpen) {
            shard.newcomers.remove(this);
            return;
        }
        shard.keepAlive.unwatch(this);
        shard.counters.connectionsOpen.decrement();
        Session session = live();
        session.connection = null;
        session.connected = false;
        session.storePacketIds();
        Will will = fate == WillFate.DROPPED ? null : session.head.will();
        session.setHead(new SessionHead(false, expirySeconds, nowNanos, will));
        Admission admission = shard.admission;
        if (will != null && !shard.broker.maySendWills()) {
            shard.broker.expiry.schedule(session);
            return;
        }
        if (will != null && (!session.isPersistent() || Expiry.delaySeconds(will) == 0)) {
            admission.publishWill(session, nowNanos);
        }
        if (session.isPersistent()) {
            shard.broker.expiry.schedule(session);
        } else {
            admission.end(session, nowNanos);
        }
    }

    void checkTime(long nowNanos) {
        long silentNanos = nowNanos - heardAtNanos;
        if (nowNanos >= validUntilNanos) {
            disconnect(ReasonCode.NOT_AUTHORIZED, "the credentials are over", nowNanos);
        } else if (keepAliveSeconds == 0) {
            return;
        } else if (silentNanos > keepAliveSeconds * 1_500_000_000L && !slowedDown && !pausing) {
            shard.counters.keepAliveTimeouts.increment();
            disconnect(
                    ReasonCode.KEEP_ALIVE_TIMEOUT,
                    "silent for " + silentNanos / 1_000_000_000L + " s",
                    nowNanos); // [MQTT-3.1.2-22]
        }
    }

    /** What explains an answer; [MQTT-3.1.2-29] nothing where the client wants nothing. */
    Properties explain(String explanation) {
        return problemInformation ? explainAlways(explanation) : Properties.EMPTY;
    }

    /** The same for CONNACK and DISCONNECT, which explain to every client. */
    private Properties explainAlways(String explanation) {
        return explanation.isEmpty() || version != ProtocolVersion.MQTT_5
                ? Properties.EMPTY
                : Properties.builder()
                        .string(Property.REASON_STRING, shortened(explanation))
                        .build();
    }

    private static String shortened(String explanation) {
        if (explanation.length() <= EXPLANATION_CHARACTERS) {
            return explanation;
        }
        boolean splits = Character.isHighSurrogate(explanation.charAt(EXPLANATION_CHARACTERS - 1));
        return explanation.substring(0, EXPLANATION_CHARACTERS - (splits ? 1 : 0));
    }
}
