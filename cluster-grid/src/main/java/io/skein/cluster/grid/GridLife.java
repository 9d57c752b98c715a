package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Origin;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionStore;
import io.skein.cluster.codec.CorruptStateException;
import io.skein.cluster.codec.KnownNames;
import io.skein.cluster.link.LinkSettings;
import io.skein.cluster.link.NodeLinks;
import io.skein.cluster.link.Peer;
import io.skein.cluster.standalone.SessionLog;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a node in a grid: puts the parts together and hands them what comes from the links
 * and from the grid. Which part does what is in DESIGN.md of this module.
 */
final class GridLife implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(GridLife.class);

    /** When what a merge may have undone is looked at: soon, and when the grid has come to rest. */
    private static final long[] AFTER_MERGE_SECONDS = {1, 3, 10};

    /** How long a former life of this node may still be seen. */
    private static final long NAME_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long what a node wrote before it died is read, at most. */
    private static final long LAST_WORDS_MILLIS = 300;

    /** How often a node that refuses looks whether it may serve again. */
    private static final long LOOK_AGAIN_MILLIS = 100;

    /** How long a node that leaves waits until others have copies of what it has. */
    private static final long COPIES_NANOS = TimeUnit.SECONDS.toNanos(12);

    /** How long a node that is closed while it starts waits until it has given that up. */
    private static final long ABANDON_SECONDS = 10;

    /** How long a node that leaves waits for anything else. */
    private static final long LEAVE_SECONDS = 2;

    /** How long the thread of a life that is over tells those who ask that it is. */
    private static final long LINGER_SECONDS = 10;

    /** How long others may take to say which sessions are on their way. */
    private static final long MEET_SECONDS = 5;

    /** How often it is tried to undo what a buried node has written, a second apart. */
    private static final int RESTORE_ATTEMPTS = 10;

    private final GridSettings settings;
    private final Peer self;
    private final NodeLinks links;
    private final Post post;

    /** Of the messages that others publish. */
    private final KnownNames names = new KnownNames();

    private final RoutingTable routing;
    private final Lease lease;
    private final Standstill standstill = new Standstill();
    private final Consumer<GridLife> buried;
    private final RetainedMessages retainedMessages = new RetainedMessages();
    private final GridRoutes routes;
    private final GridDisk disk;
    private final GridRetained retained;
    private final Map<String, NodeLoad> loads = new ConcurrentHashMap<>();
    private volatile @Nullable Running running;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile @Nullable Thread starting;
    private volatile boolean abandoned;
    private volatile boolean closed;

    /** What the broker was told last. On the loop. */
    private boolean serving;

    /** Whether the cluster has what was on its disks. On the loop. */
    private boolean restored;

    /** Whether it is looked again soon whether that is still so. On the loop. */
    private boolean lookingAgain;

    /** Whether the others have gone on without this node. On the loop. */
    private boolean over;

    /** How often this node was cut off. On the loop. */
    private int cuts;

    /** Whether it is made sure what is this node's still, and whether once more. On the loop. */
    private boolean healing;

    private boolean healAgain;
    private boolean ended;

    /** What there is between start and close. */
    private record Running(
            MortalBroker broker,
            Member member,
            GridEngine engine,
            SharedState shared,
            Origins origins,
            Membership membership,
            Departures departures,
            Diversions diversions,
            Arrivals arrivals,
            Leaves leaves,
            LeavingMembers leavingMembers,
            Deliveries deliveries,
            Dispatch dispatch,
            GridSessions sessions,
            Resumption resumption,
            Adoptions adoptions) {}

    /**
     * A life that was not started.
     *
     * @param number of this life of the process, from 0
     * @param log where it keeps what it has, closed with it; null for nowhere
     * @param buried told once, on the loop, when others have gone on without this node: it is to be
     *     {@linkplain #end ended}
     */
    GridLife(
            GridSettings settings,
            int number,
            @Nullable SessionLog log,
            Consumer<GridLife> buried) {
        this.settings = settings;
        this.buried = buried;
        routing = new RoutingTable(number);
        self = new Peer(settings.self().name(), System.currentTimeMillis());
        retained = new GridRetained(self, retainedMessages);
        links =
                new NodeLinks(
                        new LinkSettings(
                                settings.cluster(),
                                settings.secret(),
                                settings.tls(),
                                self,
                                settings.link(),
                                settings.loop()),
                        this::receive);
        post = new Post(self, links, this::receive);
        lease = new Lease(post, settings.minorityRefuses());
        routes = new GridRoutes(post, routing);
        disk = new GridDisk(post, log);
    }

    @Override
    public Set<Promise> promises() {
        Set<Promise> promises =
                EnumSet.of(
                        Promise.SUBSCRIBED_MEANS_DELIVERED,
                        Promise.ACKED_MEANS_QUEUED,
                        Promise.ORDERED_PER_PUBLISHER,
                        Promise.EXACTLY_ONCE,
                        Promise.SESSION_FOLLOWS_CLIENT,
                        Promise.RETAINED_EVERYWHERE,
                        Promise.WILL_FIRES_ONCE,
                        Promise.SHARED_GOES_TO_ONE);
        if (disk.keeps()) {
            promises.add(Promise.ACKED_SURVIVES_RESTART);
        }
        if (settings.replicas() > 1) {
            promises.add(Promise.ACKED_SURVIVES_NODE_LOSS);
        }
        if (settings.minorityRefuses()) {
            promises.add(Promise.ONE_OWNER_PER_CLIENT);
            promises.add(Promise.MINORITY_REFUSES);
        } else {
            promises.add(Promise.AVAILABLE_IN_MINORITY);
        }
        return promises;
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        starting =
                Thread.ofPlatform()
                        .name("skein-grid-start")
                        .start(() -> {
                            try {
                                join(broker);
                                started.complete(null);
                            } catch (RuntimeException | ExecutionException failed) {
                                // Infinispan, interrupted while it starts, fails in its own words.
                                started.completeExceptionally(
                                        abandoned ? closedWhileStarting(failed) : failed);
                            } catch (InterruptedException interrupted) {
                                Thread.currentThread().interrupt();
                                started.completeExceptionally(closedWhileStarting(interrupted));
                            }
                        });
        return started;
    }

    private static IllegalStateException closedWhileStarting(Exception how) {
        return new IllegalStateException("closed while starting", how);
    }

    private void join(LocalBroker living) throws InterruptedException, ExecutionException {
        MortalBroker broker = new MortalBroker(living);
        List<SessionLog.Found> found = disk.start(refusal -> writable(broker, refusal));
        int port = links.open();
        GridEngine engine =
                new GridEngine(settings, self.node() + '#' + Long.toHexString(self.incarnation()));
        Member member =
                new Member(
                        self,
                        settings.self(),
                        settings.link().getAddress().getHostAddress(),
                        port,
                        engine.self());
        Running parts = assemble(broker, engine, member);
        running = parts;
        engine.awaitAvailable(); // who is missing is known when everything is here, and not before
        parts.shared.follow(engine.shared());
        parts.shared.synchronize(engine.shared());
        engine.listen(
                new GridEngine.Events() {
                    @Override
                    public void view(GridEngine.View view) {
                        seen(parts, view);
                    }

                    @Override
                    public void availability() {
                        onLoop(() -> available(parts));
                    }
                });
        seen(parts, engine.view());
        post.loop().execute(() -> askForLease(parts));
        awaitName(parts);
        introduce(engine, member);
        CompletableFuture.runAsync(() -> parts.membership.introduced(member), post.loop()).get();
        retained.open(engine.shared());
        BooleanSupplier reachesAll = () -> engine.reaches(parts.membership.addresses());
        post.loop().execute(() -> routes.open(engine.shared(), reachesAll));
        engine.awaitAvailable();
        onLoop(() -> available(parts));
        new Restoration(
                        post,
                        parts.membership,
                        parts.sessions,
                        parts.arrivals,
                        engine.shared(),
                        disk,
                        retainedMessages,
                        found,
                        settings.replicas())
                .run();
        CompletableFuture.supplyAsync(() -> met(parts), post.loop()).thenCompose(met -> met).get();
        onLoop(() -> {
            restored = true;
            keepRoster(parts);
            if (engine.available()) {
                heal(parts);
            }
        });
        parts.shared.current();
        LOG.info("{} joined {}", self, parts.membership.nodes());
    }

    /** Says who this node is, as soon as the grid may be written. */
    private void introduce(GridEngine engine, Member member)
            throws InterruptedException, ExecutionException {
        boolean introduced = false;
        while (!introduced) {
            engine.awaitAvailable();
            try {
                engine.shared().putAsync(SharedState.memberKey(self), member.encoded()).get();
                introduced = true;
            } catch (ExecutionException failed) {
                if (engine.available()) {
                    throw failed;
                }
            }
        }
    }

    /** The disk cannot be written, or can be again: then it has missed something. */
    private void writable(LocalBroker broker, @Nullable Refusal refusal) {
        if (refusal == null) {
            onLoop(() -> {
                Running parts = running;
                if (parts != null) {
                    parts.sessions.keepAll();
                    retainedMessages.forEach(disk::retain);
                    disk.retainOnly(retainedMessages);
                }
            });
        }
        broker.storing(refusal);
    }

    /** A minority keeps nothing that could be taken for what the majority decided. */
    private void keepRoster(Running parts) {
        Set<Peer> members = parts.membership.members();
        boolean outvoted =
                settings.minorityRefuses() && members.size() <= settings.expectedNodes() / 2;
        if (restored && !outvoted) {
            disk.roster(members);
        }
    }

    /** Another node of this name is only a former life of this one, if it leaves soon. */
    private void awaitName(Running parts) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + NAME_NANOS;
        Peer other = memberNamedAlike(parts);
        while (other != null) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        "a node named '%s' is in the cluster already".formatted(self.node()));
            }
            Thread.sleep(100);
            other = memberNamedAlike(parts);
        }
    }

    private @Nullable Peer memberNamedAlike(Running parts)
            throws InterruptedException, ExecutionException {
        return CompletableFuture.supplyAsync(() -> parts.membership.other(self.node()), post.loop())
                .get();
    }

    /** Every node does so, for another may be about to go as well; the first one counts. */
    private void restoreRetained(String key, byte[] vain, Message known, int attempts) {
        retained.restore(key, vain, known)
                .whenComplete((restored, error) -> {
                    if (error != null && attempts > 1) {
                        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, post.loop())
                                .execute(() -> restoreRetained(key, vain, known, attempts - 1));
                    } else if (error != null) {
                        LOG.error("'{}' may differ between nodes", known.topic(), error);
                    }
                });
    }

    private Running assemble(MortalBroker broker, GridEngine engine, Member member) {
        Membership membership = new Membership(member, links);
        SharedState shared =
                new SharedState(
                        self,
                        routing,
                        retainedMessages,
                        disk,
                        new SharedState.Listener() {
                            @Override
                            public void came(Member member) {
                                onLoop(() -> membership.introduced(member));
                            }

                            @Override
                            public void buried(Peer peer) {
                                onLoop(() -> GridLife.this.buried(membership, peer));
                            }

                            @Override
                            public void overwritten(String key, byte[] value, Message known) {
                                restoreRetained(key, value, known, RESTORE_ATTEMPTS);
                            }

                            @Override
                            public void stray(String key) {
                                onLoop(() -> {
                                    if (membership.isFirst()) {
                                        Tombstone.putAll(engine.shared(), List.of(key));
                                    }
                                });
                            }
                        });
        Origins origins = new Origins(self);
        Departures departures =
                new Departures(post, membership, routing, settings.minorityRefuses());
        Diversions diversions = new Diversions(routing);
        Arrivals arrivals = new Arrivals(post, membership);
        Leaves leaves = new Leaves(post, membership, routes, departures, diversions, broker);
        LeavingMembers leavingMembers = new LeavingMembers(self, routes, routing);
        Outstanding outstanding = new Outstanding();
        Deliveries deliveries =
                new Deliveries(
                        post, broker, arrivals, leaves, leavingMembers, departures, outstanding);
        Dispatch dispatch =
                new Dispatch(
                        post,
                        routing,
                        departures,
                        deliveries,
                        leaves,
                        origins,
                        outstanding,
                        standstill);
        GridSessions sessions =
                new GridSessions(
                        post,
                        membership,
                        departures,
                        arrivals,
                        leaves,
                        deliveries,
                        new Copies(disk),
                        disk,
                        origins,
                        broker,
                        engine,
                        settings.replicas());
        Adoptions adoptions =
                new Adoptions(post, engine, sessions, arrivals, sessions.succession());
        deliveries.connect(sessions);
        departures.connect(
                adoptions,
                deliveries,
                (peer, filters) -> {
                    diversions.forget(peer);
                    leaves.forget(peer);
                    leavingMembers.forget(peer);
                    shared.forget(peer);
                    if (membership.isFirst()) {
                        List<String> keys = new ArrayList<>();
                        filters.forEach(filter -> keys.add(SharedState.routeKey(peer, filter)));
                        keys.add(SharedState.memberKey(peer));
                        Tombstone.putAll(engine.shared(), keys);
                    }
                });
        membership.observe(
                new Membership.Observer() {
                    @Override
                    public void joined(Peer peer) {
                        leaves.joined(peer); // it is told what moves before anything else
                        departures.joined(peer);
                        sessions.joined();
                        keepRoster(running());
                    }

                    @Override
                    public void departed(Peer peer) {
                        LOG.info("{} is gone", peer);
                        loads.remove(peer.node()); // a next life says its own
                        lease.departed(peer);
                        departures.departed(peer);
                        arrivals.departed(peer);
                        leaves.departed();
                        sessions.departed(peer);
                    }

                    @Override
                    public void roundBegan() {
                        departures.roundBegan();
                        keepRoster(running());
                    }
                });
        return new Running(
                broker,
                member,
                engine,
                shared,
                origins,
                membership,
                departures,
                diversions,
                arrivals,
                leaves,
                leavingMembers,
                deliveries,
                dispatch,
                sessions,
                new Resumption(post, sessions, routes, broker),
                adoptions);
    }

    private void seen(Running parts, GridEngine.View view) {
        onLoop(() -> {
            parts.adoptions.viewChanged(view);
            List<Peer> missing = parts.membership.missingIn(view);
            lease.doubt(missing);
            whenSilent(missing, () -> missed(parts, view));
        });
    }

    /** Does something when all was received that these have sent, and none counts on this node. */
    private void whenSilent(Collection<Peer> missing, Runnable action) {
        links.whenReceived(
                missing,
                LAST_WORDS_MILLIS,
                ended -> {
                    if (ended) {
                        action.run();
                    } else { // it may be frozen or cut off, and not have noticed
                        lease.whenOver(missing, action);
                    }
                });
    }

    private void missed(Running parts, GridEngine.View view) {
        if (!closed) {
            parts.membership.seen(view);
            if (view.isMerge()) {
                merged(parts);
            }
        }
    }

    private void askForLease(Running parts) {
        if (!closed) {
            lease.ask(parts.membership.members(), parts.departures.underWay());
            links.schedule(() -> askForLease(parts), Lease.INTERVAL_MILLIS);
        }
    }

    /** Others have gone on without a node. */
    private void buried(Membership membership, Peer peer) {
        if (!peer.equals(self)) {
            lease.bury(peer);
            whenSilent(List.of(peer), () -> membership.buried(peer));
        } else if (!over) {
            over = true;
            LOG.warn("The others have gone on without {}: it joins them anew", self);
            Running parts = running();
            Refusal refusal = Refusal.unavailable("this node was cut off, and joins anew");
            parts.sessions.cutOff(true);
            parts.departures.cutOff(refusal);
            parts.broker.serving(refusal);
            buried.accept(this);
            abandonJoining();
        }
    }

    /** Does something on the loop, unless the node is being closed. */
    private void onLoop(Runnable work) {
        if (closed) {
            return;
        }
        try {
            post.loop()
                    .execute(() -> {
                        if (!closed) {
                            work.run();
                        }
                    });
        } catch (RejectedExecutionException ended) {
            LOG.debug("The loop has ended", ended);
        }
    }

    private void available(Running parts) {
        if (over) {
            return;
        }
        boolean available = parts.engine.available();
        if (!available) {
            parts.engine.recover();
            lookAgain(parts);
        }
        if (available == serving) {
            return;
        }
        serving = available;
        parts.sessions.cutOff(!available);
        if (available) {
            LOG.info("{} may serve", self);
            parts.departures.cutOff(null);
            heal(parts);
        } else {
            cuts++;
            LOG.warn("{} is cut off from the majority: clients are refused until it is back", self);
            Refusal refusal = Refusal.unavailable("this node is cut off from the majority");
            standstill.begin(refusal);
            parts.departures.cutOff(refusal);
            parts.deliveries.forgetServed();
            parts.broker.serving(refusal);
        }
    }

    private void lookAgain(Running parts) {
        if (!lookingAgain) {
            lookingAgain = true;
            links.schedule(
                    () ->
                            onLoop(() -> {
                                lookingAgain = false;
                                available(parts);
                            }),
                    LOOK_AGAIN_MILLIS);
        }
    }

    /** This node may serve (again): nothing is kept that others decided otherwise meanwhile. */
    private void heal(Running parts) {
        if (healing) {
            healAgain = true;
            return;
        }
        healing = true;
        int before = cuts;
        CompletableFuture.runAsync(() -> parts.shared.synchronize(parts.engine.shared()))
                .thenComposeAsync(
                        nothing ->
                                over
                                        ? CompletableFuture.failedFuture(
                                                new IllegalStateException("it joins anew"))
                                        : announce(parts),
                        post.loop())
                .thenComposeAsync(nothing -> parts.sessions.verify(), post.loop())
                .thenComposeAsync(nothing -> resume(parts), post.loop())
                .whenCompleteAsync(
                        (nothing, error) -> {
                            healing = false;
                            boolean again = healAgain || before != cuts;
                            healAgain = false;
                            if (over || !serving) {
                                return;
                            }
                            if (error != null) {
                                LOG.info("{} is not known to all yet: {}", self, error.toString());
                                healLater(parts, LOOK_AGAIN_MILLIS);
                            } else if (again) {
                                heal(parts);
                            } else {
                                standstill.end();
                                met(parts).thenRunAsync(() -> serve(parts), post.loop());
                            }
                        },
                        post.loop());
    }

    /** Complete when this node knows which sessions are on their way. On the loop. */
    private static CompletableFuture<Void> met(Running parts) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        parts.departures.whenMet(() -> met.complete(null));
        return met.completeOnTimeout(null, MEET_SECONDS, TimeUnit.SECONDS);
    }

    /** Clients are served when what was on the disks of the cluster is there. */
    private void serve(Running parts) {
        if (restored && serving && !over && !standstill.isBegun()) {
            parts.broker.serving(null);
        }
    }

    private CompletableFuture<Void> resume(Running parts) {
        if (standstill.isBegun()) {
            standstill.resume();
        }
        return parts.resumption.run();
    }

    /** Parts of the cluster have met; what one of them wrote may be gone when they are one. */
    private void merged(Running parts) {
        for (long seconds : AFTER_MERGE_SECONDS) {
            healLater(parts, TimeUnit.SECONDS.toMillis(seconds));
        }
    }

    private void healLater(Running parts, long millis) {
        links.schedule(
                () -> {
                    if (closed || over) {
                        return;
                    }
                    if (parts.engine.available()) {
                        heal(parts);
                    } else if (serving && standstill.isBegun()) {
                        healLater(parts, LOOK_AGAIN_MILLIS);
                    }
                },
                millis);
    }

    /** Says again who this node is and what it wants, where that is not known. */
    private CompletableFuture<Void> announce(Running parts) {
        CompletableFuture<?> introduced =
                parts.engine.shared().putAsync(SharedState.memberKey(self), parts.member.encoded());
        CompletableFuture<Void> known =
                routes.writeAgain(key ->
                        Tombstone.orNull(GridEngine.here(parts.engine.shared(), key)) == null);
        return CompletableFuture.allOf(introduced, known);
    }

    private void receive(Peer from, int kind, ByteBuf body, Completion done) {
        Running parts = running;
        if (parts == null) {
            done.complete(Refusal.unavailable(self + " is not running"));
            return;
        }
        try {
            receive(parts, from, kind, body, done);
        } catch (CorruptStateException wrong) { // found before anything was done with it
            LOG.error("{} sent a frame of kind {} that cannot be read", from, kind, wrong);
            done.complete(new Refusal(ReasonCode.UNSPECIFIED_ERROR, String.valueOf(wrong)));
        }
    }

    private void receive(Running parts, Peer from, int kind, ByteBuf body, Completion done) {
        if (parts.membership.isBuried(from)) { // what it had is others' by now: it is told soon
            done.complete(Refusal.unavailable("the others have gone on without " + from));
            return;
        }
        if (standstill.isBegun() && concernsSessionsHere(kind)) {
            ByteBuf kept = Unpooled.copiedBuffer(body);
            standstill.whenOver(() -> receive(from, kind, kept, done));
            return;
        }
        switch (kind) {
            case Frames.PUBLISH ->
                    parts.deliveries.published(from, Frames.message(from, body, names), done);
            case Frames.PARCEL -> parts.deliveries.parcel(from, Frames.Parcel.decoded(body), done);
            case Frames.COPY -> {
                boolean fitted =
                        parts.membership.members().contains(from)
                                && parts.sessions.copies().apply(from, body);
                Refusal refusal = fitted ? null : Refusal.unavailable("a copy is not here");
                disk.await(unwritten -> done.complete(refusal)); // without it there is memory
            }
            case Frames.SEEK -> parts.sessions.sought(from, Frames.Seek.decoded(body), done);
            case Frames.INQUIRY -> parts.deliveries.inquired(Frames.inquiry(body), done);
            case Frames.ORPHAN -> parts.adoptions.look(Frames.Mark.decoded(body), done);
            case Frames.INHERITANCE -> inherit(parts, Frames.Inheritance.decoded(body), done);
            case Frames.ALIVE ->
                    done.complete(lease.asked(from, parts.membership.members().contains(from)));
            default -> {
                control(parts, from, kind, body);
                done.complete(null);
            }
        }
    }

    /** Or has to stay in order with what does. */
    private static boolean concernsSessionsHere(int kind) {
        return switch (kind) {
            case Frames.ALIVE, Frames.COPY, Frames.SEEK, Frames.LOAD -> false;
            default -> true;
        };
    }

    private void inherit(Running parts, Frames.Inheritance inheritance, Completion done) {
        Outcome outcome = new Outcome(post, done);
        Message message = inheritance.message();
        for (String heir :
                parts.departures.heirs(inheritance.departed(), inheritance.only(), message)) {
            parts.deliveries.mail(self, heir, message, outcome.part());
        }
        outcome.complete(null);
    }

    private void control(Running parts, Peer from, int kind, ByteBuf body) {
        switch (kind) {
            case Frames.RELINQUISH ->
                    parts.deliveries.relinquish(from, Frames.Claimed.decoded(body));
            case Frames.DIVERT -> {
                Frames.Move move = Frames.Move.decoded(body);
                parts.diversions.begin(move);
                Frames.Mark mark = new Frames.Mark(move.clientId(), move.epoch());
                post.tell(from, Frames.DIVERTED, mark.encoded());
                post.tell(move.to(), Frames.DIVERTED, mark.encoded());
            }
            case Frames.DIVERTED -> {
                Frames.Mark mark = Frames.Mark.decoded(body);
                parts.leaves.diverted(from, mark);
                parts.arrivals.diverted(from, mark);
            }
            case Frames.HELD -> parts.arrivals.held(from, Frames.Mark.decoded(body));
            case Frames.RELINQUISHED ->
                    parts.arrivals.relinquished(from, Frames.LetGo.decoded(body));
            case Frames.SETTLED -> {
                Frames.Mark mark = Frames.Mark.decoded(body);
                parts.diversions.end(mark.clientId(), mark.epoch());
                parts.leaves.end(mark.clientId(), mark.epoch());
                parts.leavingMembers.settled(mark.clientId(), mark.epoch());
            }
            case Frames.LOAD -> loads.put(from.node(), Frames.load(body));
            case Frames.KEPT -> parts.departures.keeps(from, Frames.Kept.decoded(body).dead());
            case Frames.STAGE -> parts.departures.stageReached(from, Frames.Stage.decoded(body));
            default -> LOG.warn("{} sent a frame of kind {}", from, kind);
        }
    }

    private Running running() {
        Running parts = running;
        if (parts == null) {
            throw new IllegalStateException("the node was not started");
        }
        return parts;
    }

    @Override
    public NodeInfo self() {
        return settings.self();
    }

    @Override
    public List<NodeInfo> nodes() {
        Running parts = running;
        return parts == null ? List.of(settings.self()) : parts.membership.nodes();
    }

    @Override
    public void announce(NodeLoad load) {
        onLoop(() -> {
            Running parts = running;
            if (parts != null) {
                post.tell(parts.membership.members(), Frames.LOAD, Frames.load(load));
            }
        });
    }

    @Override
    public Map<String, NodeLoad> loads() {
        Map<String, NodeLoad> known = new HashMap<>(loads);
        known.keySet().retainAll(nodes().stream().map(NodeInfo::name).toList());
        return known;
    }

    @Override
    public SessionStore sessions() {
        return running().sessions;
    }

    @Override
    public Routes routes() {
        return routes;
    }

    @Override
    public RetainedStore retained() {
        return retained;
    }

    @Override
    public void publish(
            Message message, Interest interest, ServedHere servedHere, Completion done) {
        if (interest instanceof GridInterest found) {
            running().dispatch.publish(message, found, servedHere, done);
        } else if (message.origin() != null) {
            GridInterest nobody = routing.find(message.topic());
            running().dispatch.publish(message, nobody, servedHere, done);
        } else {
            done.complete(null);
        }
    }

    @Override
    public Origin nextOrigin() {
        return running().origins.next();
    }

    @Override
    public void publishAgain(Message message, List<TopicFilter> groupsHere, Completion done) {
        running().dispatch.publishAgain(message, groupsHere, done);
    }

    @Override
    public void handOn(Message message, TopicFilter share, Completion done) {
        running().dispatch.handOn(message, share, done);
    }

    @Override
    public long droppedBetweenNodes() {
        Running parts = running;
        return parts == null ? 0 : parts.dispatch.dropped();
    }

    @Override
    public boolean isCurrent() {
        return lease.isHeld();
    }

    @Override
    public void whenCurrent(Completion done) {
        post.handOver(() -> lease.whenHeld(done));
    }

    /** Whether it has parts that may be asked. From any thread. */
    boolean isRunning() {
        return running != null;
    }

    /** Breaks its connections to the others, which are then made again: for tests. */
    void breakLinks() {
        post.loop().execute(() -> running().membership.members().forEach(links::breakConnections));
    }

    /** Ends the links without a word, as a process does that is killed: for tests. */
    void crash() {
        closed = true;
        running().adoptions.close();
        links.close();
        disk.close();
        running().engine.close();
    }

    /** Ends the links without a word, and leaves the grid to find that out: for tests. */
    void mute() {
        closed = true;
        links.close();
        disk.close();
    }

    Peer peer() {
        return self;
    }

    GridEngine engine() {
        return running().engine;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        abandonStart();
        Running parts = running;
        if (parts != null && parts.engine.available()) {
            awaitCopies(parts);
        }
        closed = true;
        if (parts == null) {
            disk.close();
            links.close();
            return;
        }
        parts.adoptions.close();
        boolean silent = ask(() -> fallSilent(parts), false);
        if (!silent) {
            LOG.warn("The loop of {} does not answer", self);
        }
        parts.engine.close();
        disk.close();
        links.close();
    }

    /**
     * Before it is known to be gone, so that all it has sent is received, and before its disk and
     * the grid are closed: what it has not answered by now it does not refuse. The others take it
     * for lost with this node, and its adopters get it.
     */
    private boolean fallSilent(Running parts) {
        parts.sessions.close();
        links.disconnect();
        parts.departures.end(Refusal.unavailable("the node closes"));
        return true;
    }

    /** What the loop answers; something else where it does not in time. */
    private <T> T ask(Supplier<T> question, T otherwise) {
        return CompletableFuture.supplyAsync(question, post.loop())
                .completeOnTimeout(otherwise, LEAVE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /**
     * Ends a life that others take to be over: nobody is asked or told. What waits is refused, and
     * what comes after this, for a time. Blocks until the next life may begin.
     */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        abandonStart();
        closed = true;
        Running parts = running;
        ask(
                () -> {
                    links.disconnect();
                    Refusal refusal = Refusal.unavailable("this node joins the others anew");
                    lease.end(refusal);
                    routes.end(refusal);
                    if (parts != null) {
                        parts.broker.end();
                        parts.sessions.end();
                        parts.departures.end(OwnerTable.cutOff());
                    }
                    standstill.end();
                    return true;
                },
                false);
        if (parts != null) {
            parts.adoptions.close();
            parts.broker.settled();
            parts.engine.close();
        }
        disk.close();
        CompletableFuture.delayedExecutor(LINGER_SECONDS, TimeUnit.SECONDS).execute(links::close);
    }

    /** A node that still looks for others looks no longer; does not wait for that. */
    private void abandonJoining() {
        Thread thread = starting;
        if (thread != null && thread.isAlive()) {
            abandoned = true;
            thread.interrupt();
        }
    }

    /** The same, and waits. */
    private void abandonStart() {
        abandonJoining();
        Thread thread = starting;
        if (thread != null && thread.isAlive()) {
            started.exceptionally(abandoned -> null)
                    .completeOnTimeout(null, ABANDON_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** Leaving is no loss: others have copies of what this node has. */
    private void awaitCopies(Running parts) {
        long end = System.nanoTime() + COPIES_NANOS;
        boolean made = false;
        while (!made && parts.engine.available() && System.nanoTime() - end < 0) {
            made = parts.engine.isAtRest() && ask(() -> hasCopies(parts), false);
            if (!made) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        if (!made) {
            LOG.warn("{} leaves before all it has was copied in the ordinary way", self);
            CompletableFuture<Void> taken = new CompletableFuture<>();
            post.loop().execute(() -> parts.sessions.bequeath(ignored -> taken.complete(null)));
            taken.completeOnTimeout(null, LEAVE_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    /**
     * Whether everything that is this node's is on others too: nobody is gone of whom it has not
     * heard here, and nothing is on its way here, or from here.
     */
    private static boolean hasCopies(Running parts) {
        return parts.membership.missingIn(parts.engine.view()).isEmpty()
                && !parts.departures.isUnderWay()
                && parts.arrivals.isEmpty()
                && parts.leaves.areOver()
                && parts.sessions.hasCopies();
    }
}
