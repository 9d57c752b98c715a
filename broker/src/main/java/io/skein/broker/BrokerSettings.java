package io.skein.broker;

import java.util.function.Supplier;

/**
 * What a broker is told when it is made.
 *
 * @param limits what a client can grow, bounded
 * @param clientIds a source of unguessable client ids for clients that bring none; called by any
 *     shard
 * @param access who is let in
 * @param sharedSubscriptions who of a group gets a message
 * @param overload what all clients together can grow, bounded
 * @param seed a random number that clients do not know: it keeps them from choosing topics that
 *     collide, and random choices follow from it
 */
public record BrokerSettings(
        BrokerLimits limits,
        Supplier<String> clientIds,
        AccessSettings access,
        SharedSubscriptions sharedSubscriptions,
        OverloadLimits overload,
        long seed) {
    /** Settings with the standard for what is not named, and a seed that everybody knows. */
    public BrokerSettings(BrokerLimits limits, Supplier<String> clientIds, AccessSettings access) {
        this(limits, clientIds, access, SharedSubscriptions.DEFAULTS, OverloadLimits.DEFAULTS, 1);
    }

    /** Settings that let everybody in, with the standard for what is not named. */
    public BrokerSettings(BrokerLimits limits, Supplier<String> clientIds) {
        this(limits, clientIds, AccessSettings.OPEN);
    }

    /** The same with other shared subscriptions. */
    public BrokerSettings with(SharedSubscriptions other) {
        return new BrokerSettings(limits, clientIds, access, other, overload, seed);
    }

    /** The same with other limits for all clients together. */
    public BrokerSettings with(OverloadLimits other) {
        return new BrokerSettings(limits, clientIds, access, sharedSubscriptions, other, seed);
    }

    /** The same with another seed. */
    public BrokerSettings withSeed(long other) {
        return new BrokerSettings(limits, clientIds, access, sharedSubscriptions, overload, other);
    }
}
