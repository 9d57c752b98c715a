package io.skein.broker.simulation;

import io.skein.broker.Broker;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.Origin;
import io.skein.cluster.Ownership;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One node's place in the {@link SimulatedCluster}. */
final class SimulatedNode implements Cluster, SessionStore, Routes, RetainedStore {
    private record Nodes(Set<Integer> plain, Map<TopicFilter, Set<Integer>> shares)
            implements Interest {
        @Override
        public boolean isEmpty() {
            return plain.isEmpty() && shares.isEmpty();
        }
    }

    final int index;

    /** What the store answers to every write, null while it keeps them. */
    @Nullable Refusal refusesWrites;

    /** How many writes it answers so before it keeps them again. */
    int refusals = Integer.MAX_VALUE;

    /** How much later than those after it the next write is answered. */
    long nextWriteLateNanos;

    /** When all that was published before has come to sessions that arrive. */
    CompletableFuture<Void> caughtUp = CompletableFuture.completedFuture(null);

    /** Whether it is certain that nobody has gone on without this node. */
    boolean current = true;

    /** Whether persistent sessions are given what they want by name. */
    boolean feedsSessions;

    private final SimulatedCluster cluster;
    private final VirtualTime time;
    private final Map<Integer, Long> linkFreeAtNanos = new HashMap<>();
    private @Nullable Broker broker;
    private List<SimulatedLoop> loops = List.of();
    private boolean crashed;
    private long writeFreeAtNanos;
    private final Map<String, Long> keptAtNanosOf = new HashMap<>();
    private final Set<TopicFilter> wanted = new HashSet<>();

    SimulatedNode(SimulatedCluster cluster, int index) {
        this.cluster = cluster;
        this.time = cluster.time;
        this.index = index;
    }

