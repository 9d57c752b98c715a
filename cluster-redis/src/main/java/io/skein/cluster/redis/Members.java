package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is there. Each node changes its entry in a table now and then, and with the answer sees those
 * of the others. One whose entry stays the same too long, while this node is answered all the time,
 * is taken to be dead; so all are safe while Redis is silent. Lives on the loop, but for {@link
 * #infos}, {@link #announce} and {@link #loads}.
 */
final class Members {
    /** What comes of it. */
    interface Watcher {
        /** A node has left or was taken to be dead. */
        void departed(String node);

        /** Others have taken this node to be dead; it becomes a member again. */
        void buried();

        /** It is a member again. */
        void joinedAgain();

        /** For how long Redis has not answered, and what it said last if that was an error. */
        void silent(Duration since, @Nullable String why);

        /** Redis has answered. */
        void answered();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);
    private static final int BEATS = 6;

    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String self;
    private final NodeInfo info;
    private final Watcher watcher;
    private final long deadAfterNanos;
    private final Map<String, Seen> seen = new HashMap<>();
    private volatile List<NodeInfo> infos;
    private volatile Map<String, NodeLoad> loads = Map.of();
    private volatile @Nullable NodeLoad load;
    private volatile long join;
    private long beats;
    private boolean beating;
    private boolean closed;
    private volatile long answeredAt = System.nanoTime(); // however late the loop hears of it
    private long answeredSince = System.nanoTime();
    private volatile long memberUntil = System.nanoTime();
    private @Nullable String error;

    private static final class Seen {
        final NodeInfo info;
        String value;
        long changedAt;
        boolean isBeingBuried;

        Seen(NodeInfo info, String value, long changedAt) {
            this.info = info;
            this.value = value;
            this.changedAt = changedAt;
        }
    }

    Members(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            NodeInfo info,
            Duration deadAfter,
            Watcher watcher) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.self = self;
        this.info = info;
        this.watcher = watcher;
        this.deadAfterNanos = deadAfter.toNanos();
        this.infos = List.of(info);
    }

    static String nameOf(String node) {
        return node.substring(0, node.lastIndexOf('#'));
    }

    /** All members, in the order of their names. Any thread. */
    List<NodeInfo> infos() {
        return infos;
    }

    boolean isLive(String node) {
        return seen.containsKey(node);
    }

    /** Says with every beat how much this node has to do. Any thread. */
    void announce(NodeLoad own) {
        load = own;
    }

    /** What the members have said of that, by name. Any thread. */
    Map<String, NodeLoad> loads() {
        return loads;
    }

    /** All of them, in an order that all share. */
    List<String> live() {
        List<String> live = new ArrayList<>(seen.keySet());
        if (!seen.containsKey(self)) {
            live.add(self);
        }
        live.sort(Comparator.naturalOrder());
        return live;
    }

    /**
     * Complete when no node of this name is there; fails where one is alive. Members that were
     * killed are given their time.
     */
    CompletableFuture<Void> awaitNameFree() {
        return sameName()
                .thenCompose(before -> {
                    if (before.isEmpty()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    LOG.info(
                            "A node '{}' was there and has not left; looking for {} ms whether it"
                                    + " is alive",
                            info.name(),
                            TimeUnit.NANOSECONDS.toMillis(deadAfterNanos));
                    CompletableFuture<Void> later = new CompletableFuture<>();
                    loop.schedule(() -> later.complete(null), deadAfterNanos, TimeUnit.NANOSECONDS);
                    return later.thenCompose(_ -> sameName())
                            .thenCompose(after -> buryAll(before, after));
                });
    }

    private CompletableFuture<Void> buryAll(Map<String, String> before, Map<String, String> after) {
        List<CompletableFuture<Long>> buried = new ArrayList<>();
        for (Map.Entry<String, String> one : after.entrySet()) {
            if (!one.getValue().equals(before.get(one.getKey()))) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException(
                                "a node named '%s' is alive in this cluster; names are unique"
                                        .formatted(info.name())));
            }
            buried.add(bury(one.getKey(), one.getValue()));
        }
        return CompletableFuture.allOf(buried.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Map<String, String>> sameName() {
        return redis.commands()
                .hgetall(Args.bytes(names.nodes()))
                .toCompletableFuture()
                .thenApply(all -> {
                    Map<String, String> same = new HashMap<>();
                    all.forEach((node, value) -> {
                        if (nameOf(Args.text(node)).equals(info.name())) {
                            same.put(Args.text(node), Args.text(value));
                        }
                    });
                    return same;
                });
    }

    private CompletableFuture<Long> bury(String node, String value) {
        return redis.number(
                "skein_bury", Args.of(names.nodes(), names.joins()), Args.of(node, value));
    }

    /** Becomes a member, and goes on beating until closed; complete when it is one. */
    CompletableFuture<Void> join() {
        return beat(join + 1)
                .thenAcceptAsync(
                        all -> {
                            seen(all);
                            answeredAt = System.nanoTime();
                            answeredSince = answeredAt;
                            loop.scheduleAtFixedRate(
                                    this::tick, 0, deadAfterNanos / BEATS, TimeUnit.NANOSECONDS);
                        },
                        loop);
    }

    /**
     * Whether nobody can have taken this node to be dead: it was a member less than the time ago
     * after which others do. Any thread.
     */
    boolean isSurelyMember() {
        return System.nanoTime() - memberUntil < 0;
    }

    /** How often this node has become a member. Any thread. */
    long joined() {
        return join;
    }

    /**
     * @param joins which time it becomes a member by that; 0 where it is one
     */
    private CompletableFuture<List<?>> beat(long joins) {
        long until = System.nanoTime() + deadAfterNanos;
        NodeLoad own = load;
        String value =
                String.join(
                        "\n",
                        Long.toString(++beats),
                        info.mqttAddress(),
                        info.adminAddress(),
                        own == null
                                ? ""
                                : own.connections()
                                        + " "
                                        + own.processorPercent()
                                        + " "
                                        + own.accepting());
        return redis.list(
                        Redis.BEAT,
                        Args.of(names.nodes(), names.joins()),
                        Args.of(self, value, joins == 0 ? "" : Long.toString(joins)))
                .whenComplete((all, failure) -> {
                    if (failure == null && !all.isEmpty()) {
                        memberUntil = until;
                        join = Math.max(join, joins);
                    }
                });
    }

    private void tick() {
        if (closed) {
            return;
        }
        redis.probeHearing();
        long silence = System.nanoTime() - answeredAt;
        if (silence > deadAfterNanos / 2) {
            watcher.silent(Duration.ofNanos(silence), error);
        }
        if (beating) {
            return;
        }
        beating = true;
        long before = answeredAt;
        beat(0).whenComplete(
                        (_, failure) -> {
                            if (failure == null) {
                                answeredAt = System.nanoTime();
                            }
                        })
                .whenCompleteAsync(
                        (all, failure) -> {
                            beating = false;
                            if (closed) {
                                return;
                            }
                            if (failure != null) {
                                error = Refusals.of(failure).explanation();
                            } else if (all.isEmpty()) {
                                joinAgain();
                            } else {
                                answered(all, before);
                            }
                        },
                        loop);
    }

    private void joinAgain() {
        watcher.buried();
        beat(join + 1)
                .thenAcceptAsync(this::seen, loop)
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure == null) {
                                watcher.joinedAgain();
                            }
                        },
                        loop);
    }

    private void answered(List<?> all, long before) {
        long now = System.nanoTime();
        if (now - before > deadAfterNanos / 2) {
            answeredSince = now;
        }
        error = null;
        seen(all);
        watcher.answered();
        if (now - answeredSince >= deadAfterNanos) {
            seen.forEach((node, one) -> {
                if (now - one.changedAt >= deadAfterNanos
                        && !one.isBeingBuried
                        && !node.equals(self)) {
                    LOG.warn("Node '{}' is silent: taken to be dead", nameOf(node));
                    one.isBeingBuried = true;
                    bury(node, one.value)
                            .whenCompleteAsync((_, _) -> one.isBeingBuried = false, loop);
                }
            });
        }
    }

    private void seen(List<?> all) {
        long now = System.nanoTime();
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i + 1 < all.size(); i += 2) {
            values.put(Args.text(all.get(i)), Args.text(all.get(i + 1)));
        }
        List<String> departed = new ArrayList<>(seen.keySet());
        departed.removeAll(values.keySet());
        departed.forEach(seen::remove);
        values.forEach((node, value) -> {
            Seen one = seen.get(node);
            if (one == null) {
                seen.put(node, new Seen(infoOf(node, value), value, now));
            } else if (!one.value.equals(value)) {
                one.value = value;
                one.changedAt = now;
            }
        });
        infos =
                seen.values().stream()
                        .map(one -> one.info)
                        .sorted(Comparator.comparing(NodeInfo::name))
                        .toList();
        loads = loadsOf(values);
        for (String node : departed) {
            LOG.info("Node '{}' is no member any more", nameOf(node));
            watcher.departed(node);
        }
    }

    private static Map<String, NodeLoad> loadsOf(Map<String, String> values) {
        Map<String, NodeLoad> said = new HashMap<>();
        values.forEach((node, value) -> {
            String[] load = value.split("\n", -1)[3].split(" ", -1);
            if (load.length == 3) {
                said.put(
                        nameOf(node),
                        new NodeLoad(
                                Long.parseLong(load[0]),
                                Integer.parseInt(load[1]),
                                Boolean.parseBoolean(load[2])));
            }
        });
        return Map.copyOf(said);
    }

    private static NodeInfo infoOf(String node, String value) {
        String[] parts = value.split("\n", -1);
        return new NodeInfo(nameOf(node), parts[1], parts[2]);
    }

    /** Leaves; complete when the others can see it. */
    CompletableFuture<Long> leave() {
        closed = true;
        redis.commands().hdel(Args.bytes(names.joins()), Args.bytes(self));
        return redis.commands()
                .hdel(Args.bytes(names.nodes()), Args.bytes(self))
                .toCompletableFuture();
    }

    /** Says that nobody is served for others have taken this node to be dead. */
    static Refusal buried() {
        return Refusal.unavailable("the others have taken this node to be dead");
    }

    /** Says why nobody is served. */
    static Refusal refusal(RedisAddress address, Duration since, @Nullable String why) {
        return Refusal.unavailable(
                why == null
                        ? "Redis at %s has not answered since %s"
                                .formatted(
                                        address,
                                        Instant.now().minus(since).truncatedTo(ChronoUnit.SECONDS))
                        : "Redis at %s refuses: %s".formatted(address, why));
    }
}
