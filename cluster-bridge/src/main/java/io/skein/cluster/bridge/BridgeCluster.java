package io.skein.cluster.bridge;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LinkView;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.Promise;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionStore;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that is alone for the core, and whose links carry messages on. Any thread may call. */
final class BridgeCluster implements Cluster {
    /** What an island does not share with others: each has these for its own clients only. */
    private static final Set<Promise> WITHIN_AN_ISLAND =
            EnumSet.of(
                    Promise.SUBSCRIBED_MEANS_DELIVERED,
                    Promise.ONE_OWNER_PER_CLIENT,
                    Promise.SESSION_FOLLOWS_CLIENT,
                    Promise.RETAINED_EVERYWHERE,
                    Promise.SHARED_GOES_TO_ONE);

    private static final Logger LOG = LoggerFactory.getLogger(BridgeCluster.class);

    private static final long FAREWELL_MILLIS = 1_000;

    private final Cluster island;
    private final List<LinkSettings> settings;
    private final Topology topology;
    private final Wanted wanted = new Wanted();
    private final List<Link> links = new ArrayList<>();
    private @Nullable MultiThreadIoEventLoopGroup loops;

    BridgeCluster(Cluster island, List<LinkSettings> settings, Topology topology) {
        this.island = island;
        this.settings = settings;
        this.topology = topology;
    }

    @Override
    public Set<Promise> promises() {
        Set<Promise> promises = EnumSet.copyOf(island.promises());
        promises.removeAll(WITHIN_AN_ISLAND);
        promises.add(Promise.AVAILABLE_IN_MINORITY);
        return promises;
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        Map<String, Set<TopicFilter>> stored = new ConcurrentHashMap<>();
        Map<String, Integer> lasting = new ConcurrentHashMap<>();
        for (LinkSettings link : settings) {
            Way way = new Way(self().name(), link.peer(), topology);
            broker.passOnly(
                    Outbox.sessionId(link), message -> way.leadsOut(Via.of(message.properties())));
        }
        return island.start(new LinkSessions(broker, stored, lasting))
                .thenCompose(_ -> retireOthers(broker, stored, lasting))
                .thenCompose(_ -> startLinks(broker, stored));
    }

    /** Sessions of links that are not configured queue nothing more, and end in a while. */
    private CompletionStage<Void> retireOthers(
            LocalBroker broker,
            Map<String, Set<TopicFilter>> stored,
            Map<String, Integer> lasting) {
        Set<String> configured =
                settings.stream().map(Outbox::sessionId).collect(Collectors.toSet());
        List<CompletableFuture<Boolean>> retired = new ArrayList<>();
        lasting.forEach((sessionId, queued) -> {
            String name = Outbox.linkName(sessionId);
            if (name != null && !configured.contains(sessionId)) {
                LOG.warn(
                        "link '{}' is not configured any more: nothing is queued for it, and the {}"
                                + " messages that wait are dropped in {} hours",
                        name,
                        queued,
                        TimeUnit.SECONDS.toHours(Outbox.RETIRED_SECONDS));
                Set<TopicFilter> filters = stored.getOrDefault(sessionId, Set.of());
                retired.add(Outbox.retire(sessionId, filters, broker));
            }
        });
        return CompletableFuture.allOf(retired.toArray(CompletableFuture[]::new));
    }

    private CompletionStage<Void> startLinks(
            LocalBroker broker, Map<String, Set<TopicFilter>> stored) {
        Island here =
                new Island(self().name(), topology, settings, wanted, broker, Map.copyOf(stored));
        List<CompletableFuture<Void>> started = new ArrayList<>();
        synchronized (links) {
            if (settings.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            MultiThreadIoEventLoopGroup group =
                    new MultiThreadIoEventLoopGroup(
                            1,
                            new DefaultThreadFactory("skein-bridge", true),
                            NioIoHandler.newFactory());
            loops = group;
            EventLoop loop = group.next();
            for (LinkSettings link : settings) {
                links.add(new Link(link, here, loop, FarTls.of(link)));
            }
            links.forEach(link -> started.add(link.start()));
        }
        return CompletableFuture.allOf(started.toArray(CompletableFuture[]::new));
    }

    @Override
    public List<LinkView> links() {
        synchronized (links) {
            return links.stream().map(Link::view).toList();
        }
    }

    @Override
    public NodeInfo self() {
        return island.self();
    }

    /** Itself, and the far sides of links that are connected and say where to look at them. */
    @Override
    public List<NodeInfo> nodes() {
        Map<String, NodeInfo> nodes = new LinkedHashMap<>();
        island.nodes().forEach(node -> nodes.put(node.name(), node));
        synchronized (links) {
            links.stream()
                    .filter(Link::isConnected)
                    .map(Link::settings)
                    .filter(link -> !link.admin().isEmpty())
                    .forEach(link -> nodes.putIfAbsent(link.peer(), far(link)));
        }
        return List.copyOf(nodes.values());
    }

    private static NodeInfo far(LinkSettings link) {
        return new NodeInfo(link.peer(), link.address().hostAndPort(), link.admin());
    }

    @Override
    public SessionStore sessions() {
        return island.sessions();
    }

    @Override
    public Routes routes() {
        return wanted;
    }

    @Override
    public RetainedStore retained() {
        return island.retained();
    }

    @Override
    public void publish(
            Message message, Interest interest, ServedHere servedHere, Completion done) {
        island.publish(message, interest, servedHere, done);
    }

    @Override
    public void close() {
        synchronized (links) {
            CompletableFuture.allOf(
                            links.stream().map(Link::close).toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, 2 * FAREWELL_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
            if (loops != null) {
                loops.shutdownGracefully(0, FAREWELL_MILLIS, TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(2 * FAREWELL_MILLIS);
            }
        }
        island.close();
    }
}
