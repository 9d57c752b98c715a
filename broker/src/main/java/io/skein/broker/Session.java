package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A session that this node owns, connected or not (section 4.1): its subscriptions, the queue of
 * what waits, the window of what was sent, the QoS 2 packet ids that its client has in use. Lives
 * on one shard, for good: every connection of its client id comes to that shard.
 *
 * <p>Where the session is persistent every step is also a {@link SessionChange} of the shard's
 * turn; what must not leave before it is kept (QoS 2) waits for the turn's write.
 */
final class Session {
    private static final VarHandle LOAD;

    static {
        try {
            LOAD = MethodHandles.lookup().findVarHandle(Session.class, "load", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Shard shard;
    final String clientId;
    final long epoch;
    final Map<TopicFilter, LocalSubscription> subscriptions = new LinkedHashMap<>(2);
    SessionHead head;

    /** The connection that is served now: null while the client is away. */
    @Nullable Connection connection;

    /** The connection that is to be served when what it changes of the session is kept. */
    @Nullable Connection arriving;

    /** Read by other shards to choose a member of a shared subscription. */
    volatile boolean connected;

    /** The session is over or has moved to another node: nothing is delivered any more. */
    boolean ended;

    /**
     * Whether the cluster gives it what its own subscriptions want ({@link
     * io.skein.cluster.Cluster#feedsSessions}): so from when it comes here until it goes.
     */
    boolean fed;

    /** Messages of this client that are not kept yet, together with a change of this session. */
    int jointPublishes;

    /** Its next owner waits for this node to let go of it. */
    boolean leaving;

    /** As which message its next owner publishes its will; null where that has said nothing. */
    @Nullable Origin nextOwnersWill;

    /** Its will while that is published under a number; counts among the above. */
    @Nullable NumberedWill willUnderWay;

    /** The session is over, and that is to be kept when its messages are. */
    boolean endIsDue;

    /** When {@link Expiry} looks at it next; {@link Long#MAX_VALUE} for never. */
    long timerAtNanos = Long.MAX_VALUE;

    private final InflightWindow window = new InflightWindow();
    private @Nullable ArrayDeque<Slot> waiting;
    private @Nullable ArrayDeque<Slot> resending;
    private @Nullable Set<Integer> received;
    private @Nullable Map<Integer, InboundPublish> receiving;

    /** QoS 2 packet ids whose messages not everybody may have: as which one each is published. */
    private @Nullable Map<Integer, Origin> underWay;

    /** What waits until its packet id is kept, or behind what does. */
    private @Nullable ArrayDeque<NumberedPublish> beginning;

    private @Nullable ArrayDeque<RetainedDelivery> retained;
    private @Nullable ArrayDeque<Effect> afterJointPublishes;
    private @Nullable CatchingUp catchingUp;

    /** QoS 2 messages that leave when their packet ids are kept, in their order. */
    private @Nullable ArrayDeque<Slot> keeping;

    /** What the session of a client of the node's own takes; null for everything. */
    private final @Nullable Predicate<Message> passing;

    private int outstanding;

    @SuppressWarnings("UnusedVariable") // LOAD reads and writes it
    private int load;

    private long waitingBytes;
    private boolean sendingRetained;
    private long nextSequence;

    Session(Shard shard, String clientId, long epoch, SessionHead head) {
        this.shard = shard;
        this.clientId = clientId;
        this.epoch = epoch;
        this.head = head;
        this.passing = shard.broker.passing(clientId);
    }

    /** Brings back a stored session; its subscriptions are the caller's to make known. */
    static Session restored(Shard shard, StoredSession stored, long epoch) {
        Session session = new Session(shard, stored.clientId(), epoch, stored.head());
        for (StoredSession.Slot kept : stored.queue()) {
            QueuedMessage queued = kept.queued();
            Slot slot =
                    new Slot(
                            kept.sequence(),
                            queued.message(),
                            queued.qos(),
                            queued.retain(),
                            queued.subscriptionIdentifiers());
            session.nextSequence = Math.max(session.nextSequence, kept.sequence() + 1);
            if (kept.packetId() == 0) {
                session.enqueue(slot);
            } else {
                slot.packetId = kept.packetId();
                slot.sent = true;
                slot.released = kept.released();
                session.window.restore(slot);
                shard.backlog.add(slot);
            }
        }
        if (!stored.received().isEmpty()) {
            session.received = new HashSet<>(stored.received());
        }
        if (!stored.underWay().isEmpty()) {
            session.underWay = new HashMap<>(stored.underWay());
        }
        return session;
    }

    boolean isPersistent() {
        return head.isPersistent();
    }

    /** Whether its subscriptions are part of what is kept of it. */
    boolean keepsSubscriptions() {
        return fed || isPersistent();
    }

    /** Messages that wait or are unacknowledged, about; any thread may ask. */
    int load() {
        return (int) LOAD.getOpaque(this);
    }

    /** One more is on its way from another shard, about. */
    void expectLoad() {
        LOAD.setOpaque(this, load() + 1);
    }

    private void loadChanged() {
        LOAD.setOpaque(this, queuedMessages() + window.size());
    }

    int queuedMessages() {
        return waiting == null ? 0 : waiting.size();
    }

    int inflightMessages() {
        return window.size();
    }

    /**
     * Takes a message for this client; {@code pending} waits for the store where one is involved.
     */
    void deliver(Message message, Target target, @Nullable Pending pending, long nowNanos) {
        Target.Grant grant = target.grantFor(message);
        if (!grant.any || (passing != null && !passing.test(message))) {
            return;
        }
        if (ended && target.share != null && message.qos() != QoS.AT_MOST_ONCE) {
            shard.toAnother(message, target.share, pending, nowNanos); // it went on the way
            return;
        }
        QoS qos = message.qos().atMost(grant.qos); // [MQTT-3.8.4-8]
        boolean retain = grant.retainAsPublished && message.retain(); // [MQTT-3.3.1-12]
        deliver(
                message,
                qos,
                retain,
                grant.subscriptionIdentifiers,
                target.share,
                pending,
                nowNanos);
    }

    /** After a restart: the groups by which the messages that wait here came. */
    void recallShares() {
        for (Slot slot : slots()) {
            slot.share = shareFor(slot.message.topic());
        }
    }

    private @Nullable TopicFilter shareFor(TopicName topic) {
        TopicFilter share = null;
        for (TopicFilter filter : subscriptions.keySet()) {
            if (filter.matches(topic)) {
                if (!filter.isShared()) {
                    return null; // its own
                }
                share = filter;
            }
        }
        return share;
    }

    /** Everything that was not acknowledged, in order. */
    private List<Slot> slots() {
        List<Slot> slots = new ArrayList<>(window.inOrder());
        if (waiting != null) {
            slots.addAll(waiting);
        }
        return slots;
    }

    /** The session is over: it holds nothing any more. */
    void release() {
        slots().forEach(shard.backlog::remove);
        retained = null;
    }

    /** Gives other members what this one, whose session has ended, had not acknowledged. */
    void handOnShared(long nowNanos) {
        for (Slot slot : slots()) {
            if (slot.reservation != null) {
                slot.reservation.seenTo = true;
            }
            boolean begun = slot.qos == QoS.EXACTLY_ONCE && slot.packetId != 0;
            if (slot.share != null && !begun) { // [MQTT-4.8.2-5]
                shard.toAnother(slot.message, slot.share, null, nowNanos);
            }
        }
    }

    /** What this session gets of a topic by its own subscriptions; null for nothing. */
    @Nullable Target targetFor(TopicName topic) {
        Target target = null;
        for (LocalSubscription one : subscriptions.values()) {
            TopicFilter filter = one.subscription().filter();
            if (!filter.isShared() && filter.matches(topic)) {
                target = target == null ? Target.of(one) : target.and(one);
            }
        }
        return target;
    }

    void deliver(
            Message message,
            QoS qos,
            boolean retain,
            List<Integer> subscriptionIdentifiers,
            @Nullable TopicFilter share,
            @Nullable Pending pending,
            long nowNanos) {
        if (ended) {
            return;
        }
        Connection live = connection;
        if (qos == QoS.AT_MOST_ONCE) {
            if (live != null) {
                live.sendAtMostOnce(message, retain, subscriptionIdentifiers, nowNanos);
            }
            return;
        }
        if (live == null && !isPersistent()) {
            return;
        }
        Slot slot = new Slot(nextSequence++, message, qos, retain, subscriptionIdentifiers);
        slot.share = share;
        if (isFull(slot)) {
            shard.counters.droppedQueueFull.increment();
            return;
        }
        if (isPersistent()) {
            QueuedMessage queued = new QueuedMessage(message, qos, retain, subscriptionIdentifiers);
            SessionChange.Queued change =
                    new SessionChange.Queued(clientId, epoch, slot.sequence, queued);
            if (pending != null && pending.reservations != null) {
                slot.reservation = new Reservation(this, slot, change);
                pending.reservations.add(slot.reservation);
                enqueue(slot);
                loadChanged();
                return;
            }
            shard.change(change);
            if (pending != null) {
                shard.afterWrite(slot, this, pending);
            }
        }
        if (live != null && nothingWaits() && maySend(live, nowNanos)) {
            send(slot, live, nowNanos);
        } else {
            enqueue(slot);
        }
        loadChanged();
    }

    // What clients of this node publish while it arrives.

    boolean isCatchingUp() {
        return catchingUp != null;
    }

    /** From now on what clients of this node publish {@linkplain #deliverInTurn waits}. */
    void catchUp(long nowNanos) {
        catchingUp = new CatchingUp(shard.limits.queuedMessagesMaximum());
        shard.sessionsCatchingUp++;
        shard.timers.at(nowNanos + CatchingUp.NANOS_MAXIMUM, this::caughtUp);
    }

    /** Takes a message when everything that its publisher published before has come. */
    void deliverInTurn(Message message, Target target, @Nullable Pending pending) {
        if (catchingUp != null && !catchingUp.add(message, target, pending)) {
            shard.counters.droppedQueueFull.increment();
        }
    }

    /** What was published before has come, or the session goes. */
    void caughtUp(long nowNanos) {
        CatchingUp over = catchingUp;
        if (over != null) {
            catchingUp = null;
            shard.sessionsCatchingUp--;
            over.end(nowNanos);
        }
    }

    /** What was reserved is kept, or was refused. */
    void settle(Reservation reservation, long nowNanos) {
        Slot slot = reservation.slot;
        slot.reservation = null;
        if (ended) {
            return;
        }
        if (reservation.refused) {
            withdraw(slot);
        }
        sendWaiting(nowNanos);
    }

    /** Its publisher was told that it is not kept: the client is not to get it, if it has not. */
    void withdraw(Slot slot) {
        if (waiting != null && waiting.removeLastOccurrence(slot)) {
            waitingBytes -= slot.bytes();
            shard.backlog.remove(slot);
            loadChanged();
        } else if (!ended && window.get(slot.packetId) == slot && !slot.sent) {
            acknowledged(slot);
            shard.loop.execute(this::sendWaiting); // when all that was refused with it is gone
        }
    }

    /** Writes what is reserved: the shard of the publisher may be too late for it. */
    void storeReserved() {
        for (Slot slot : slots()) {
            if (slot.reservation != null) {
                slot.reservation.seenTo = true;
                shard.change(slot.reservation.change);
            }
        }
    }

    /** Something waits until nothing of this client has to be kept with a change of its session. */
    void afterJointPublishes(Effect effect) {
        if (afterJointPublishes == null) {
            afterJointPublishes = new ArrayDeque<>(1);
        }
        afterJointPublishes.add(effect);
    }

    /** Whether somebody waits for these to be over. */
    boolean isAwaited() {
        return afterJointPublishes != null && !afterJointPublishes.isEmpty();
    }

    void jointPublishEnded(long nowNanos) {
        jointPublishes--;
        if (jointPublishes == 0) {
            SessionChange end = dueEnd();
            if (end != null) {
                shard.change(end);
            }
            shard.admission.finished(this);
        }
        while (jointPublishes == 0
                && afterJointPublishes != null
                && !afterJointPublishes.isEmpty()) {
            afterJointPublishes.remove().run(null, nowNanos);
        }
    }

    /** That the session is over, if that is still to be kept; asked once. */
    SessionChange.@Nullable Ended dueEnd() {
        if (!endIsDue) {
            return null;
        }
        endIsDue = false;
        return new SessionChange.Ended(clientId, epoch);
    }

    private boolean isFull(Slot slot) {
        BrokerLimits limits = shard.limits;
        return queuedMessages() >= limits.queuedMessagesMaximum()
                || waitingBytes + slot.bytes() > limits.queuedBytesMaximum();
    }

    private void enqueue(Slot slot) {
        if (waiting == null) {
            waiting = new ArrayDeque<>();
        }
        waiting.add(slot);
        waitingBytes += slot.bytes();
        shard.backlog.add(slot);
    }

    /** Nothing is left that has to be sent, or sent again, before what comes. */
    private boolean nothingWaits() { // [MQTT-4.6.0-1]
        return queuedMessages() == 0 && (resending == null || resending.isEmpty());
    }

    private boolean maySend(Connection live, long nowNanos) {
        return outstanding < live.sendMaximum() && live.takes(nowNanos); // [MQTT-3.3.4-9]
    }

    private void send(Slot slot, Connection live, long nowNanos) {
        if (slot.message.isExpired(nowNanos)) { // [MQTT-3.3.2-5]
            shard.counters.droppedExpired.increment();
            dequeued(slot);
            return;
        }
        window.add(slot);
        shard.backlog.add(slot);
        setOutstanding(slot, true);
        if (slot.qos == QoS.EXACTLY_ONCE && isPersistent()) {
            transmitWhenKept(slot, live);
        } else if (keeping != null && !keeping.isEmpty() && Broker.isLocal(clientId)) {
            slot.kept = true; // the far side of a link retains what comes last, of either quality
            keeping.add(slot);
        } else {
            transmit(slot, live, nowNanos);
        }
    }

    /** The packet id is part of what makes QoS 2 exactly-once: kept before it is used. */
    private void transmitWhenKept(Slot slot, Connection live) {
        if (keeping == null) {
            keeping = new ArrayDeque<>();
        }
        slot.kept = false;
        keeping.add(slot);
        keepPacketId(slot, live);
    }

    private void keepPacketId(Slot slot, Connection live) {
        shard.change(new SessionChange.Sent(clientId, epoch, slot.sequence, slot.packetId));
        shard.afterWrite(
                this,
                (refusal, now) -> {
                    if (connection != live) {
                        return; // sent again when the client is back
                    } else if (!slot.outstanding) {
                        transmitKept(live, now);
                    } else if (refusal != null || !shard.postponed.isEmpty()) {
                        live.notKept(refusal, () -> keepPacketId(slot, live), now);
                    } else {
                        slot.kept = true;
                        transmitKept(live, now);
                    }
                });
    }

    /** What a write keeps may be told after what a later one keeps: here it is in order again. */
    private void transmitKept(Connection live, long nowNanos) {
        while (keeping != null && !keeping.isEmpty()) {
            Slot next = keeping.element();
            if (next.outstanding && !next.kept) {
                return;
            }
            keeping.remove();
            if (next.outstanding) {
                transmit(next, live, nowNanos);
            }
        }
    }

    private void transmit(Slot slot, Connection live, long nowNanos) {
        boolean gone =
                !live.sendPublish(
                        slot.message,
                        slot.qos,
                        slot.retain,
                        slot.sent, // [MQTT-3.3.1-1]
                        slot.packetId,
                        slot.subscriptionIdentifiers,
                        nowNanos);
        slot.sent = true;
        if (gone) { // [MQTT-3.1.2-25] too large for this client: as if it had been sent
            acknowledged(slot);
        }
    }

    /** Sends what the window has room for; called when room or writability has come. */
    void sendWaiting(long nowNanos) {
        Connection live = connection;
        if (live == null) {
            return;
        }
        while (resending != null && !resending.isEmpty() && maySend(live, nowNanos)) {
            resend(resending.poll(), live, nowNanos);
        }
        while (waiting != null && !waiting.isEmpty() && maySend(live, nowNanos)) {
            if (waiting.element().reservation != null) {
                break; // goes on when it is kept
            }
            Slot slot = waiting.poll();
            waitingBytes -= slot.bytes();
            shard.backlog.remove(slot);
            send(slot, live, nowNanos);
        }
        loadChanged();
        if (retained != null) {
            sendRetained(nowNanos);
        }
    }

    /** Retained messages for a subscription, as the client takes them. */
    void addRetained(RetainedDelivery delivery, long nowNanos) {
        if (ended) {
            return;
        }
        if (retained == null) {
            retained = new ArrayDeque<>(1);
        }
        retained.add(delivery);
        if (retained.size() == 1) {
            sendRetained(nowNanos);
        }
    }

    /** Whether retained messages may come now: they wait behind everything that waits. */
    boolean takesRetained(long nowNanos) {
        Connection live = connection;
        return live != null && nothingWaits() && maySend(live, nowNanos);
    }

    private void sendRetained(long nowNanos) {
        if (sendingRetained || retained == null || !takesRetained(nowNanos)) {
            return; // goes on when there is room
        }
        if (retained.element().goOn(nowNanos)) {
            retained.remove();
        }
        if (retained.isEmpty()) {
            retained = null;
        } else { // the others of this loop come before the next page
            sendingRetained = true;
            shard.loop.execute(now -> {
                sendingRetained = false;
                sendRetained(now);
            });
        }
    }

    /** [MQTT-4.4.0-1] what was not acknowledged is sent again, with its packet id, in its order. */
    void resume(long nowNanos) {
        outstanding = 0;
        resending = null;
        keeping = null;
        if (window.size() > 0) {
            resending = new ArrayDeque<>(window.inOrder());
            resending.forEach(slot -> slot.outstanding = false);
        }
        sendWaiting(nowNanos);
    }

    private void resend(Slot slot, Connection live, long nowNanos) {
        if (window.get(slot.packetId) != slot) {
            return;
        }
        setOutstanding(slot, true);
        if (slot.released) {
            live.output().send(new PubRel(slot.packetId));
        } else {
            transmit(slot, live, nowNanos);
        }
    }

    private void setOutstanding(Slot slot, boolean value) {
        if (slot.outstanding != value) {
            slot.outstanding = value;
            outstanding += value ? 1 : -1;
        }
    }

    @Nullable Slot inflight(int packetId) {
        return window.get(packetId);
    }

    /** PUBACK or PUBCOMP, or PUBREC with an error: the message is done with. */
    void acknowledged(Slot slot) {
        window.remove(slot);
        shard.backlog.remove(slot);
        setOutstanding(slot, false);
        loadChanged();
        dequeued(slot);
    }

    private void dequeued(Slot slot) {
        if (isPersistent()) {
            shard.change(new SessionChange.Dequeued(clientId, epoch, slot.sequence));
        }
    }

    /** PUBREC: only PUBREL may follow, also after a crash, so it waits for the store. */
    void released(Slot slot, long nowNanos) { // [MQTT-4.3.3-7] never the PUBLISH again
        slot.released = true;
        Connection live = connection;
        if (live == null) {
            return;
        }
        if (isPersistent()) {
            releaseWhenKept(slot, live);
        } else {
            live.output().send(new PubRel(slot.packetId));
        }
    }

    private void releaseWhenKept(Slot slot, Connection live) {
        shard.change(new SessionChange.Released(clientId, epoch, slot.sequence));
        shard.afterWrite(
                this,
                (refusal, now) -> {
                    if (connection != live) {
                        return; // sent again when the client is back
                    } else if (refusal != null || !shard.postponed.isEmpty()) {
                        live.notKept(refusal, () -> releaseWhenKept(slot, live), now);
                    } else {
                        live.output().send(new PubRel(slot.packetId)); // [MQTT-4.6.0-4] in order
                    }
                });
    }

    /** The QoS 2 packet ids that the client has sent and not released. */
    Set<Integer> received() {
        return received == null ? Collections.emptySet() : received;
    }

    /** A QoS 2 message has come: its id is in use from here on. */
    void receiving(InboundPublish publish) {
        if (received == null) {
            received = new HashSet<>();
        }
        if (receiving == null) {
            receiving = new HashMap<>();
        }
        received.add(publish.packetId);
        receiving.put(publish.packetId, publish);
    }

    /** The QoS 2 message of this packet id that has come and is not answered yet; or null. */
    @Nullable InboundPublish receiving(int packetId) {
        return receiving == null ? null : receiving.get(packetId);
    }

    /** That a packet id is in use, to be kept; null if it is not, or nothing is kept. */
    SessionChange.@Nullable Received receivedChange(int packetId) {
        return !ended && isPersistent() && received().contains(packetId)
                ? new SessionChange.Received(clientId, epoch, packetId)
                : null;
    }

    /**
     * A QoS 2 message can be answered; if it was refused, its id is free again.
     *
     * @return whether that is so and is to be kept
     */
    boolean noLongerReceiving(InboundPublish publish) {
        boolean current = receiving != null && receiving.remove(publish.packetId, publish);
        return current
                && publish.failure != null
                && removeReceived(publish.packetId)
                && isPersistent();
    }

    boolean removeReceived(int packetId) {
        boolean wasUnderWay = underWay != null && underWay.remove(packetId) != null;
        boolean wasReceived = received != null && received.remove(packetId);
        if (!wasUnderWay && !wasReceived) {
            return false;
        }
        completed(packetId);
        return true;
    }

    /** As which one the message of this packet id may have been published already; or null. */
    @Nullable Origin underWay(int packetId) {
        return underWay == null ? null : underWay.get(packetId);
    }

    /** The packet ids of those. */
    Set<Integer> underWay() {
        return underWay == null ? Collections.emptySet() : underWay.keySet();
    }

    /** A QoS 2 message has come that is published in its turn, when its packet id is kept. */
    void begin(NumberedPublish publish) {
        receiving(publish);
        if (underWay == null) {
            underWay = new HashMap<>();
        }
        underWay.put(publish.packetId, publish.origin());
        if (beginning == null) {
            beginning = new ArrayDeque<>();
        }
        beginning.add(publish);
    }

    /** Publishes what may be by now, in order. */
    void routeBegun(long nowNanos) {
        while (beginning != null && !beginning.isEmpty()) {
            NumberedPublish next = beginning.element();
            if (!next.isBegun() || next.isAwaited()) {
                return;
            }
            if (next.isRouted()) {
                beginning.remove();
            } else {
                next.routeInTurn(nowNanos);
            }
        }
    }

    /**
     * A message can be answered; returns whether its packet id is this session's business still.
     */
    boolean noLongerUnderWay(NumberedPublish publish) {
        return receiving != null
                && receiving.remove(publish.packetId, publish)
                && !ended
                && received().contains(publish.packetId);
    }

    /** The message of this packet id is only answered from now on, should it come again. */
    void everybodyHas(int packetId) {
        if (underWay != null) {
            underWay.remove(packetId);
        }
        SessionChange change = receivedChange(packetId);
        if (change != null) {
            shard.change(change);
        }
    }

    /** Not everybody has the message of this packet id, and its client sends it again. */
    void awaitRepetition(int packetId) {
        if (received != null) {
            received.remove(packetId);
        }
    }

    /** Keeps that a QoS 2 packet id of the client is free again. */
    void completed(int packetId) {
        if (isPersistent()) {
            shard.change(new SessionChange.Completed(clientId, epoch, packetId));
        }
    }

    /** Changes the head, and what is stored of it where anything is stored of this session. */
    void setHead(SessionHead to) {
        boolean stored = to.isPersistent() || to.will() != null || head.will() != null;
        head = to;
        if (stored) {
            shard.change(new SessionChange.HeadSet(clientId, epoch, to));
        }
    }

    /** The head as it is, to be kept; null if the session has ended. */
    SessionChange.@Nullable HeadSet headChange() {
        return ended ? null : new SessionChange.HeadSet(clientId, epoch, head);
    }

    /** Keeps the packet ids of QoS 1 messages that were sent, for a re-delivery from elsewhere. */
    void storePacketIds() {
        if (!isPersistent()) {
            return;
        }
        for (Slot slot : window.inOrder()) {
            if (slot.qos == QoS.AT_LEAST_ONCE) {
                shard.change(new SessionChange.Sent(clientId, epoch, slot.sequence, slot.packetId));
            }
        }
    }

    ClientInfo describe() {
        Connection live = connection;
        return new ClientInfo(
                clientId,
                live == null ? "" : live.peer().address(),
                live == null ? null : live.username(),
                live == null ? null : live.version(),
                live != null,
                !isPersistent(),
                subscriptions.size(),
                queuedMessages(),
                inflightMessages(),
                live == null ? 0 : live.sinceNanos());
    }
}
