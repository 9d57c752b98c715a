package io.skein.broker;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a broker that one thread runs: the connections of some client ids and their sessions.
 * Every method is called by that thread. What a shard wants of another goes through {@link
 * ShardLoop} in batches, once per turn; what it wants of the store too.
 */
public final class Shard {
    private static final int MATCHES_LIMIT = 8_192;

    final int index;
    final Broker broker;
    final ShardLoop loop;
    BrokerLimits limits;
    final BrokerCounters counters;
    final Traffic traffic;
    final Map<String, Session> sessions = new HashMap<>();
    final Admission admission;
    final Timers timers;
    final KeepAlive keepAlive;
    final Backlog backlog = new Backlog();
    final Newcomers newcomers;
    final Postponed postponed;
    final UnkeptSubscriptions unkept = new UnkeptSubscriptions();

    private final Cluster cluster;
    private final MemberChoice memberChoice;
    private final Map<TopicName, Match> matches = new HashMap<>();
    private final List<List<Delivery>> outboxes = new ArrayList<>();
    private List<SessionChange> changes = new ArrayList<>();
    private List<Waiting> effects = new ArrayList<>();

    /** An effect and the session whose changes it waits for; null for all that is written. */
    private record Waiting(@Nullable String clientId, Effect effect) {}

    /** What leaves this node with changes of sessions, behind those of the turn. */
    private record Onward(
            Message message, Match match, List<SessionChange> changes, Effect effect) {}

    private List<Onward> onward = new ArrayList<>();
    private boolean turnOpen;

    /** Why nobody is let in any more; null as long as clients are. */
    @Nullable Refusal closing;

    /** How many sessions are {@linkplain Session#isCatchingUp catching up}. */
    int sessionsCatchingUp;

    Shard(Broker broker, int index, int shards, ShardLoop loop) {
        this.broker = broker;
        this.index = index;
        this.loop = loop;
        this.limits = broker.settings.limits();
        this.counters = broker.counters();
        this.traffic = counters.traffic(index);
        this.cluster = broker.cluster;
        this.memberChoice = new MemberChoice(broker.settings.seed() + index);
        this.timers = new Timers(loop);
        this.keepAlive = new KeepAlive(timers);
        this.newcomers = new Newcomers(timers, broker.settings.access().secondsMaximum());
        this.admission = new Admission(this);
        this.postponed = new Postponed(broker, timers);
        for (int i = 0; i < shards; i++) {
            outboxes.add(new ArrayList<>());
        }
    }

    /**
     * A client has sent CONNECT. The answer goes to {@code output}, at once or when authenticator
     * and cluster have answered; until then the client is read from only if it is asked for more.
     */
    public Connection connect(Connect packet, ConnectionOutput output, Peer peer, long nowNanos) {
        Connection connection = new Connection(this, packet, output, peer, nowNanos);
        if (Broker.isLocal(packet.clientId())) {
            connection.refuse(
                    new Refusal(
                            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                            "ids that begin with "
                                    + LocalBroker.LOCAL_CLIENTS
                                    + " are the node's"));
        } else {
            connection.authenticate(packet, nowNanos);
        }
        return connection;
    }

    /** The same for a client of the node's own: nobody asks who it is. */
    Connection connectLocal(Connect packet, ConnectionOutput output, long nowNanos) {
        Peer peer = new Peer("local", "local", null);
        Connection connection = new Connection(this, packet, output, peer, nowNanos);
        connection.authenticated(new Verdict.Allowed(null, AccessRules.ALLOW_ALL), nowNanos);
        admission.admit(connection, packet, nowNanos);
        return connection;
    }

    /**
     * Other limits: for clients that connect from here on, and for whatever grows in any session.
     * On the loop of this shard.
     */
    public void useLimits(BrokerLimits changed) {
        limits = changed;
    }

    /** Everything that has arrived was handled: writes go to the store, batches to other shards. */
    public void endTurn(long nowNanos) {
        turnOpen = false;
        broker.checkBacklog();
        for (int i = 0; i < outboxes.size(); i++) {
            List<Delivery> batch = outboxes.get(i);
            if (!batch.isEmpty()) {
                outboxes.set(i, new ArrayList<>());
                Shard other = broker.shard(i);
                other.loop.execute(now -> other.deliver(batch, now));
            }
        }
        if (!changes.isEmpty() || !effects.isEmpty()) {
            writeChanges();
        }
        if (!onward.isEmpty()) {
            List<Onward> leaving = onward;
            onward = new ArrayList<>();
            leaving.forEach(this::publishTogether);
        }
    }

