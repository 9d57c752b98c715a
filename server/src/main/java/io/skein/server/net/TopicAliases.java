package io.skein.server.net;

import io.skein.mqtt.topic.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The topic aliases given out on one connection (section 3.3.2.3.4). Each topic has one place it
 * can take; one that is there stays while it is asked for as often as others want its place, so
 * topics that come once do not push out those that come again.
 */
final class TopicAliases {
    /** An alias costs three bytes: a name must be longer than that to be worth one. */
    private static final int LEAST_NAME_BYTES = 8;

    private static final byte MOST_CREDIT = 4;

    private final @Nullable TopicName[] topics;
    private final byte[] credit;
    private boolean known;
    private int last;

    /**
     * No aliases yet.
     *
     * @param maximum the highest alias allowed, at least 1; rounded down to a power of two
     */
    TopicAliases(int maximum) {
        int size = Integer.highestOneBit(maximum);
        topics = new @Nullable TopicName[size];
        credit = new byte[size];
    }

    /** The alias to send with this topic, from now on known to the client; 0 for none. */
    int aliasFor(TopicName topic) {
        known = false;
        last = 0;
        if (topic.utf8().length < LEAST_NAME_BYTES) {
            return 0;
        }
        int spread = topic.hashCode() * 0x9E37_79B9;
        int place = (spread ^ (spread >>> 16)) & (topics.length - 1);
        TopicName there = topics[place];
        if (topic.equals(there)) {
            known = true;
            credit[place] = (byte) Math.min(MOST_CREDIT, credit[place] + 1);
        } else if (there != null && credit[place] > 0) {
            credit[place]--;
            return 0;
        } else {
            topics[place] = topic;
            last = place + 1;
        }
        return place + 1;
    }

    /** Whether the client knew the alias of the last call before, so that the name is left out. */
    boolean isKnown() {
        return known;
    }

    /** What the last call gave out was not sent after all. */
    void takeBack() {
        if (last != 0) {
            topics[last - 1] = null;
        }
    }
}