    void runs(Broker broker, List<SimulatedLoop> loops) {
        this.broker = broker;
        this.loops = loops;
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).runs(broker.shard(i));
        }
    }

    Broker broker() {
        if (broker == null) {
            throw new IllegalStateException("no broker yet");
        }
        return broker;
    }

    SimulatedLoop loop(int shard) {
        return loops.get(shard);
    }

    boolean isCrashed() {
        return crashed;
    }

    void crash() {
        crashed = true;
        loops.forEach(SimulatedLoop::crash);
    }

    /** What the cluster has stored of a session. */
    StoredSession stored(String clientId) {
        return cluster.sessions.get(clientId).stored;
    }

    @Override
    public boolean isCurrent() {
        return current;
    }

    @Override
    public boolean feedsSessions() {
        return feedsSessions;
    }

    // Sessions.

    /** Another owner has come, of whom the broker has not heard: its changes are refused. */
    void fence(String clientId) {
        cluster.sessions.get(clientId).epoch++;
    }

    @Override
    public CompletionStage<Ownership> claim(String clientId, boolean clean, SessionHead head) {
        CompletableFuture<Ownership> done = new CompletableFuture<>();
        time.after(
                time.delay(SimulatedCluster.HOP_NANOS), () -> owner(clientId, clean, head, done));
        return done;
    }

    private void owner(
            String clientId, boolean clean, SessionHead head, CompletableFuture<Ownership> done) {
        SimulatedCluster.Entry entry =
                cluster.sessions.computeIfAbsent(
                        clientId, id -> new SimulatedCluster.Entry(this, id, head));
        SimulatedNode former = entry.owner;
        long formerEpoch = entry.epoch++;
        long epoch = entry.epoch;
        entry.owner = this;
        if (former == this || former.crashed) {
            owned(entry, epoch, clean, head, done);
            return;
        }
        CompletionStage<Void> gone =
                clean
                        ? former.broker().end(clientId, formerEpoch)
                        : former.broker().relinquish(clientId, formerEpoch);
        gone.whenComplete((nothing, error) ->
                time.after(
                        time.delay(SimulatedCluster.HOP_NANOS),
                        () -> owned(entry, epoch, clean, head, done)));
    }

    private void owned(
            SimulatedCluster.Entry entry,
            long epoch,
            boolean clean,
            SessionHead head,
            CompletableFuture<Ownership> done) {
        String clientId = entry.stored.clientId();
        boolean known = !clean && entry.stored.head().isPersistent();
        StoredSession before = known ? SimulatedCluster.copyOf(entry.stored) : null;
        if (!known) {
            entry.stored = new StoredSession(clientId, head);
        }
        entry.stored.apply(new SessionChange.HeadSet(clientId, epoch, head));
        done.complete(new Ownership(epoch, before));
    }

    @Override
    public void write(List<SessionChange> changes, Completion done) {
        if (cluster.keepsApart) {
            writeApart(changes, done);
            return;
        }
        writeFreeAtNanos =
                Math.max(writeFreeAtNanos, time.nowNanos())
                        + time.delay(SimulatedCluster.HOP_NANOS);
        long lateNanos = nextWriteLateNanos;
        nextWriteLateNanos = 0;
        time.at(
                writeFreeAtNanos + lateNanos,
                () -> {
                    if (!crashed) {
                        done.complete(keep(changes));
                    }
                });
    }

    /**
     * What changes of each session is kept in its order, and sooner or later than that of others.
     */
    private void writeApart(List<SessionChange> changes, Completion done) {
        Map<String, List<SessionChange>> bySession = new LinkedHashMap<>();
        changes.forEach(change ->
                bySession.computeIfAbsent(change.clientId(), id -> new ArrayList<>()).add(change));
        int[] missing = {bySession.size()};
        Set<String> fenced = new TreeSet<>();
        Refusal[] ofAll = {null};
        bySession.forEach((clientId, own) -> {
            long keptAtNanos =
                    Math.max(keptAtNanosOf.getOrDefault(clientId, 0L), time.nowNanos())
                            + time.delay(SimulatedCluster.HOP_NANOS);
            keptAtNanosOf.put(clientId, keptAtNanos);
            time.at(
                    keptAtNanos,
                    () -> {
                        if (crashed) {
                            return;
                        }
                        Refusal refusal = keep(own);
                        if (refusal != null && refusal.clientIds().isEmpty()) {
                            ofAll[0] = refusal;
                        } else if (refusal != null) {
                            fenced.addAll(refusal.clientIds());
                        }
                        if (--missing[0] == 0) {
                            done.complete(fenced.isEmpty() ? ofAll[0] : Refusal.fenced(fenced));
                        }
                    });
        });
    }

    @Override
    public CompletionStage<Void> caughtUp(String clientId, long epoch) {
        return caughtUp;
    }

    private @Nullable Refusal keep(List<SessionChange> changes) {
        if (refusesWrites != null && refusals > 0) {
            refusals--;
            return refusesWrites;
        }
        Set<String> fenced = new TreeSet<>();
        for (SessionChange change : changes) {
            SimulatedCluster.Entry entry = cluster.sessions.get(change.clientId());
            if (entry == null || entry.owner != this || entry.epoch != change.epoch()) {
                fenced.add(change.clientId());
            } else {
                entry.stored.apply(change);
                if (change instanceof SessionChange.Queued queued) {
                    entry.had.add(queued.queued().message().origin());
                }
                if (change instanceof SessionChange.Ended) {
                    entry.stored =
                            new StoredSession(
                                    change.clientId(), new SessionHead(false, 0, 0, null));
                }
            }
        }
        return fenced.isEmpty() ? null : Refusal.fenced(fenced);
    }

    // Routes.

    @Override
    public CompletionStage<Void> add(TopicFilter filter) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        wanted.add(filter);
        time.after(
                time.delay(SimulatedCluster.HOP_NANOS),
                () -> {
                    cluster.routes.computeIfAbsent(filter, f -> new TreeSet<>()).add(index);
                    cluster.routesVersion++;
                    done.complete(null);
                });
        return done;
    }

    @Override
    public void remove(TopicFilter filter) {
        wanted.remove(filter);
        time.after( // never before an addition that was asked for earlier
                SimulatedCluster.HOP_NANOS + 1,
                () -> {
                    if (!wanted.contains(filter)) {
                        cluster.routes.getOrDefault(filter, new TreeSet<>()).remove(index);
                        cluster.routesVersion++;
                    }
                });
    }

    @Override
    public Interest interest(TopicName topic) {
        Map<TopicFilter, Set<Integer>> shares = new LinkedHashMap<>(cluster.shares(topic));
        return new Nodes(cluster.interested(topic, index), shares);
    }

    @Override
    public long version() {
        return cluster.routesVersion;
    }

    @Override
    public void publish(Message message, Interest interest, ServedHere served, Completion done) {
        if (interest.isEmpty()) {
            done.complete(null);
            return;
        }
        Nodes nodes = (Nodes) interest;
        Map<Integer, List<TopicFilter>> chosen = new LinkedHashMap<>();
        nodes.plain().forEach(node -> chosen.put(node, new ArrayList<>()));
        nodes.shares()
                .forEach((filter, who) -> {
                    if (!served.serves(filter)) {
                        who.stream()
                                .filter(node -> node != index)
                                .findFirst()
                                .ifPresent(node ->
                                        chosen.computeIfAbsent(node, n -> new ArrayList<>())
                                                .add(filter));
                    }
                });
        if (chosen.isEmpty()) {
            done.complete(null);
            return;
        }
        int[] missing = {chosen.size()};
        chosen.forEach((node, shares) ->
                send(
                        cluster.nodes.get(node),
                        message,
                        nodes.plain().contains(node),
                        shares,
                        refusal -> {
                            if (--missing[0] == 0) {
                                done.complete(refusal);
                            }
                        }));
    }

    @Override
    public @Nullable Origin nextOrigin() {
        return cluster.keepsApart ? new Origin("n" + index, 1, ++cluster.lastOrdinal, 0) : null;
    }

    @Override
    public void publishAgain(Message message, List<TopicFilter> groupsHere, Completion done) {
        Set<Integer> interested = cluster.interested(message.topic(), -1);
        List<String> having =
                cluster.sessions.entrySet().stream()
                        .filter(entry -> entry.getValue().had.contains(message.origin()))
                        .map(Map.Entry::getKey)
                        .toList();
        int[] missing = {interested.size()};
        if (missing[0] == 0) {
            done.complete(null);
        }
        for (int node : interested) {
            cluster.nodes
                    .get(node)
                    .broker()
                    .deliver(
                            message,
                            true,
                            List.of(),
                            List.of(),
                            having,
                            refusal -> {
                                if (--missing[0] == 0) {
                                    done.complete(refusal);
                                }
                            });
        }
    }

    @Override
    public void handOn(Message message, TopicFilter share, Completion done) {
        Set<Integer> who = cluster.routes.getOrDefault(share, Set.of());
        who.stream()
                .filter(node -> node != index)
                .findFirst()
                .ifPresentOrElse(
                        node -> send(cluster.nodes.get(node), message, false, List.of(share), done),
                        () -> Cluster.super.handOn(message, share, done));
    }

    private void send(
            SimulatedNode to,
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            Completion done) {
        long arrives =
                Math.max(
                        linkFreeAtNanos.getOrDefault(to.index, 0L) + 1,
                        time.nowNanos() + time.delay(SimulatedCluster.HOP_NANOS));
        linkFreeAtNanos.put(to.index, arrives);
        time.at(
                arrives,
                () ->
                        to.broker()
                                .deliver(
                                        message,
                                        everyone,
                                        shares,
                                        List.of(),
                                        List.of(),
                                        refusal ->
                                                time.after(
                                                        time.delay(SimulatedCluster.HOP_NANOS),
                                                        () -> done.complete(refusal))));
    }

    // Retained.

    @Override
    public void put(Message message, Completion done) {
        time.after(
                time.delay(SimulatedCluster.HOP_NANOS),
                () -> {
                    if (message.payload().length == 0) {
                        cluster.retained.remove(message.topic());
                    } else {
                        cluster.retained.put(message.topic(), message);
                    }
                    done.complete(null);
                });
    }

    @Override
    public CompletionStage<Iterator<Message>> match(TopicFilter filter) {
        return CompletableFuture.completedFuture(
                List.copyOf(cluster.retained.values()).stream()
                        .filter(m -> filter.matches(m.topic()))
                        .iterator());
    }

    @Override
    public long bytes(TopicName topic) {
        Message kept = cluster.retained.get(topic);
        return kept == null ? 0 : kept.payload().length + topic.utf8().length;
    }

    @Override
    public long bytes() {
        return cluster.retained.keySet().stream().mapToLong(this::bytes).sum();
    }

    @Override
    public long size() {
        return cluster.retained.size();
    }

    // The rest of the port.

    @Override
    public Set<Promise> promises() {
        return Set.of();
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        return CompletableFuture.allOf(
                cluster.inherit(this).stream()
                        .map(entry ->
                                broker.adopt(SimulatedCluster.copyOf(entry.stored), entry.epoch)
                                        .toCompletableFuture())
                        .toArray(CompletableFuture[]::new));
    }

    @Override
    public NodeInfo self() {
        return new NodeInfo("n" + index, "", "");
    }

    @Override
    public List<NodeInfo> nodes() {
        return cluster.nodes.stream().map(SimulatedNode::self).toList();
    }

    @Override
    public SessionStore sessions() {
        return this;
    }

    @Override
    public Routes routes() {
        return this;
    }

    @Override
    public RetainedStore retained() {
        return this;
    }

    @Override
    public void close() {}
}
