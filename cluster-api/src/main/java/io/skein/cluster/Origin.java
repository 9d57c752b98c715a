package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;

/**
 * Where a message entered the cluster: which node published it, and as which one. So that an
 * architecture can tell whether a session has had a message that is sent again.
 *
 * @param node the name of the node
 * @param life which of its lives, greater than those before
 * @param ordinal counts from 1
 * @param answered when it was sent, all up to this one had been answered, and are not sent again
 */
public record Origin(String node, long life, long ordinal, long answered) {
    /** Where the number of a group stands in an ordinal, above that of the message. */
    private static final int GROUP_SHIFT = 48;

    private static final long MESSAGE_MASK = (1L << GROUP_SHIFT) - 1;

    /**
     * The same message on its way to one member of a group: who has had it by another subscription
     * has not had it for the group. The same for the same group each time.
     */
    public Origin forGroup(TopicFilter group) {
        long number = 1 + ((group.text().hashCode() * 0x9E3779B97F4A7C15L) >>> 50);
        return new Origin(node, life, message() | (number << GROUP_SHIFT), answered);
    }

    /** The ordinal of the message, without that of a group. */
    public long message() {
        return message(ordinal);
    }

    /** The same of any ordinal. */
    public static long message(long ordinal) {
        return ordinal & MESSAGE_MASK;
    }
}
