package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.mqtt.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node with its connections to Redis: puts the parts together and sees to their beginning. */
final class RedisNode implements Redis.Listener, Members.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(RedisNode.class);

    private static final String ROUTES = "routes";
    private static final String RETAINED = "retained";
    private static final int INTAKE_LIMIT = 50_000;
    private static final long SETTLING_MILLIS = 10;
    private static final long AGAIN_MILLIS = 500;

    final Redis redis;
    final EventLoop loop;
    final Publisher publisher;
    final Groups groups;
    final OwnedSessions sessions;
    final Claims claims;
    final SharedTable routes;
    final SharedTable retained;
    final Members members;
    final RedisLink link;

    private final RedisSettings settings;
    private final Names names;
    private final String self;
    private final LocalBroker broker;
    private final RoutingTable routing = new RoutingTable();
    private final Intake intake = new Intake(INTAKE_LIMIT);
    private final Questions questions;
    private final NodeInbox inbox;
    private final Estates estates;
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private @Nullable Refusal refused;
    private boolean isServing = true;

    /** Others have taken this node to be dead, and it is not all again that it was. */
    private boolean isBeginning;

    /** Something was told that this node did not take, for it may have been taken to be dead. */
    private boolean passedOver;

    /**
     * @param self the name of this node and which of its lives, unlike every other
     */
    RedisNode(
            RedisSettings settings,
            Redis redis,
            EventLoop loop,
            String self,
            LocalBroker broker,
            RetainedMessages messages) {
        this.settings = settings;
        this.redis = redis;
        this.loop = loop;
        this.self = self;
        this.broker = broker;
        names = settings.names();
        link = new RedisLink(settings.address(), settings.alarmSeconds());
        routes = new SharedTable(redis, loop, names, ROUTES, routing);
        retained = new SharedTable(redis, loop, names, RETAINED, new RetainedCopy(messages));
        Appender appender = new Appender(redis, names, self, settings.inboxLimit());
        questions = new Questions(appender, loop);
        members =
                new Members(redis, loop, names, self, settings.self(), settings.deadAfter(), this);
        groups = new Groups(redis, loop, names, routes, routing, appender, self, members::isLive);
        sessions =
                new OwnedSessions(
                        redis,
                        loop,
                        names,
                        self,
                        intake,
                        broker,
                        all -> new SessionWriter(redis, loop, names, self, routes, all));
        SessionWriter writer = sessions.writer();
        publisher =
                new Publisher(
                        redis.isCluster()
                                ? new ApartPost(loop, routes, appender, writer)
                                : new TogetherPost(
                                        redis,
                                        loop,
                                        names,
                                        self,
                                        routes,
                                        ROUTES,
                                        settings.inboxLimit(),
                                        members::joined),
                        loop,
                        routes,
                        routing,
                        groups,
                        writer,
                        self,
                        settings.timeout().toNanos());
        Adoption adoption = new Adoption(redis, loop, names, self, sessions, broker);
        claims =
                new Claims(redis, loop, names, self, sessions, routes, adoption, questions, broker);
        sessions.whenLost(claims::lookAfter);
        inbox =
                new NodeInbox(
                        redis,
                        loop,
                        names,
                        self,
                        intake,
                        broker,
                        questions,
                        groups,
                        claims::release);
        estates =
                new Estates(redis, loop, names, self, members, appender, adoption, routes, routing);
    }

    /** Complete when this node is a member and has what it owned. */
    CompletableFuture<Void> start() {
        return members.awaitNameFree()
                .thenComposeAsync(_ -> members.join(), loop)
                .thenComposeAsync(_ -> makeRecord(), loop)
                .thenCompose(_ ->
                        redis.hear(
                                List.of(
                                        names.wakes() + self,
                                        names.channel(ROUTES),
                                        names.channel(RETAINED)),
                                this))
                .thenComposeAsync(_ -> routes.load(), loop)
                .thenComposeAsync(_ -> retained.load(), loop)
                .thenComposeAsync(_ -> estates.settleOwn(), loop)
                .thenRunAsync(this::started, loop);
    }

    /** The record of this node, which others remove when it is gone. */
    private CompletableFuture<Void> makeRecord() {
        byte[] record = Args.bytes(names.record(Names.node(self)));
        Map<byte[], byte[]> fields =
                Map.of(Args.bytes("k"), Args.bytes("1"), Args.bytes("o"), Args.bytes(self));
        byte[] last = Args.bytes(Long.toString(inbox.last()));
        return redis.commands()
                .sadd(Args.bytes(names.estates()), Args.bytes(self))
                .toCompletableFuture()
                .thenCompose(_ ->
                        redis.commands()
                                .hsetnx(record, Args.bytes("n"), last)
                                .toCompletableFuture())
                .thenCompose(_ -> redis.commands().hset(record, fields).toCompletableFuture())
                .thenCompose(_ -> redis.commands().persist(record).toCompletableFuture())
                .thenAccept(_ -> {});
    }

    private void started() {
        long timeoutMillis = settings.timeout().toMillis();
        loop.scheduleAtFixedRate(
                publisher::refuseLate,
                timeoutMillis / 10,
                timeoutMillis / 10,
                TimeUnit.MILLISECONDS);
        loop.scheduleAtFixedRate(estates::look, 0, 1, TimeUnit.SECONDS);
    }

    // What is heard.

    @Override
    public void heard(String channel, byte[] message) {
        loop.execute(() -> {
            if (channel.equals(names.channel(ROUTES))) {
                routes.heard(message);
            } else if (channel.equals(names.channel(RETAINED))) {
                retained.heard(message);
            } else {
                Told.of(message).forEach(this::heard);
            }
        });
    }

    private void heard(Told told) {
        if (isBeginning || !members.isSurelyMember()) {
            passedOver = true; // it may be others' by now; what is not is read afterwards
            return;
        }
        if (Names.isSession(told.label())) {
            sessions.heard(Names.withoutKind(told.label()), told.number(), told.frame());
        } else {
            inbox.heard(told.number(), told.frame());
        }
    }

    @Override
    public void missed() {
        loop.execute(() -> {
            routes.missed();
            retained.missed();
            if (isBeginning || !members.isSurelyMember()) {
                passedOver = true;
            } else {
                missedMessages();
            }
        });
    }

    private void missedMessages() {
        passedOver = false;
        inbox.missed();
        sessions.missed();
    }

    // What the beat shows.

    @Override
    public void departed(String node) {
        questions.departed(node);
        estates.look();
    }

    @Override
    public void silent(Duration since, @Nullable String why) {
        link.silent(since, why, traffic());
        Refusal refusal = Members.refusal(settings.address(), since, why);
        if (refused == null) {
            LOG.warn("{}: what clients send is refused until it does", refusal.explanation());
            broker.storing(refusal);
        }
        refused = refusal;
        if (isServing && since.compareTo(settings.deadAfter()) > 0) {
            LOG.error(
                    "{}: others may take this node to be dead, nobody is served until it does",
                    refusal.explanation());
            isServing = false;
            broker.serving(refusal);
        }
    }

    @Override
    public void answered() {
        link.answered(traffic());
        if (isBeginning) {
            return;
        }
        if (passedOver) {
            missedMessages();
        }
        if (refused != null) {
            refused = null;
            LOG.info("Clients are served");
            if (!isServing) {
                isServing = true;
                broker.serving(null);
            }
            broker.storing(null);
        }
    }

    private RedisLink.Traffic traffic() {
        return new RedisLink.Traffic(
                publisher.waiting() + redis.unanswered(),
                publisher.placed(),
                intake.taken(),
                publisher.refused());
    }

    @Override
    public void buried() {
        if (!isBeginning) {
            LOG.warn("Others have taken this node to be dead: it begins anew");
        }
        isBeginning = true;
        isServing = false;
        Refusal refusal = Members.buried();
        refused = refusal;
        broker.storing(refusal); // wills of what was not adopted yet are this node's still
        broker.serving(refusal);
        publisher.refuse(refusal);
    }

    @Override
    public void joinedAgain() {
        makeRecord()
                .thenComposeAsync(
                        _ -> {
                            List<Args> again = new ArrayList<>();
                            wanted.forEach(filter -> again.add(wants(filter)));
                            return routes.change(SharedTable.changes(again));
                        },
                        loop)
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure == null) {
                                lookForLost();
                                inbox.readAnew(this::begun);
                            } else {
                                LOG.warn("It cannot begin yet: {}", failure.toString());
                                loop.schedule(
                                        this::joinedAgain, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                            }
                        },
                        loop);
    }

    /** What was told to the node that it was is behind it: clients may come. */
    private void begun() {
        isBeginning = false;
        passedOver = true; // for sessions that are this node's still
        publisher.refuse(null);
    }

    private void lookForLost() {
        for (OwnedSession session : sessions.all()) {
            byte[] record = Args.bytes(names.record(Names.session(session.clientId)));
            redis.commands()
                    .hget(record, Args.bytes("e"))
                    .toCompletableFuture()
                    .thenAcceptAsync(
                            epoch -> {
                                if (epoch == null || Args.number(epoch) != session.epoch) {
                                    sessions.lost(session);
                                }
                            },
                            loop);
            redis.commands().sadd(Args.bytes(names.owned(self)), Args.bytes(session.clientId));
        }
    }

    // Retained messages and routes.

    /** Complete when the change is in the table; fails if this node may be dead to others. */
    CompletableFuture<Void> changeRetained(Args change) {
        return retained.changeAs(self, members.joined(), change);
    }

    /** Complete when every message that comes afterwards, to whichever node, is for this one. */
    CompletableFuture<Void> want(TopicFilter filter) {
        wanted.add(filter.text());
        return routes.change(wants(filter.text()));
    }

    void wantNoMore(TopicFilter filter) {
        wanted.remove(filter.text());
        routes.change(SharedTable.remove(field(filter.text())));
    }

    /** Whoever removes what led to a node that was a member before leaves this where it is. */
    private Args wants(String filter) {
        return SharedTable.put(field(filter), Args.bytes(Long.toString(members.joined())));
    }

    private String field(String filter) {
        return RoutingTable.field(Names.node(self), filter);
    }

    /** Complete when Redis has answered all that it was asked. On the loop. */
    CompletableFuture<Void> settled() {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        settle(settled);
        return settled;
    }

    private void settle(CompletableFuture<Void> settled) {
        if (publisher.waiting() + redis.unanswered() == 0) {
            settled.complete(null);
        } else if (!settled.isDone()) {
            loop.schedule(() -> settle(settled), SETTLING_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    long dropped() {
        return publisher.dropped() + intake.dropped();
    }
}