    private void writeChanges() {
        List<SessionChange> batch = changes;
        List<Waiting> after = effects;
        changes = new ArrayList<>();
        effects = new ArrayList<>();
        Completion done = refusal -> loop.execute(now -> run(after, refusal, now));
        if (batch.isEmpty()) {
            done.complete(null);
        } else {
            cluster.sessions().write(batch, done);
        }
    }

    private void publishTogether(Onward one) {
        cluster.publish(
                one.message(),
                one.match().interest,
                one.match(),
                one.changes(),
                refusal -> loop.execute(now -> one.effect().run(refusal, now)));
    }

    private static void run(List<Waiting> effects, @Nullable Refusal refusal, long nowNanos) {
        for (Waiting waiting : effects) {
            String clientId = waiting.clientId();
            boolean refused = refusal != null && (clientId == null || refusal.concerns(clientId));
            waiting.effect().run(refused ? refusal : null, nowNanos);
        }
    }

    /** A time asked for with {@link ShardLoop#wakeAt} has come. */
    public void wake(long nowNanos) {
        timers.run(nowNanos);
    }

    /**
     * Closes every connection, MQTT 5 clients are told why; the sessions stay. Who is about to be
     * let in is refused. Clients of the node's own leave by themselves: messages may be on their
     * way to them, wills of others among these.
     */
    public void closeAll(ReasonCode reason, long nowNanos) {
        closing = new Refusal(reason, "the broker is shutting down");
        for (Session session : List.copyOf(sessions.values())) {
            if (session.connection != null && !Broker.isLocal(session.clientId)) {
                session.connection.disconnect(reason, "", nowNanos);
            }
        }
        newcomers.refuseAll(reason, closing.explanation());
        admission.refuseAll(reason);
    }

    /**
     * Sends a connected client to another server: an MQTT 5 client is told its name with 0x9C, or
     * with 0x9D if that is for good; another client is disconnected only.
     *
     * @param reference one or more servers as section 4.11 writes them
     * @return whether the client was connected here
     */
    public boolean redirect(String clientId, String reference, boolean forGood, long nowNanos) {
        Session session = sessions.get(clientId);
        if (session == null || session.connection == null) {
            return false;
        }
        counters.clientsRedirected.increment();
        session.connection.redirect(reference, forGood, nowNanos);
        return true;
    }

    /**
     * This node may not serve: connections go, {@linkplain Connection#abandon with wills or not}.
     */
    void abandonAll(ReasonCode reason, boolean keepsWills, long nowNanos) {
        for (Session session : List.copyOf(sessions.values())) {
            if (session.connection != null) {
                session.connection.abandon(reason, keepsWills, nowNanos);
            }
        }
        newcomers.refuseAll(reason, "");
        admission.refuseAll(reason);
    }

    /** The sessions of this shard, connected or not, at most {@code limit} of them. */
    public List<ClientInfo> clients(int limit) {
        return sessions.values().stream().limit(limit).map(Session::describe).toList();
    }

    // What happens in a turn.

    void change(SessionChange change) {
        openTurn();
        changes.add(change);
    }

    /**
     * The answer to a publisher waits until a message in the queue of a session is kept; if that is
     * refused, it is not in the queue.
     */
    void afterWrite(Slot slot, Session session, Pending pending) {
        openTurn();
        pending.expectPart();
        Shard origin = pending.shard;
        Effect effect =
                (refusal, now) -> {
                    if (refusal != null) {
                        session.withdraw(slot);
                    }
                    Refusal told = refusal == null ? null : Reasons.ofSubscriber(refusal);
                    if (origin == this) {
                        pending.partDone(told, now);
                    } else {
                        origin.loop.execute(then -> pending.partDone(told, then));
                    }
                };
        effects.add(new Waiting(session.clientId, effect));
    }

    /** Something waits for what this turn writes of a session. */
    void afterWrite(Session session, Effect effect) {
        openTurn();
        effects.add(new Waiting(session.clientId, effect));
    }

    /** Something waits for all that this turn writes. */
    void afterWrite(Effect effect) {
        openTurn();
        effects.add(new Waiting(null, effect));
    }

    /** A message leaves this node together with changes of sessions, after those of this turn. */
    void sendOn(Message message, Match match, List<SessionChange> together, Effect effect) {
        openTurn();
        onward.add(new Onward(message, match, together, effect));
    }

    private void openTurn() {
        if (!turnOpen) {
            turnOpen = true;
            loop.requestEndOfTurn();
        }
    }

    // How a message travels.

