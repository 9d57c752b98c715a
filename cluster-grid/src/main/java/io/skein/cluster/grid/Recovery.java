package io.skein.cluster.grid;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.infinispan.AdvancedCache;
import org.infinispan.distribution.ch.ConsistentHash;
import org.infinispan.factories.ComponentRegistry;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.partitionhandling.AvailabilityMode;
import org.infinispan.partitionhandling.impl.PartitionHandlingManager;
import org.infinispan.remoting.transport.Address;
import org.infinispan.topology.CacheTopology;
import org.infinispan.topology.LocalTopologyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends that caches are denied for good. They are denied when half of the members are lost with
 * which they last came to rest, until these are back; but a process that was killed does not come
 * back: its next life is another member. So where a majority of the nodes is in one view, no part
 * elsewhere can be served and every entry is here, the caches are made available. Safe for use by
 * any thread.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** How long it is left to the grid itself, which may be about to do so. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final EmbeddedCacheManager manager;
    private final LocalTopologyManager topologies;
    private final List<AdvancedCache<String, byte[]>> caches;
    private final int needed;
    private Set<Address> members = Set.of();
    private long sinceNanos;

    /**
     * @param needed how many nodes are a majority
     */
    Recovery(
            EmbeddedCacheManager manager,
            LocalTopologyManager topologies,
            List<AdvancedCache<String, byte[]>> caches,
            int needed) {
        this.manager = manager;
        this.topologies = topologies;
        this.caches = caches;
        this.needed = needed;
    }

    /**
     * Looks whether caches are denied that need not be; call it again and again while one is.
     *
     * @param starting whether this node has not served yet: others have not gone on without it
     */
    synchronized void look(boolean starting) {
        Set<Address> present = new HashSet<>(manager.getMembers());
        long now = System.nanoTime();
        if (!present.equals(members)) {
            members = present;
            sinceNanos = now;
        }
        if (now - sinceNanos < PATIENCE_NANOS || present.size() < needed) {
            return;
        }
        sinceNanos = now;
        for (AdvancedCache<String, byte[]> cache : caches) {
            if (cache.getAvailability() == AvailabilityMode.AVAILABLE) {
                continue;
            }
            if (starting && isWhole(cache)) {
                LOG.info("'{}' is available: its members are here", cache.getName());
                ComponentRegistry.componentOf(cache, PartitionHandlingManager.class)
                        .setAvailabilityMode(AvailabilityMode.AVAILABLE);
            } else if (mayBeServed(cache)) {
                LOG.info("'{}' is made available: who is lost does not come back", cache.getName());
                CompletableFuture.runAsync(() -> makeAvailable(cache.getName()));
            }
        }
    }

    /**
     * Whether the cache counts on this node and on nobody who is not here. If it is denied all the
     * same, that is what this node was told while others came and went, and nobody takes it back.
     */
    private boolean isWhole(AdvancedCache<String, byte[]> cache) {
        CacheTopology topology = cache.getDistributionManager().getCacheTopology();
        List<Address> parts = topology.getCurrentCH().getMembers();
        return topology.getPendingCH() == null
                && parts.contains(manager.getAddress())
                && members.containsAll(parts)
                && members.equals(Set.copyOf(topology.getActualMembers()));
    }

    private boolean mayBeServed(AdvancedCache<String, byte[]> cache) {
        CacheTopology stable = topologies.getStableCacheTopology(cache.getName());
        if (stable == null) {
            return false;
        }
        List<Address> atRest = stable.getMembers();
        if (!isFirstOf(atRest) || mayBeServedElsewhere(atRest)) {
            return false;
        }
        boolean here = isHere(cache);
        if (!here) {
            LOG.error(
                    "Too many nodes died at once: parts of '{}' are on none that lives. Stop all"
                            + " nodes and start them again: they begin with what is on their disks",
                    cache.getName());
        }
        return here;
    }

    /** One of them does it for all. */
    private boolean isFirstOf(List<Address> atRest) {
        return atRest.stream()
                .filter(members::contains)
                .findFirst()
                .filter(manager.getAddress()::equals)
                .isPresent();
    }

    /** Whether those of which it is not known that they are dead are more than half. */
    private boolean mayBeServedElsewhere(List<Address> atRest) {
        long mayLive =
                atRest.stream()
                        .filter(member -> !members.contains(member) && !hasLaterLife(member))
                        .count();
        return mayLive * 2 > atRest.size();
    }

    private boolean hasLaterLife(Address gone) {
        String name = node(gone);
        return members.stream().anyMatch(member -> node(member).equals(name));
    }

    /** The name of a node without that of its life. */
    private static String node(Address member) {
        String life = member.toString();
        int end = life.lastIndexOf('#');
        return end < 0 ? life : life.substring(0, end);
    }

    /** Whether some member has each part of a cache. */
    private boolean isHere(AdvancedCache<String, byte[]> cache) {
        CacheTopology topology = cache.getDistributionManager().getCacheTopology();
        ConsistentHash parts = topology.getCurrentCH();
        for (int part = 0; part < parts.getNumSegments(); part++) {
            if (parts.locateOwnersForSegment(part).stream().noneMatch(members::contains)) {
                return false;
            }
        }
        return true;
    }

    private void makeAvailable(String cache) {
        try {
            topologies.setCacheAvailability(cache, AvailabilityMode.AVAILABLE);
        } catch (Exception failed) { // it is looked again
            LOG.warn("'{}' is not available yet", cache, failed);
        }
    }
}
