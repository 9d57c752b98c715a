package io.skein.cluster.standalone;

import io.skein.cluster.Architecture;
import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeSettings;

/** A cluster of one: everything is local, sessions and retained messages are on the local disk. */
public final class StandaloneArchitecture implements Architecture {
    /** For {@link java.util.ServiceLoader}. */
    public StandaloneArchitecture() {}

    @Override
    public String name() {
        return "standalone";
    }

    /** Takes the data directory at once, unless durability is NONE; it is read by the start. */
    @Override
    public Cluster open(NodeSettings settings) {
        if (!settings.options().isEmpty()) {
            throw new IllegalArgumentException(
                    "the standalone architecture has no option "
                            + String.join(", ", settings.options().keySet()));
        }
        Store store =
                settings.durability() == Durability.NONE
                        ? new MemoryStore()
                        : new Journal(
                                JournalDirectory.lock(settings.dataDirectory()),
                                Disk.REAL,
                                settings.durability(),
                                JournalLimits.DEFAULT,
                                StandaloneArchitecture::nowNanos);
        return new StandaloneCluster(settings.self(), settings.durability(), store);
    }

    private static long nowNanos() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
