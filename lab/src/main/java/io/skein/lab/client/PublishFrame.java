package io.skein.lab.client;

import io.netty.buffer.ByteBuf;

/**
 * Where the parts of one received PUBLISH lie in the buffer: a flyweight that its connection reuses
 * for every message. Only for the event loop.
 */
public final class PublishFrame {
    private static final int DUPLICATE = 8;
    private static final int RETAIN = 1;

    private int flags;
    private int topicIndex;
    private int topicLength;
    private int packetId;
    private int payloadIndex;
    private int payloadLength;

    PublishFrame() {}

    /**
     * Points at the frame whose variable header begins at {@code index}.
     *
     * @return whether its parts fit into its length
     */
    boolean wrap(ByteBuf buffer, int header, int index, int length, boolean properties) {
        flags = header & 0x0F;
        if (length < 2 || qos() == 3) {
            return false;
        }
        int end = index + length;
        topicLength = buffer.getUnsignedShort(index);
        topicIndex = index + 2;
        int at = topicIndex + topicLength;
        packetId = 0;
        if (qos() > 0) {
            if (at + 2 > end) {
                return false;
            }
            packetId = buffer.getUnsignedShort(at);
            at += 2;
        }
        if (properties && at < end) {
            long field = VariableByteInteger.read(buffer, at, end);
            if (field < 0) {
                return false;
            }
            at += VariableByteInteger.bytes(field) + VariableByteInteger.value(field);
        } else if (properties) {
            return false;
        }
        payloadIndex = at;
        payloadLength = end - at;
        return payloadLength >= 0;
    }

    /** Quality of service, 0 to 2. */
    public int qos() {
        return flags >> 1 & 3;
    }

    /** Whether the broker marked this as sent before. */
    public boolean duplicate() {
        return (flags & DUPLICATE) != 0;
    }

    /** Whether the message is a retained one. */
    public boolean retain() {
        return (flags & RETAIN) != 0;
    }

    /** The packet identifier, 0 at QoS 0. */
    public int packetId() {
        return packetId;
    }

    /** Index of the topic's first byte. */
    public int topicIndex() {
        return topicIndex;
    }

    /** Bytes of the topic. */
    public int topicLength() {
        return topicLength;
    }

    /** Index of the payload's first byte. */
    public int payloadIndex() {
        return payloadIndex;
    }

    /** Bytes of the payload. */
    public int payloadLength() {
        return payloadLength;
    }
}
