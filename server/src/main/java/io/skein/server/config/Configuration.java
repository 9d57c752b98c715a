package io.skein.server.config;

import io.skein.broker.BrokerLimits;
import io.skein.broker.OverloadLimits;
import io.skein.broker.SharedSubscriptions;
import io.skein.cluster.Durability;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.server.net.NetworkLimits;
import io.skein.server.security.SecuritySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a node is told when it starts, complete and checked; {@link Keys} says what each part means.
 *
 * @param nodeName unique in the cluster
 * @param data the directory of this node; made if it does not exist
 * @param architecture the name of an {@link io.skein.cluster.Architecture}
 * @param threads event loops, at least 1
 * @param listeners at least one
 * @param cluster the architecture's own settings by name
 * @param sysIntervalSeconds how often the topics below {@code $SYS} change, 0 for never
 * @param referAbovePercent the share of connections above which clients are sent elsewhere, 0 for
 *     never
 * @param settings every value as it was written and where it comes from, in the order of the
 *     reference
 */
public record Configuration(
        String nodeName,
        Path data,
        Durability durability,
        String architecture,
        int threads,
        List<ListenerSettings> listeners,
        AdminSettings admin,
        Map<String, String> cluster,
        BrokerLimits brokerLimits,
        OverloadLimits overloadLimits,
        SharedSubscriptions sharedSubscriptions,
        DecoderLimits decoderLimits,
        NetworkLimits networkLimits,
        SecuritySettings security,
        int sysIntervalSeconds,
        int referAbovePercent,
        LogSettings log,
        List<EffectiveSetting> settings) {
    /** Copies the collections. */
    public Configuration {
        listeners = List.copyOf(listeners);
        cluster = Map.copyOf(cluster);
        settings = List.copyOf(settings);
    }
}
