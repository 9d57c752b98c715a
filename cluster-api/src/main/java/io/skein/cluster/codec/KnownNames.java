package io.skein.cluster.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.codec.BufferBytes;
import io.skein.mqtt.topic.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The topics and publishers that were read of late, found by their bytes in the buffer: one that
 * was read before costs neither an object nor its checks, and a million messages of a thousand
 * devices do not hold a million copies of their names. Of bounded size: a name that another has
 * pushed out is there twice. Not thread-safe.
 */
public final class KnownNames {
    private static final int SLOTS = 1 << 14;

    /** Longer ones are made anew each time: nobody shall fill the memory with long ones. */
    private static final int BYTES_MAXIMUM = 256;

    private final @Nullable TopicName[] topics = new @Nullable TopicName[SLOTS];
    private final @Nullable ClientId[] clientIds = new @Nullable ClientId[SLOTS];

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record ClientId(byte[] utf8, String text) {}

    /** The topic of which the next bytes are the name, or null: then they are not read. */
    @Nullable TopicName topic(ByteBuf in, int length) {
        TopicName known = topics[slot(in, length)];
        if (known == null || !isNext(in, length, known.utf8())) {
            return null;
        }
        in.skipBytes(length);
        return known;
    }

    /** Remembers a topic of which the name stands there. */
    void remember(TopicName topic, ByteBuf in, int index) {
        int length = topic.utf8().length;
        if (length <= BYTES_MAXIMUM) {
            topics[slot(BufferBytes.hash(in, index, length))] = topic;
        }
    }

    /** The client id that is written there as so many bytes, or null: then they are not read. */
    @Nullable String clientId(ByteBuf in, int length) {
        ClientId known = clientIds[slot(in, length)];
        if (known == null || !isNext(in, length, known.utf8)) {
            return null;
        }
        in.skipBytes(length);
        return known.text;
    }

    /** Remembers a client id that stands there. */
    void remember(String clientId, ByteBuf in, int index, int length) {
        if (length <= BYTES_MAXIMUM) {
            byte[] utf8 = new byte[length];
            in.getBytes(index, utf8);
            clientIds[slot(BufferBytes.hash(in, index, length))] = new ClientId(utf8, clientId);
        }
    }

    private static boolean isNext(ByteBuf in, int length, byte[] utf8) {
        return BufferBytes.same(in, in.readerIndex(), length, utf8);
    }

    private static int slot(ByteBuf in, int length) {
        return slot(BufferBytes.hash(in, in.readerIndex(), Math.min(length, BYTES_MAXIMUM)));
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
