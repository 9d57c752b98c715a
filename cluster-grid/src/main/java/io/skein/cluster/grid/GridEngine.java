package io.skein.cluster.grid;

import io.skein.cluster.link.NodeTls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.infinispan.AdvancedCache;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.commons.marshall.WrappedByteArray;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.conflict.MergePolicy;
import org.infinispan.container.entries.InternalCacheEntry;
import org.infinispan.context.Flag;
import org.infinispan.distribution.DistributionManager;
import org.infinispan.factories.GlobalComponentRegistry;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.PartitionStatusChanged;
import org.infinispan.notifications.cachelistener.annotation.TopologyChanged;
import org.infinispan.notifications.cachelistener.event.PartitionStatusChangedEvent;
import org.infinispan.notifications.cachelistener.event.TopologyChangedEvent;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.infinispan.partitionhandling.AvailabilityMode;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.Address;
import org.infinispan.remoting.transport.Transport;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.infinispan.topology.CacheTopology;
import org.infinispan.topology.LocalTopologyManager;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded Infinispan: membership and two caches. Text keys and bytes as values, so that
 * nothing has to be described to its marshalling.
 */
final class GridEngine implements AutoCloseable {
    /** Members as the grid sees them at one moment. */
    record View(int id, List<UUID> members, boolean isMerge) {}

    /** What happens in the grid; called on its threads, must not block. */
    interface Events {
        void view(View view);

        /** Some cache may have become available or unavailable. */
        void availability();
    }

    private static final Logger LOG = LoggerFactory.getLogger(GridEngine.class);

    /** How long a node that may serve alone looks for others first. */
    private static final long MEET_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How often it is said that others are missing. */
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long POLL_MILLIS = 10;

    /**
     * How long nodes may take to agree on where entries belong. A tenth of it is how long one that
     * does not answer is waited for when others have come or gone.
     */
    private static final long AGREEMENT_MILLIS = 40_000;

    /** How long another node may take to answer; it is noticed sooner that it is dead. */
    private static final long ANSWER_MILLIS = 5_000;

    /** How long an entry may be locked, perhaps by a node that is dead; less than an answer. */
    private static final long LOCK_MILLIS = 3_000;

    /** What the news of a coordinator's own leaving may take; nothing tells that it has come. */
    private static final long NEWS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long leaving may take. */
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final DefaultCacheManager manager;
    private final AdvancedCache<String, byte[]> shared;
    private final AdvancedCache<String, byte[]> owners;
    private final LocalTopologyManager topologies;

    /** Kept, since a manager that is stopping no longer says which it is. */
    private final JChannel channel;

    /** Null where a minority may serve: nothing is denied there. */
    private final @Nullable Recovery recovery;

    /**
     * Joins the grid; blocks until that is done, and so long as too few of the others are there.
     *
     * @param name the name of this life of the node
     * @throws InterruptedException if this thread is interrupted while it waits for the others
     */
    GridEngine(GridSettings settings, String name) throws InterruptedException {
        GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
        global.transport()
                .defaultTransport()
                .clusterName(settings.cluster())
                .nodeName(name)
                .distributedSyncTimeout(AGREEMENT_MILLIS)
                .addProperty(JGroupsTransport.CONFIGURATION_XML, stack(settings));
        NodeTls tls = settings.tls();
        if (tls != null) {
            global.transport()
                    .addProperty(JGroupsTransport.SOCKET_FACTORY, new TlsSockets(tls).factory());
        }
        global.jmx().enabled(false);
        global.metrics().gauges(false).histograms(false);
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        manager = new DefaultCacheManager(global.build(), true);
        boolean started = false;
        try {
            awaitOthers(settings);
            manager.defineConfiguration("shared", shared(settings));
            manager.defineConfiguration("owners", divided(settings));
            shared = cache("shared");
            owners = cache("owners");
            topologies = GlobalComponentRegistry.componentOf(manager, LocalTopologyManager.class);
            Transport transport = GlobalComponentRegistry.componentOf(manager, Transport.class);
            channel = ((JGroupsTransport) transport).getChannel();
            recovery =
                    settings.minorityRefuses()
                            ? new Recovery(
                                    manager,
                                    topologies,
                                    List.of(shared, owners),
                                    settings.expectedNodes() / 2 + 1)
                            : null;
            started = true;
        } finally {
            if (!started) {
                manager.stop();
            }
        }
    }

