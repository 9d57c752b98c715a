package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;

/**
 * A PUBLISH as bytes, made once and sent many times: only the packet identifier, what the sender
 * writes into the payload, and how much of the payload is sent differ. Immutable, for any thread.
 */
public final class PreparedPublish {
    private static final int PUBLISH = 3 << 4;
    private static final int RETAIN = 1;

    /** The frame of the whole payload. */
    private final byte[] frame;

    private final QoS qos;

    /** Where the topic begins, after the fixed header. */
    private final int topicOffset;

    private final int packetIdOffset;
    private final int payloadLength;

    /** A message without properties on this topic that is not retained; the payload is copied. */
    public PreparedPublish(ProtocolVersion version, TopicName topic, QoS qos, byte[] payload) {
        this(version, topic, qos, false, payload);
    }

    /** A message without properties on this topic; the payload is copied. */
    public PreparedPublish(
            ProtocolVersion version, TopicName topic, QoS qos, boolean retained, byte[] payload) {
        byte[] name = topic.utf8();
        int properties = version == ProtocolVersion.MQTT_5 ? 1 : 0;
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : 2;
        int remaining = 2 + name.length + packetId + properties + payload.length;
        this.topicOffset = 1 + VariableByteInteger.width(remaining);
        this.frame = new byte[topicOffset + remaining];
        this.qos = qos;
        this.packetIdOffset = topicOffset + 2 + name.length;
        this.payloadLength = payload.length;
        ByteBuf buffer = Unpooled.wrappedBuffer(frame).clear();
        buffer.writeByte(PUBLISH | qos.value() << 1 | (retained ? RETAIN : 0));
        VariableByteInteger.write(buffer, remaining);
        buffer.writeShort(name.length).writeBytes(name);
        buffer.writeZero(packetId + properties).writeBytes(payload);
    }

    /** The quality of service it is sent with. */
    public QoS qos() {
        return qos;
    }

    /** Bytes of the whole payload, which is the end of the frame. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Bytes on the wire, with the whole payload. */
    public int frameLength() {
        return frame.length;
    }

    /** Appends the message with the beginning of its payload. */
    void writeTo(ByteBuf out, int packetId, int length) {
        int topic = out.writerIndex() + topicOffset;
        if (length == payloadLength) {
            out.writeBytes(frame);
        } else {
            int rest = frame.length - topicOffset - payloadLength + length;
            out.writeByte(frame[0]);
            VariableByteInteger.write(out, rest);
            topic = out.writerIndex();
            out.writeBytes(frame, topicOffset, rest);
        }
        if (packetId != 0) {
            out.setShort(topic + packetIdOffset - topicOffset, packetId);
        }
    }
}
