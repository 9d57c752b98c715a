package io.skein.broker;

/**
 * What all clients of a node together can grow, and how fast and how slow one client may be (P11).
 * What happens at each limit is said here and counted in {@link BrokerCounters}.
 *
 * @param queuedMessagesMaximum QoS 1 and 2 messages that wait or are unacknowledged in all sessions
 *     of the node, counted for each session; at it, QoS 1 and 2 PUBLISH is refused with 0x97 until
 *     a tenth is free again
 * @param queuedBytesMaximum their payload and topic bytes; as above
 * @param retainedMessagesMaximum retained messages; at it, one on a further topic is refused with
 *     0x97. At QoS 0 and from MQTT 3 clients, which cannot be told, it is delivered and not kept.
 * @param retainedBytesMaximum their payload and topic bytes; one that would go beyond it is
 *     refused, also in place of a smaller one
 * @param publishesPerSecond PUBLISH packets of one client, 0 for no bound; a faster one is read
 *     more slowly
 * @param publishBytesPerSecond their payload bytes, 0 for no bound; as above
 * @param slowConsumerSeconds how long a client may take nothing while more waits for it, 0 for no
 *     bound; it is disconnected afterwards with 0x97
 */
public record OverloadLimits(
        long queuedMessagesMaximum,
        long queuedBytesMaximum,
        long retainedMessagesMaximum,
        long retainedBytesMaximum,
        int publishesPerSecond,
        long publishBytesPerSecond,
        int slowConsumerSeconds) {
    /** The limits of a broker that was told nothing. */
    public static final OverloadLimits DEFAULTS =
            new OverloadLimits(10_000_000, 4L << 30, 1_000_000, 1L << 30, 0, 0, 60);

    /** Checks the ranges. */
    public OverloadLimits {
        require(queuedMessagesMaximum, 1, Long.MAX_VALUE, "queuedMessagesMaximum");
        require(queuedBytesMaximum, 1, Long.MAX_VALUE, "queuedBytesMaximum");
        require(retainedMessagesMaximum, 0, Long.MAX_VALUE, "retainedMessagesMaximum");
        require(retainedBytesMaximum, 0, Long.MAX_VALUE, "retainedBytesMaximum");
        require(publishesPerSecond, 0, Integer.MAX_VALUE, "publishesPerSecond");
        require(publishBytesPerSecond, 0, Long.MAX_VALUE, "publishBytesPerSecond");
        require(slowConsumerSeconds, 0, 86_400, "slowConsumerSeconds");
    }

    private static void require(long value, long least, long most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