    /**
     * Gives a message to everybody who wants it, here and elsewhere.
     *
     * @param pending waits for all of them; null where nobody waits for an answer
     * @return whether anybody wants it, as far as this node knows
     */
    boolean route(Message message, @Nullable Pending pending, long nowNanos) {
        Match match = match(message.topic());
        if (pending != null && !cluster.isCurrent()) {
            cluster.whenCurrent(pending.part()); // others may want it that are not known here
        }
        if (match.isEmpty) {
            return false;
        }
        JointPublish joint = pending instanceof JointPublish one ? one : null;
        if (joint != null
                && (cluster.feedsSessions() || match.isKeptBeyond(index) || isAwaited(match))) {
            joint.begin();
        }
        toShards(message, match, true, pending, nowNanos);
        for (Match.Share share : match.shares) {
            toMember(forGroup(message, share.filter), share, pending, nowNanos);
        }
        if (!match.interest.isEmpty() || message.origin() != null) {
            counters.messagesToNodes.add(match.interest.isEmpty() ? 0 : 1);
            if (joint != null && joint.isSentOnTogether()) {
                joint.sendOn(message, match);
            } else {
                cluster.publish(
                        message,
                        match.interest,
                        match,
                        pending == null ? Completion.IGNORED : pending.part());
            }
        }
        return true;
    }

    /** The same of a message that somebody may have had. */
    boolean routeAgain(Message message, Pending pending) {
        Match match = match(message.topic());
        cluster.publishAgain(message, match.groups(), pending.part());
        return !match.isEmpty;
    }

    /** A number of its own: who has had it by another subscription has not had it for the group. */
    private static Message forGroup(Message message, TopicFilter group) {
        Origin origin = message.origin();
        return origin == null ? message : message.from(origin.forGroup(group));
    }

