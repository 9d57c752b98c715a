package io.skein.cluster.codec;

import io.skein.mqtt.topic.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The topics and publishers that were read of late, so that a million messages of a thousand
 * devices do not hold a million copies of their names. Of bounded size: a name that another has
 * pushed out is there twice. Not thread-safe.
 */
public final class KnownNames {
    private static final int SLOTS = 1 << 14;

    private final @Nullable TopicName[] topics = new TopicName[SLOTS];
    private final @Nullable String[] clientIds = new String[SLOTS];

    /** The topic as it was read before, or this one. */
    TopicName topic(TopicName read) {
        int slot = slot(read.hashCode());
        TopicName known = topics[slot];
        if (known != null && known.equals(read)) {
            return known;
        }
        topics[slot] = read;
        return read;
    }

    /** The client id as it was read before, or this one. */
    String clientId(String read) {
        int slot = slot(read.hashCode());
        String known = clientIds[slot];
        if (known != null && known.equals(read)) {
            return known;
        }
        clientIds[slot] = read;
        return read;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
