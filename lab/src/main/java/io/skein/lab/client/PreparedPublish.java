package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;

/**
 * A PUBLISH as bytes, made once and sent many times: only the packet identifier and what the sender
 * writes into the payload differ. Immutable, for any thread.
 */
public final class PreparedPublish {
    private static final int PUBLISH = 3 << 4;

    private final byte[] frame;
    private final QoS qos;
    private final int packetIdOffset;
    private final int payloadLength;

    /** A message without properties on this topic; the payload is copied. */
    public PreparedPublish(ProtocolVersion version, TopicName topic, QoS qos, byte[] payload) {
        byte[] name = topic.utf8();
        int properties = version == ProtocolVersion.MQTT_5 ? 1 : 0;
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : 2;
        int remaining = 2 + name.length + packetId + properties + payload.length;
        int header = 1 + VariableByteInteger.width(remaining);
        this.frame = new byte[header + remaining];
        this.qos = qos;
        this.packetIdOffset = header + 2 + name.length;
        this.payloadLength = payload.length;
        ByteBuf buffer = Unpooled.wrappedBuffer(frame).clear();
        buffer.writeByte(PUBLISH | qos.value() << 1);
        VariableByteInteger.write(buffer, remaining);
        buffer.writeShort(name.length).writeBytes(name);
        buffer.writeZero(packetId + properties).writeBytes(payload);
    }

    /** The quality of service it is sent with. */
    public QoS qos() {
        return qos;
    }

    /** Bytes of the payload, which is the end of the frame. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Bytes on the wire. */
    public int frameLength() {
        return frame.length;
    }

    void writeTo(ByteBuf out, int packetId) {
        int start = out.writerIndex();
        out.writeBytes(frame);
        if (packetId != 0) {
            out.setShort(start + packetIdOffset, packetId);
        }
    }
}
