package io.skein.broker;

/**
 * The named limits of the core (P11); what a client can grow, one of these bounds. What happens at
 * each is said here, counted in {@link BrokerCounters} and logged.
 *
 * @param keepAliveSecondsMaximum longest keep alive granted, 0 for no bound; a longer wish gets
 *     this as Server Keep Alive (MQTT 5)
 * @param sessionExpirySecondsMaximum longest session expiry granted; a longer wish gets this
 * @param receiveMaximum QoS 1 and 2 messages a client may have unacknowledged towards the broker, 1
 *     to 65,535; more is answered with 0x93
 * @param inflightMaximum QoS 1 and 2 messages the broker has unacknowledged towards a client, at
 *     most what the client allows; the rest waits in the queue
 * @param queuedMessagesMaximum messages that wait in one session; further ones are dropped for that
 *     session
 * @param queuedBytesMaximum payload and topic bytes that wait in one session; as above
 * @param subscriptionsMaximum subscriptions of one session; more are answered with 0x97
 * @param topicAliasMaximum topic aliases a client may use towards the broker
 * @param packetBytesMaximum largest packet accepted; a larger one is answered with 0x95
 */
public record BrokerLimits(
        int keepAliveSecondsMaximum,
        long sessionExpirySecondsMaximum,
        int receiveMaximum,
        int inflightMaximum,
        int queuedMessagesMaximum,
        long queuedBytesMaximum,
        int subscriptionsMaximum,
        int topicAliasMaximum,
        int packetBytesMaximum) {
    /** The limits of a broker that was told nothing. */
    public static final BrokerLimits DEFAULTS =
            new BrokerLimits(
                    0, 0xFFFF_FFFFL, 1_024, 1_024, 100_000, 64L << 20, 10_000, 32, 10 << 20);

    /** Checks the ranges. */
    public BrokerLimits {
        require(keepAliveSecondsMaximum, 0, 65_535, "keepAliveSecondsMaximum");
        require(sessionExpirySecondsMaximum, 0, 0xFFFF_FFFFL, "sessionExpirySecondsMaximum");
        require(receiveMaximum, 1, 65_535, "receiveMaximum");
        require(inflightMaximum, 1, 65_535, "inflightMaximum");
        require(queuedMessagesMaximum, 1, Integer.MAX_VALUE, "queuedMessagesMaximum");
        require(queuedBytesMaximum, 1, Long.MAX_VALUE, "queuedBytesMaximum");
        require(subscriptionsMaximum, 1, Integer.MAX_VALUE, "subscriptionsMaximum");
        require(topicAliasMaximum, 0, 65_535, "topicAliasMaximum");
        require(packetBytesMaximum, 64, 268_435_460, "packetBytesMaximum");
    }

    /** The same with another largest packet. */
    public BrokerLimits withPacketBytesMaximum(int bytes) {
        return with(topicAliasMaximum, bytes);
    }

    /** The same with another number of topic aliases. */
    public BrokerLimits withTopicAliasMaximum(int aliases) {
        return with(aliases, packetBytesMaximum);
    }

    private BrokerLimits with(int aliases, int packetBytes) {
        return new BrokerLimits(
                keepAliveSecondsMaximum,
                sessionExpirySecondsMaximum,
                receiveMaximum,
                inflightMaximum,
                queuedMessagesMaximum,
                queuedBytesMaximum,
                subscriptionsMaximum,
                aliases,
                packetBytes);
    }

    private static void require(long value, long least, long most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
