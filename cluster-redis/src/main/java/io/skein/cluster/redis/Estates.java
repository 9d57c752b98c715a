package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to what nodes that are gone have left: their sessions are adopted, each by the member whose
 * turn it is by its client id, or after a while by whoever finds it; their routes and inboxes are
 * removed. Everything may be done twice. Lives on the loop.
 */
final class Estates {
    private static final Logger LOG = LoggerFactory.getLogger(Estates.class);

    /** How many adoptions wait for an answer at a time. */
    private static final int AT_ONCE = 64;

    private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String self;
    private final Members members;
    private final Appender appender;
    private final Adoption adoption;
    private final SharedTable table;
    private final RoutingTable routes;
    private final Map<String, Long> foundAt = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private boolean looking;

    Estates(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            Members members,
            Appender appender,
            Adoption adoption,
            SharedTable table,
            RoutingTable routes) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.self = self;
        this.members = members;
        this.appender = appender;
        this.adoption = adoption;
        this.table = table;
        this.routes = routes;
    }

    /** Looks for what is left; called now and then, and when a node has gone. */
    void look() {
        if (looking) {
            return;
        }
        looking = true;
        departed()
                .whenCompleteAsync((_, _) -> looking = false, loop)
                .thenAcceptAsync(
                        nodes -> {
                            for (String node : nodes) {
                                if (underWay.add(node)) {
                                    foundAt.putIfAbsent(node, System.nanoTime());
                                    settle(node, false)
                                            .whenCompleteAsync(
                                                    (_, failure) -> ended(node, failure), loop);
                                }
                            }
                        },
                        loop);
    }

    /**
     * A node is a member before it may leave anything: whoever is none by then is gone. But for
     * this one, which may have been taken to be dead and has not heard of it.
     */
    private CompletableFuture<Set<String>> departed() {
        return redis.commands()
                .smembers(Args.bytes(names.estates()))
                .toCompletableFuture()
                .thenCompose(all ->
                        redis.commands()
                                .hkeys(Args.bytes(names.nodes()))
                                .toCompletableFuture()
                                .thenApply(present -> {
                                    Set<String> nodes = new TreeSet<>();
                                    all.forEach(node -> nodes.add(Args.text(node)));
                                    present.forEach(node -> nodes.remove(Args.text(node)));
                                    nodes.remove(self);
                                    return nodes;
                                }));
    }

    private void ended(String node, @Nullable Throwable failure) {
        underWay.remove(node);
        if (failure != null) {
            LOG.warn("What node '{}' has left is not settled: {}", node, failure.toString());
        }
    }

    /** Adopts all that earlier lives of this node have left. */
    CompletableFuture<Void> settleOwn() {
        return departed()
                .thenComposeAsync(
                        nodes ->
                                CompletableFuture.allOf(
                                        nodes.stream()
                                                .filter(node ->
                                                        Members.nameOf(node)
                                                                .equals(Members.nameOf(self)))
                                                .map(node -> settle(node, true))
                                                .toArray(CompletableFuture[]::new)),
                        loop);
    }

    private CompletableFuture<Void> settle(String node, boolean all) {
        return redis.commands()
                .smembers(Args.bytes(names.owned(node)))
                .toCompletableFuture()
                .thenComposeAsync(
                        left -> {
                            if (left.isEmpty()) {
                                return removeTraces(node);
                            }
                            Deque<String> mine = new ArrayDeque<>();
                            boolean everything = all || isOverdue(node);
                            for (byte[] one : left) {
                                String clientId = Args.text(one);
                                if (everything || isMine(clientId)) {
                                    mine.add(clientId);
                                }
                            }
                            List<CompletableFuture<Void>> lanes = new ArrayList<>();
                            for (int i = 0; i < AT_ONCE && i < left.size(); i++) {
                                lanes.add(adoptAll(node, mine));
                            }
                            return CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new));
                        },
                        loop);
    }

    private boolean isOverdue(String node) {
        Long found = foundAt.get(node);
        return found != null && System.nanoTime() - found > OVERDUE_NANOS;
    }

    private boolean isMine(String clientId) {
        List<String> live = members.live();
        return live.get(Math.floorMod(clientId.hashCode(), live.size())).equals(self);
    }

    private CompletableFuture<Void> adoptAll(String node, Deque<String> clientIds) {
        String clientId = clientIds.poll();
        if (clientId == null) {
            return CompletableFuture.completedFuture(null);
        }
        return adoption.adopt(clientId, node)
                .thenCompose(_ ->
                        redis.commands()
                                .srem(Args.bytes(names.owned(node)), Args.bytes(clientId))
                                .toCompletableFuture())
                .thenComposeAsync(_ -> adoptAll(node, clientIds), loop);
    }

    /** All of its sessions have another owner. */
    private CompletableFuture<Void> removeTraces(String node) {
        // What led to it; not what it wants where it is a member again.
        table.removeUnchanged(routes.fields(Names.node(node)));
        return closeRecord(node).thenAcceptAsync(_ -> foundAt.remove(node), loop);
    }

    /**
     * What nobody has taken for groups is for this node to pass on; {@link Appender#GONE} where
     * that node is a member again, or this one is none any more: whoever looks next sees to it.
     */
    private CompletableFuture<Long> closeRecord(String node) {
        String label = Names.node(node);
        String heir = Names.node(self);
        if (!redis.isCluster()) {
            return redis.number(
                    "skein_close",
                    Args.of(
                            names.record(label),
                            names.inbox(label),
                            names.record(heir),
                            names.inbox(heir),
                            names.nodes(),
                            names.estates()),
                    new Args().add(Parcel.SHARED).add(heir).add(names.wakes()).add(node));
        }
        return redis.commands()
                .hgetall(Args.bytes(names.inbox(label)))
                .toCompletableFuture()
                .thenComposeAsync(
                        left -> {
                            List<Appender.Piece> pieces =
                                    left.values().stream()
                                            .filter(frame ->
                                                    Parcel.decoded(frame) instanceof Parcel.Shared)
                                            .map(frame -> new Appender.Piece(true, frame))
                                            .toList();
                            return pieces.isEmpty()
                                    ? CompletableFuture.completedFuture(0L)
                                    : appender.append(heir, pieces);
                        },
                        loop)
                .thenCompose(moved ->
                        moved == Appender.GONE
                                ? CompletableFuture.completedFuture(moved)
                                : removeRecord(node, label));
    }

    private CompletableFuture<Long> removeRecord(String node, String label) {
        return redis.commands()
                .del(Args.bytes(names.record(label)), Args.bytes(names.inbox(label)))
                .toCompletableFuture()
                .thenCompose(_ ->
                        redis.commands()
                                .srem(Args.bytes(names.estates()), Args.bytes(node))
                                .toCompletableFuture());
    }
}
