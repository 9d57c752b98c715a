package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.topic.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The topics a peer published to of late, found by their bytes in the buffer, so that a topic seen
 * before costs neither an object nor its checks. Takes no memory until the first topic, starts with
 * a few slots and grows only while topics push each other out. A bad guess of the slot costs one
 * topic made anew, so nothing depends on the quality of the hash. Not thread-safe.
 */
final class TopicNameCache {
    private static final int FIRST_SLOTS = 4;
    private static final int PROBES = 2;

    /** Longer topics are made anew each time: nobody shall fill the memory with long ones. */
    private static final int TOPIC_BYTES_MAXIMUM = 256;

    private static final @Nullable TopicName[] NO_SLOTS = new @Nullable TopicName[0];

    private final int slotsMaximum;
    private @Nullable TopicName[] slots = NO_SLOTS;
    private int pushedOut;

    /** A cache of at most this many topics, rounded down to a power of two; none below 2. */
    TopicNameCache(int topicsMaximum) {
        this.slotsMaximum = topicsMaximum < PROBES ? 0 : Integer.highestOneBit(topicsMaximum);
    }

    /** The topic with the bytes at this place of the buffer, if it is remembered. */
    @Nullable TopicName find(ByteBuf buffer, int index, int length) {
        @Nullable TopicName[] table = slots;
        if (table.length == 0 || length > TOPIC_BYTES_MAXIMUM) {
            return null;
        }
        int slot = BufferBytes.hash(buffer, index, length) & (table.length - 1);
        for (int probe = 0; probe < PROBES; probe++) {
            TopicName topic = table[slot ^ probe];
            if (topic != null && BufferBytes.same(buffer, index, length, topic.utf8())) {
                return topic;
            }
        }
        return null;
    }

    /** Remembers the topic with the bytes at this place, which {@link #find} did not find. */
    void add(TopicName topic, ByteBuf buffer, int index) {
        if (slotsMaximum == 0 || topic.utf8().length > TOPIC_BYTES_MAXIMUM) {
            return;
        }
        if (slots.length == 0 || (pushedOut > slots.length && slots.length < slotsMaximum)) {
            // the topics kept so far would stand in other slots: it is cheaper to meet them again
            slots =
                    new @Nullable
                            TopicName
                            [Math.min(slotsMaximum, Math.max(FIRST_SLOTS, slots.length * 4))];
            pushedOut = 0;
        }
        int slot = BufferBytes.hash(buffer, index, topic.utf8().length) & (slots.length - 1);
        for (int probe = 0; probe < PROBES; probe++) {
            if (slots[slot ^ probe] == null) {
                slots[slot ^ probe] = topic;
                return;
            }
        }
        slots[slot] = topic;
        pushedOut++;
    }
}
