package io.skein.cluster.grid;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
import org.infinispan.distribution.group.Grouper;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.PartitionStatusChanged;
import org.infinispan.notifications.cachelistener.event.PartitionStatusChangedEvent;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.infinispan.partitionhandling.AvailabilityMode;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.Address;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jspecify.annotations.Nullable;

/**
 * The embedded Infinispan: membership and three caches. Text keys and bytes as values, so that
 * nothing has to be described to its marshalling.
 */
final class GridEngine implements AutoCloseable {
    /** Members as the grid sees them at one moment. */
    record View(int id, List<UUID> members, boolean isMerge) {}

    /** What happens in the grid; called on its threads, must not block. */
    interface Events {
        void view(View view);

        /** Some cache became available or unavailable. */
        void availability();
    }

    /** The text before the first NUL: entries that belong to one client are kept together. */
    static final class ByClient implements Grouper<String> {
        @Override
        public Object computeGroup(String key, Object group) {
            int end = key.indexOf('\0');
            return end < 0 ? key : key.substring(0, end);
        }

        @Override
        public Class<String> getKeyType() {
            return String.class;
        }
    }

    private final DefaultCacheManager manager;
    private final AdvancedCache<String, byte[]> shared;
    private final AdvancedCache<String, byte[]> owners;
    private final AdvancedCache<String, byte[]> logs;

    /**
     * Joins the grid; blocks until that is done.
     *
     * @param name the name of this life of the node
     */
    GridEngine(GridSettings settings, String name) {
        GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
        global.transport()
                .defaultTransport()
                .clusterName(settings.cluster())
                .nodeName(name)
                .addProperty(JGroupsTransport.CONFIGURATION_XML, stack(settings));
        global.jmx().enabled(false);
        global.metrics().gauges(false).histograms(false);
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        manager = new DefaultCacheManager(global.build(), true);
        boolean started = false;
        try {
            manager.defineConfiguration("shared", shared(settings));
            manager.defineConfiguration("owners", divided(settings));
            manager.defineConfiguration("logs", divided(settings));
            shared = cache("shared");
            owners = cache("owners");
            logs = cache("logs");
            started = true;
        } finally {
            if (!started) {
                manager.stop();
            }
        }
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
        cache.clustering()
                .cacheMode(CacheMode.DIST_SYNC)
                .hash()
                .numOwners(settings.replicas())
                .groups()
                .enabled()
                .addGrouper(new ByClient());
        return cache.build();
    }

    private static ConfigurationBuilder common(GridSettings settings) {
        ConfigurationBuilder cache = new ConfigurationBuilder();
        cache.encoding().mediaType(MediaType.APPLICATION_OBJECT_TYPE);
        cache.statistics().disable();
        cache.clustering()
                .partitionHandling()
                .whenSplit(
                        settings.minorityRefuses()
                                ? PartitionHandling.DENY_READ_WRITES
                                : PartitionHandling.ALLOW_READ_WRITES)
                .mergePolicy(MergePolicy.PREFERRED_ALWAYS);
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

    /** What sessions hold; on as many nodes as there are replicas. */
    AdvancedCache<String, byte[]> logs() {
        return logs;
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
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners, logs)) {
            cache.addListener(new Availability(events));
        }
    }

    View view() {
        return new View(
                shared.getRpcManager().getTransport().getViewId(),
                uuids(manager.getMembers()),
                false);
    }

    /** Whether every cache may be read and written. */
    boolean available() {
        return shared.getAvailability() == AvailabilityMode.AVAILABLE
                && owners.getAvailability() == AvailabilityMode.AVAILABLE
                && logs.getAvailability() == AvailabilityMode.AVAILABLE;
    }

    /** Whether the caches have noticed that nobody but these is there. */
    boolean settledOn(List<UUID> members) {
        for (AdvancedCache<String, byte[]> cache : List.of(shared, owners, logs)) {
            DistributionManager distribution = cache.getDistributionManager();
            if (!members.containsAll(
                    uuids(distribution.getCacheTopology().getReadConsistentHash().getMembers()))) {
                return false;
            }
        }
        return available();
    }

    /** Whether this node is the first of those that keep the entry. */
    boolean isPrimary(String clientId) {
        return owners.getDistributionManager()
                .getCacheTopology()
                .getDistribution(clientId)
                .isPrimary();
    }

    private static List<UUID> uuids(List<Address> addresses) {
        return addresses.stream().map(Address::getNodeUUID).toList();
    }

    @Override
    public void close() {
        manager.stop();
    }

    /**
     * As Infinispan ships it for TCP, but for discovery and for how soon a dead node is noticed: at
     * once when its sockets close, after 2.3 s when it is silent.
     */
    private static String stack(GridSettings settings) {
        String seeds =
                settings.seeds().stream().map(GridEngine::jgroups).collect(Collectors.joining(","));
        return """
        <config xmlns="urn:org:jgroups">
          <TCP bind_addr="%1$s" bind_port="%2$d" port_range="0" diag.enabled="false"
               thread_naming_pattern="pl" send_buf_size="640k" sock_conn_timeout="300ms"
               linger="-1" tcp_nodelay="true" bundler_type="transfer-queue"
               bundler.max_size="64k" non_blocking_sends="false" thread_pool.min_threads="0"
               thread_pool.max_threads="200" thread_pool.keep_alive_time="1m"
               use_vthreads="true"/>
          <RED/>
          <TCPPING initial_hosts="%3$s" port_range="0"/>
          <MERGE3 min_interval="1s" max_interval="3s"/>
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
                        seeds);
    }

    private static String jgroups(InetSocketAddress address) {
        return "%s[%d]".formatted(address.getAddress().getHostAddress(), address.getPort());
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

    /** Told of partitions. */
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
    }
}
