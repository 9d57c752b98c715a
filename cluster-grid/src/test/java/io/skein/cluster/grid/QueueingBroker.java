package io.skein.cluster.grid;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Ownership;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A broker that only queues, for sessions without clients; its one thread is its event loop. */
final class QueueingBroker implements LocalBroker {
    private final ExecutorService loop =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<String, CompletableFuture<StoredSession>> claims = new HashMap<>();
    private final Map<TopicFilter, Integer> holders = new HashMap<>();
    private final Map<TopicFilter, CompletionStage<Void>> routes = new HashMap<>();
    private @Nullable Cluster cluster;
    private volatile boolean isServing;

    private static final class Session {
        final String clientId;
        final long epoch;
        final StoredSession state;
        final List<TopicFilter> filters = new ArrayList<>();
        CompletableFuture<Void> lastWrite = CompletableFuture.completedFuture(null);
        long nextSequence = 1;

        /** What waits until the session has caught up with what was published before; or null. */
        @Nullable List<Runnable> behind;

        Session(StoredSession stored, long epoch) {
            this.state = stored;
            this.clientId = stored.clientId();
            this.epoch = epoch;
        }
    }

    void serve(Cluster served) {
        cluster = served;
    }

    private Cluster cluster() {
        return Objects.requireNonNull(cluster);
    }

    /** Connects a client: complete when its session is here and known to be. */
    CompletableFuture<StoredSession> attach(String clientId) {
        return CompletableFuture.supplyAsync(() -> attachNow(clientId), loop)
                .thenCompose(attached -> attached);
    }

    private CompletableFuture<StoredSession> attachNow(String clientId) {
        Session here = sessions.get(clientId);
        if (here != null) {
            return CompletableFuture.completedFuture(here.state.copy());
        }
        CompletableFuture<StoredSession> underWay = claims.get(clientId);
        if (underWay != null) {
            return underWay;
        }
        CompletableFuture<StoredSession> claim =
                cluster()
                        .sessions()
                        .claim(clientId, false, Nodes.PERSISTENT)
                        .handleAsync((owned, error) -> claimed(clientId, owned, error), loop)
                        .thenCompose(installed -> installed)
                        .toCompletableFuture();
        claims.put(clientId, claim);
        return claim;
    }

    private CompletionStage<StoredSession> claimed(
            String clientId, @Nullable Ownership owned, @Nullable Throwable error) {
        claims.remove(clientId);
        if (owned != null) {
            return install(clientId, owned);
        }
        Session adopted = sessions.get(clientId);
        return adopted != null
                ? CompletableFuture.completedFuture(adopted.state.copy())
                : CompletableFuture.failedFuture(Objects.requireNonNull(error));
    }

    private CompletionStage<StoredSession> install(String clientId, Ownership owned) {
        StoredSession stored =
                owned.session() == null
                        ? new StoredSession(clientId, Nodes.PERSISTENT)
                        : owned.session();
        return put(stored, owned.epoch())
                .thenApplyAsync(
                        nothing -> {
                            cluster().sessions().settled(clientId, owned.epoch());
                            return stored.copy();
                        },
                        loop);
    }

    private CompletionStage<Void> put(StoredSession stored, long epoch) {
        Session session = new Session(stored, epoch);
        sessions.put(stored.clientId(), session);
        stored.queue().forEach(slot -> session.nextSequence = slot.sequence() + 1);
        CompletableFuture<Void> known = CompletableFuture.completedFuture(null);
        for (StoredSession.Entry entry : stored.subscriptions()) {
            session.filters.add(entry.subscription().filter());
            known =
                    known.thenCombine(
                            addRoute(entry.subscription().filter()), (one, other) -> null);
        }
        session.behind = new ArrayList<>();
        cluster()
                .sessions()
                .caughtUp(stored.clientId(), epoch)
                .thenRunAsync(() -> caughtUp(session), loop);
        return known;
    }

    private static void caughtUp(Session session) {
        List<Runnable> behind = session.behind;
        if (behind != null) {
            session.behind = null;
            behind.forEach(Runnable::run);
        }
    }

    private CompletionStage<Void> addRoute(TopicFilter filter) {
        holders.merge(filter, 1, Integer::sum);
        return routes.computeIfAbsent(filter, cluster().routes()::add);
    }

    private void removeRoute(TopicFilter filter) {
        if (holders.merge(filter, -1, Integer::sum) == 0) {
            routes.remove(filter);
            cluster().routes().remove(filter);
        }
    }