    /**
     * Caches that began apart would be merged later, and what one side holds be lost; so nothing is
     * begun by nodes that are no majority of those expected. Where a minority may serve, nodes that
     * start at about the same time still meet first.
     */
    private void awaitOthers(GridSettings settings) throws InterruptedException {
        int expected = settings.expectedNodes();
        int needed = settings.minorityRefuses() ? expected / 2 + 1 : expected;
        long started = System.nanoTime();
        long told = started;
        int here = manager.getMembers().size();
        while (here < needed) {
            long now = System.nanoTime();
            if (!settings.minorityRefuses() && now - started > MEET_NANOS) {
                LOG.info("{} of {} nodes are here; serving without the others", here, expected);
                return;
            }
            if (now - told > TELL_NANOS) {
                told = now;
                LOG.warn(
                        "Waiting for other nodes: {} here, {} needed, looked for at {}",
                        here,
                        needed,
                        settings.discovery().place());
            }
            Thread.sleep(POLL_MILLIS);
            here = manager.getMembers().size();
        }
    }

    /**
     * A node that starts while others come and go may have to wait for its part of the caches, and
     * until these {@linkplain #countsOnThis count} on it; blocks so long.
     *
     * @throws InterruptedException if this thread is interrupted while it waits
     */
    void awaitAvailable() throws InterruptedException {
        long told = System.nanoTime();
        while (!available() || !countsOnThis()) {
            long now = System.nanoTime();
            if (now - told > TELL_NANOS) {
                told = now;
                LOG.warn("Waiting for this node's part of the grid: {}", describe());
            }
            recover(true);
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** To be called again and again while a cache is not available. */
    void recover() {
        recover(false);
    }

    private void recover(boolean starting) {
        if (recovery != null) {
            recovery.look(starting);
        }
    }

    private String describe() {
        StringJoiner caches = new StringJoiner("; ");
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners)) {
            caches.add(
                    "%s is %s, %s, at rest %s"
                            .formatted(
                                    cache.getName(),
                                    cache.getAvailability(),
                                    cache.getDistributionManager().getCacheTopology(),
                                    topologies.getStableCacheTopology(cache.getName())));
        }
        return caches.toString();
    }

    private AdvancedCache<String, byte[]> cache(String name) {
        return manager.<String, byte[]>getCache(name).getAdvancedCache();
    }

    private static Configuration shared(GridSettings settings) {
        ConfigurationBuilder cache = common(settings);
        cache.clustering().cacheMode(CacheMode.REPL_SYNC);
        return cache.build();
    }

    private static Configuration divided(GridSettings settings) {
        ConfigurationBuilder cache = common(settings);
        cache.clustering().cacheMode(CacheMode.DIST_SYNC).hash().numOwners(settings.replicas());
        return cache.build();
    }

    private static ConfigurationBuilder common(GridSettings settings) {
        ConfigurationBuilder cache = new ConfigurationBuilder();
        cache.encoding().mediaType(MediaType.APPLICATION_OBJECT_TYPE);
        cache.statistics().disable();
        cache.locking().lockAcquisitionTimeout(LOCK_MILLIS, TimeUnit.MILLISECONDS);
        cache.clustering().remoteTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        if (settings.minorityRefuses()) {
            // Who was denied has written nothing: it begins anew with what the majority has.
            cache.clustering()
                    .partitionHandling()
                    .whenSplit(PartitionHandling.DENY_READ_WRITES)
                    .mergePolicy(MergePolicy.NONE);
        } else {
            cache.clustering()
                    .partitionHandling()
                    .whenSplit(PartitionHandling.ALLOW_READ_WRITES)
                    .mergePolicy(MergePolicy.PREFERRED_ALWAYS);
        }
        return cache;
    }