    /** Whether a session of this shard takes it later: see {@link CatchingUp}. */
    private boolean isAwaited(Match match) {
        if (sessionsCatchingUp > 0) {
            for (Target target : match.byShard[index]) {
                if (target.session.isCatchingUp()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What the node says of itself, for this shard's subscribers. */
    void deliverSystem(List<Message> messages, long nowNanos) {
        for (Message message : messages) {
            Match match = match(message.topic());
            for (Target target : match.byShard[index]) {
                target.session.deliver(message, target, null, nowNanos);
            }
            if (index == 0) {
                for (Match.Share share : match.shares) {
                    toMember(message, share, null, nowNanos);
                }
            }
        }
    }

    /** A message of another node, for subscribers of this one. */
    void routeFromNode(Message message, Addressees to, Pending pending, long nowNanos) {
        counters.messagesFromNodes.increment();
        Match match = match(message.topic());
        if (to.everyone() && to.later().isEmpty()) {
            toShards(message, match, false, pending, nowNanos);
        } else if (to.everyone()) {
            toAllBut(to.later(), message, match, pending, nowNanos);
        }
        for (TopicFilter filter : to.shares()) {
            Match.Share share = match.share(filter);
            if (share == null) {
                pending.failure = noMember(filter);
            } else {
                toMember(message, share, pending, nowNanos);
            }
        }
        for (String clientId : to.sessions()) {
            if (!to.everyone() || !match.reaches(clientId)) {
                toSession(message, clientId, pending, nowNanos);
            }
        }
    }

    private void toAllBut(
            List<String> later, Message message, Match match, Pending pending, long nowNanos) {
        for (Target[] targets : match.byShard) {
            for (Target target : targets) {
                if (!later.contains(target.session.clientId)) {
                    toTarget(message, target, pending, nowNanos);
                }
            }
        }
    }

    private static Refusal noMember(TopicFilter filter) {
        return new Refusal(
                ReasonCode.NO_MATCHING_SUBSCRIBERS, "no member of " + filter + " is here");
    }

    /**
     * A message for one session, which its former node has sent after it. It goes the way of all
     * others, so that it comes neither before nor after those of its publisher that match.
     */
    private void toSession(
            Message message, String clientId, @Nullable Pending pending, long nowNanos) {
        int home = broker.shardIndexFor(clientId);
        if (home != index && pending != null) {
            openTurn();
            pending.expectReport();
            outboxes.get(home).add(Delivery.named(clientId, message, pending));
            return;
        }
        Session session = sessions.get(clientId);
        Target target = session == null ? null : session.targetFor(message.topic());
        if (target != null) {
            target.session.deliver(message, target, pending, nowNanos);
        }
    }

    /**
     * @param own whether a client of this node has published it
     */
    private void toShards(
            Message message, Match match, boolean own, @Nullable Pending pending, long nowNanos) {
        for (Target target : match.byShard[index]) {
            give(message, target, own, pending, nowNanos);
        }
        for (int i = 0; i < match.byShard.length; i++) {
            Target[] targets = match.byShard[i];
            if (i != index && targets.length > 0) {
                Pending waits = match.persistentInShard[i] ? pending : null;
                handOver(i, message, targets, own, waits);
            }
        }
    }

    private static void give(
            Message message, Target target, boolean own, @Nullable Pending pending, long nowNanos) {
        if (own && target.session.isCatchingUp()) {
            target.session.deliverInTurn(message, target, pending);
        } else {
            target.session.deliver(message, target, pending, nowNanos);
        }
    }

    /** One member of a group gets it (section 4.8.2). */
    private void toMember(
            Message message, Match.Share share, @Nullable Pending pending, long nowNanos) {
        toTarget(message, memberChoice.choose(message, share), pending, nowNanos);
    }

    private void toTarget(
            Message message, Target target, @Nullable Pending pending, long nowNanos) {
        Shard shard = target.session.shard;
        if (shard == this) {
            target.session.deliver(message, target, pending, nowNanos);
        } else {
            Pending waits = target.session.isPersistent() ? pending : null;
            handOver(shard.index, message, new Target[] {target}, false, waits);
        }
    }

    /**
     * A message for a group whose chosen member is gone: for another, here or elsewhere. The node
     * that has sent it looks for that one itself, so that it is one node that does.
     *
     * @param pending null where its publisher has been answered: it is not sent again
     */
    void toAnother(Message message, TopicFilter group, @Nullable Pending pending, long nowNanos) {
        Match.Share share = match(message.topic()).share(group);
        if (message.isExpired(nowNanos)) {
            counters.droppedExpired.increment();
        } else if (share != null) {
            counters.sharedHandedOn.increment();
            toMember(message, share, pending, nowNanos);
        } else if (pending != null && pending.isFromNode()) {
            pending.expectPart();
            pending.partDone(noMember(group), nowNanos);
        } else {
            Completion part = pending == null ? Completion.IGNORED : pending.part();
            cluster.handOn(
                    pending == null ? message.from(null) : message,
                    group,
                    refusal -> {
                        boolean nobody = refusal != null && isNobodyLeft(refusal);
                        (nobody ? counters.droppedNoMember : counters.sharedHandedOn).increment();
                        part.complete(nobody ? null : refusal);
                    });
        }
    }

    private static boolean isNobodyLeft(Refusal refusal) {
        return refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }

    private void handOver(
            int shard, Message message, Target[] targets, boolean own, @Nullable Pending pending) {
        openTurn();
        if (pending != null && message.qos() != QoS.AT_MOST_ONCE) {
            pending.expectReport();
            outboxes.get(shard).add(Delivery.to(targets, message, own, pending));
        } else {
            outboxes.get(shard).add(Delivery.to(targets, message, own, null));
        }
    }

    private void deliver(List<Delivery> batch, long nowNanos) {
        for (Delivery delivery : batch) {
            Pending pending = delivery.pending;
            Pending here = pending == null ? null : new OnShard(this, pending);
            for (Target target : delivery.targets) {
                give(delivery.message, target, delivery.own, here, nowNanos);
            }
            if (delivery.named != null) {
                toSession(delivery.message, delivery.named, here, nowNanos);
            }
            if (here != null) {
                here.partDone(null, nowNanos);
            }
        }
    }

    /** Collects the answers of one shard's sessions and reports once to the shard that asked. */
    private static final class OnShard extends Pending {
        private final Pending asked;

        OnShard(Shard shard, Pending asked) {
            super(shard);
            this.asked = asked;
            if (asked.reservations != null) {
                reservations = new ArrayList<>();
            }
        }

        @Override
        boolean isFromNode() {
            return asked.isFromNode();
        }

        @Override
        void finished(long nowNanos) {
            asked.shard.loop.execute(now -> asked.report(reservations, failure, now));
        }
    }

    private Match match(TopicName topic) {
        long subscriptions = broker.subscriptions.version();
        long routes = cluster.routes().version();
        Match cached = matches.get(topic);
        if (cached != null && cached.isCurrent(subscriptions, routes)) {
            return cached;
        }
        List<LocalSubscription> found = new ArrayList<>();
        boolean own = Broker.isSystem(topic); // the cluster hears nothing of those
        broker.subscriptions.match(
                topic,
                subscription -> {
                    if (own || !subscription.isFed()) {
                        found.add(subscription);
                    }
                });
        Interest interest = cluster.routes().interest(topic);
        Match match =
                Match.of(
                        found,
                        outboxes.size(),
                        broker.settings.sharedSubscriptions(),
                        memberChoice,
                        interest,
                        subscriptions,
                        routes);
        if (matches.size() >= MATCHES_LIMIT) {
            matches.clear();
        }
        matches.put(topic, match);
        return match;
    }
}
