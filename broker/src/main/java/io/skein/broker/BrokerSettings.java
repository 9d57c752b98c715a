package io.skein.broker;

import java.util.function.Supplier;

/**
 * What a broker is told when it is made.
 *
 * @param limits what clients can grow, bounded
 * @param clientIds a source of unguessable client ids for clients that bring none; called by any
 *     shard
 * @param access who is let in
 */
public record BrokerSettings(
        BrokerLimits limits, Supplier<String> clientIds, AccessSettings access) {
    /** Settings that let everybody in. */
    public BrokerSettings(BrokerLimits limits, Supplier<String> clientIds) {
        this(limits, clientIds, AccessSettings.OPEN);
    }
}