    /** Routes, retained messages and members: everything, on every node. */
    AdvancedCache<String, byte[]> shared() {
        return shared;
    }

    /** Who owns which client id; on as many nodes as there are replicas. */
    AdvancedCache<String, byte[]> owners() {
        return owners;
    }

    /** The same cache, for writes that do not ask what was there. */
    static AdvancedCache<String, byte[]> blind(AdvancedCache<String, byte[]> cache) {
        return cache.withFlags(Flag.IGNORE_RETURN_VALUES);
    }

    /** Hands out the entries that are kept on this node. */
    static void forEachHere(
            AdvancedCache<String, byte[]> cache, BiConsumer<String, byte[]> action) {
        for (InternalCacheEntry<?, ?> entry : cache.getDataContainer()) {
            action.accept((String) entry.getKey(), bytes(entry.getValue()));
        }
    }

    /** The value that is kept on this node, or null. */
    static byte @Nullable [] here(AdvancedCache<String, byte[]> cache, String key) {
        InternalCacheEntry<?, ?> entry = cache.getDataContainer().peek(key);
        return entry == null ? null : bytes(entry.getValue());
    }

    /** The container wraps arrays, so that they can be compared. */
    private static byte[] bytes(Object stored) {
        return stored instanceof WrappedByteArray wrapped ? wrapped.getBytes() : (byte[]) stored;
    }

    UUID self() {
        return manager.getAddress().getNodeUUID();
    }