    /** Complete when SUBACK may be sent: it is stored, and every node knows of it. */
    CompletableFuture<Void> subscribe(String clientId, String filter) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        return CompletableFuture.supplyAsync(
                        () -> {
                            Session session = Objects.requireNonNull(sessions.get(clientId));
                            TopicFilter added = TopicFilter.of(filter);
                            session.filters.add(added);
                            write(
                                    session,
                                    new SessionChange.Subscribed(
                                            clientId,
                                            session.epoch,
                                            new Subscription(added, QoS.EXACTLY_ONCE),
                                            0),
                                    refusal -> stored.complete(null));
                            return addRoute(added);
                        },
                        loop)
                .thenCompose(added -> added)
                .thenCombine(stored, (one, other) -> null);
    }

    /** A client of this node publishes. */
    CompletableFuture<Optional<Refusal>> publish(Message message) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        loop.execute(() -> {
            Joined joined = new Joined(outcome);
            Set<String> reached = queueForAll(message, true, List.of(), joined);
            Set<TopicFilter> served = queueForGroups(message, joined);
            Interest interest = cluster().routes().interest(message.topic());
            if (!interest.isEmpty()) {
                cluster().publish(message, interest, new Reached(reached, served), joined.more());
            }
            joined.complete(null);
        });
        return outcome;
    }

    /** What a publish tells the cluster: which sessions have it already. */
    private record Reached(Set<String> clientIds, Set<TopicFilter> groups) implements ServedHere {
        @Override
        public boolean serves(TopicFilter share) {
            return groups.contains(share);
        }

        @Override
        public boolean reaches(String clientId) {
            return clientIds.contains(clientId);
        }
    }

    private Set<String> queueForAll(
            Message message, boolean own, List<String> later, Joined joined) {
        Set<String> reached = new HashSet<>();
        for (Session session : sessions.values()) {
            if (matches(session, message) && !later.contains(session.clientId)) {
                Completion done = joined.more();
                if (own && session.behind != null) {
                    session.behind.add(() -> queue(session, message, done));
                } else {
                    queue(session, message, done);
                }
                reached.add(session.clientId);
            }
        }
        return reached;
    }

    private Set<TopicFilter> queueForGroups(Message message, Joined joined) {
        Set<TopicFilter> groups = new HashSet<>();
        for (Session session : sessions.values()) {
            for (TopicFilter filter : session.filters) {
                if (filter.isShared() && filter.matches(message.topic()) && groups.add(filter)) {
                    queue(session, message, joined.more());
                }
            }
        }
        return groups;
    }

    private static boolean matches(Session session, Message message) {
        return session.filters.stream()
                .anyMatch(filter -> !filter.isShared() && filter.matches(message.topic()));
    }

    private void queue(Session session, Message message, Completion done) {
        write(
                session,
                new SessionChange.Queued(
                        session.clientId,
                        session.epoch,
                        session.nextSequence++,
                        new QueuedMessage(message, QoS.EXACTLY_ONCE, false, List.of())),
                done);
    }

    private void write(Session session, SessionChange change, Completion done) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        session.lastWrite = written;
        session.state.apply(change);
        cluster()
                .sessions()
                .write(
                        List.of(change),
                        refusal -> {
                            written.complete(null);
                            done.complete(refusal);
                        });
    }

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        deliver(message, true, shares, List.of(), List.of(), done);
    }

    @Override
    public void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> named,
            List<String> later,
            Completion done) {
        loop.execute(() -> {
            CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
            Joined joined = new Joined(outcome);
            if (everyone) {
                queueForAll(message, false, later, joined);
            }
            for (String name : named) {
                Session session = sessions.get(name);
                if (session != null && !(everyone && matches(session, message))) {
                    queue(session, message, joined.more());
                }
            }
            for (TopicFilter share : shares) {
                queueForOne(share, message, joined.more());
            }
            joined.complete(null);
            outcome.thenAccept(refusal -> done.complete(refusal.orElse(null)));
        });
    }

    private void queueForOne(TopicFilter share, Message message, Completion done) {
        for (Session session : sessions.values()) {
            if (session.filters.contains(share)) {
                queue(session, message, done);
                return;
            }
        }
        done.complete(new Refusal(ReasonCode.NO_MATCHING_SUBSCRIBERS, "no member of " + share));
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            Session session = sessions.get(clientId);
                            if (session == null || session.epoch > epoch) {
                                return CompletableFuture.<Void>completedFuture(null);
                            }
                            caughtUp(session);
                            sessions.remove(clientId);
                            session.filters.forEach(this::removeRoute);
                            return session.lastWrite;
                        },
                        loop)
                .thenCompose(last -> last);
    }

    @Override
    public CompletionStage<Void> forfeitAll() {
        return CompletableFuture.supplyAsync(
                        () ->
                                CompletableFuture.allOf(
                                        List.copyOf(sessions.values()).stream()
                                                .map(one -> relinquish(one.clientId, one.epoch))
                                                .map(CompletionStage::toCompletableFuture)
                                                .toArray(CompletableFuture[]::new)),
                        loop)
                .thenCompose(gone -> gone);
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        return CompletableFuture.supplyAsync(() -> put(session, epoch), loop)
                .thenCompose(known -> known);
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        isServing = refusal == null;
    }

    boolean isServing() {
        return isServing;
    }

    /** Complete when all parts are; used by one thread and by completions. */
    private static final class Joined implements Completion {
        private final CompletableFuture<Optional<Refusal>> outcome;
        private int open = 1;
        private @Nullable Refusal refusal;

        Joined(CompletableFuture<Optional<Refusal>> outcome) {
            this.outcome = outcome;
        }

        synchronized Completion more() {
            open++;
            return this;
        }

        @Override
        public synchronized void complete(@Nullable Refusal part) {
            if (part != null) {
                refusal = part;
            }
            if (--open == 0) {
                outcome.complete(Optional.ofNullable(refusal));
            }
        }
    }
}