    /** Starts to report; the present view first. */
    void listen(Events events) {
        manager.addListener(new Views(events::view));
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners)) {
            cache.addListener(new Availability(events));
        }
    }

    View view() {
        return new View(
                shared.getRpcManager().getTransport().getViewId(),
                uuids(manager.getMembers()),
                false);
    }

    /** Whether every cache may be read and written, and this node has its part of each. */
    boolean available() {
        return isAvailable(shared) && isAvailable(owners);
    }

    /**
     * Whether this node is among those with whom the caches came to rest last. Of these a part that
     * is cut off needs a majority: before, a node that is cut off alone would not be denied.
     */
    boolean countsOnThis() {
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners)) {
            CacheTopology stable = topologies.getStableCacheTopology(cache.getName());
            if (stable == null || !stable.getMembers().contains(manager.getAddress())) {
                return false;
            }
        }
        return true;
    }

    private boolean isAvailable(AdvancedCache<String, byte[]> cache) {
        CacheTopology topology = cache.getDistributionManager().getCacheTopology();
        return cache.getAvailability() == AvailabilityMode.AVAILABLE
                && topology.getReadConsistentHash().getMembers().contains(manager.getAddress());
    }

    /** Whether the caches have noticed that nobody but these is there. */
    boolean settledOn(List<UUID> members) {
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners)) {
            DistributionManager distribution = cache.getDistributionManager();
            if (!members.containsAll(
                    uuids(distribution.getCacheTopology().getReadConsistentHash().getMembers()))) {
                return false;
            }
        }
        return available();
    }

    /** Whether what is written to {@link #shared} now is acknowledged by all of these. */
    boolean reaches(Set<UUID> members) {
        return Set.copyOf(uuids(shared.getDistributionManager().getCacheTopology().getMembers()))
                .containsAll(members);
    }

    /**
     * Whether every entry is where it belongs and the caches count on nobody else: a node that
     * leaves now is not taken for one of several that were lost.
     */
    boolean isAtRest() {
        int members = manager.getMembers().size();
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners)) {
            CacheTopology topology = cache.getDistributionManager().getCacheTopology();
            CacheTopology stable = topologies.getStableCacheTopology(cache.getName());
            if (topology.getPendingCH() != null
                    || topology.getMembers().size() != members
                    || stable == null
                    || stable.getMembers().size() != members) {
                return false;
            }
        }
        return true;
    }

    /** Which distribution of entries is in force: it changes when nodes come and go. */
    int topology() {
        return owners.getDistributionManager().getCacheTopology().getTopologyId();
    }

    private static List<UUID> uuids(List<Address> addresses) {
        return addresses.stream().map(Address::getNodeUUID).toList();
    }

    /**
     * The caches first: who coordinates them has to tell the others that they count on one member
     * less before it goes, or they take it for lost.
     */
    private void leave() {
        boolean coordinates = manager.isCoordinator() && manager.getMembers().size() > 1;
        owners.stop();
        shared.stop();
        if (coordinates) {
            LockSupport.parkNanos(NEWS_NANOS);
        }
        manager.stop();
    }

    /** Leaves the grid; others find out by themselves where that takes too long. */
    @Override
    public void close() {
        Thread leaving = Thread.ofPlatform().daemon().name("skein-grid-leave").start(this::leave);
        try {
            if (!leaving.join(LEAVE)) {
                Throwable where = new IllegalStateException("it waits here");
                where.setStackTrace(leaving.getStackTrace());
                LOG.warn("The grid was not left in {} s", LEAVE.toSeconds(), where);
                channel.close(); // so that its port is free
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * As Infinispan ships it for TCP, but for discovery, for how soon parts meet again, and for how
     * soon a dead node is noticed: at once when its sockets close, after 2.3 s when it is silent.
     */
    private static String stack(GridSettings settings) {
        return """
        <config xmlns="urn:org:jgroups">
          <TCP bind_addr="%1$s" bind_port="%2$d" port_range="0" diag.enabled="false"
               thread_naming_pattern="pl" send_buf_size="640k" sock_conn_timeout="300ms"
               linger="-1" tcp_nodelay="true" bundler_type="transfer-queue"
               bundler.max_size="64k" non_blocking_sends="false" thread_pool.min_threads="0"
               thread_pool.max_threads="200" thread_pool.keep_alive_time="1m"
               use_vthreads="true"/>
          <RED/>
          %3$s
          <MERGE3 min_interval="200ms" max_interval="800ms"/>
          <FD_SOCK2 offset="100" port_range="20"/>
          <FD_ALL3 timeout="2s" interval="500ms"/>
          <VERIFY_SUSPECT2 timeout="300ms"/>
          <pbcast.NAKACK2 use_mcast_xmit="false" xmit_interval="200ms"
                          xmit_table_num_rows="50" xmit_table_msgs_per_row="1024"
                          xmit_table_max_compaction_time="30s" resend_last_seqno="true"/>
          <UNICAST3 conn_close_timeout="5s" xmit_interval="200ms" xmit_table_num_rows="50"
                    xmit_table_msgs_per_row="1024" xmit_table_max_compaction_time="30s"/>
          <pbcast.STABLE desired_avg_gossip="5s" max_bytes="1M"/>
          <pbcast.GMS print_local_addr="false" join_timeout="500ms"/>
          <UFC max_credits="4m" min_threshold="0.40"/>
          <MFC max_credits="4m" min_threshold="0.40"/>
          <FRAG4 frag_size="60k"/>
        </config>
        """
                .formatted(
                        settings.bind().getAddress().getHostAddress(),
                        settings.bind().getPort(),
                        settings.discovery().protocol(settings.bind()));
    }

    /** Told of views. */
    @Listener
    public static final class Views {
        private final Consumer<View> heard;

        Views(Consumer<View> heard) {
            this.heard = heard;
        }

        /** A member came or left, or parts of the cluster met again. */
        @ViewChanged
        @Merged
        public void changed(ViewChangedEvent event) {
            heard.accept(
                    new View(event.getViewId(), uuids(event.getNewMembers()), event.isMergeView()));
        }
    }

    /** Told of partitions, and of who has which part of a cache. */
    @Listener
    public static final class Availability {
        private final Events events;

        Availability(Events events) {
            this.events = events;
        }

        /** A cache began or ceased to be available. */
        @PartitionStatusChanged
        public void changed(PartitionStatusChangedEvent<String, byte[]> event) {
            if (!event.isPre()) {
                events.availability();
            }
        }

        /** Parts of a cache are elsewhere. */
        @TopologyChanged
        public void moved(TopologyChangedEvent<String, byte[]> event) {
            if (!event.isPre()) {
                events.availability();
            }
        }
    }
}
