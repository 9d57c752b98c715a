package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Writes packets as bytes, for MQTT 3.1, 3.1.1 and 5. Properties and reasons that MQTT 3 has no
 * room for are left out. Stateless: any thread may use it, each with its own buffer.
 *
 * <p>What the specification forbids in a packet (a property in the wrong place, packet identifier
 * 0, a reason code of another packet, a string of more than 65,535 bytes) is a broken promise of
 * the caller: IllegalArgumentException, before anything is written.
 */
public final class PacketEncoder {
    private static final int DUP = 0x08;
    private static final int RETAIN = 0x01;
    private static final int TWO_BYTE_BODY = 0x0002_0000;

    private PacketEncoder() {}

    /**
     * Appends the packet.
     *
     * <p>An MQTT 3 CONNACK whose reason has no return code writes nothing: the connection is to be
     * closed without it ([MQTT-3.2.2-6] of 3.1.1).
     */
    public static void encode(Packet packet, ProtocolVersion version, ByteBuf out) {
        if (packet instanceof Publish p) {
            encodePublish(
                    out,
                    version,
                    p.topic(),
                    p.payload(),
                    p.qos(),
                    p.retain(),
                    p.duplicate(),
                    p.packetId(),
                    p.properties(),
                    null);
            return;
        }
        if (isUntold(packet, version)) {
            return;
        }
        int remaining = remainingLength(packet, version);
        out.ensureWritable(withFixedHeader(remaining));
        out.writeByte(type(packet).header());
        VariableByteInteger.write(remaining, out);
        writeBody(packet, version, out);
    }

    /**
     * Bytes of the whole packet as {@link #encode} would write it, so that the receiver's Maximum
     * Packet Size can be respected ([MQTT-3.1.2-24], [MQTT-3.2.2-15]).
     */
    public static int encodedBytes(Packet packet, ProtocolVersion version) {
        if (packet instanceof Publish p) {
            return publishBytes(
                    version, p.topic(), p.payload().length, p.qos(), p.properties(), null);
        }
        return isUntold(packet, version) ? 0 : withFixedHeader(remainingLength(packet, version));
    }

    /**
     * Appends a PUBLISH made of these parts; makes no object when there are no properties.
     *
     * @param packetId 1 to 65,535, not used at QoS 0
     * @param duplicate DUP; must be false at QoS 0
     * @param overrides what differs for this receiver, or null
     */
    public static void encodePublish(
            ByteBuf out,
            ProtocolVersion version,
            TopicName topic,
            byte[] payload,
            QoS qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            Properties properties,
            @Nullable PublishOverrides overrides) {
        if (duplicate && qos == QoS.AT_MOST_ONCE) { // [MQTT-3.3.1-2] [MQTT-4.3.1-1]
            throw new IllegalArgumentException("DUP with QoS 0");
        }
        int flags = (duplicate ? DUP : 0) | (qos.value() << 1) | (retain ? RETAIN : 0);
        PublishEncoder.write(out, version, topic, payload, flags, packetId, properties, overrides);
    }

    /** Bytes of the PUBLISH that {@link #encodePublish} would write. */
    public static int publishBytes(
            ProtocolVersion version,
            TopicName topic,
            int payloadBytes,
            QoS qos,
            Properties properties,
            @Nullable PublishOverrides overrides) {
        int propertyBytes = PublishEncoder.propertyBytes(version, properties, overrides);
        return withFixedHeader(
                PublishEncoder.remainingLength(
                        version, topic, payloadBytes, qos, propertyBytes, overrides));
    }

    /** Appends a PUBACK of success: four bytes, the same in every version. */
    public static void encodePubAck(int packetId, ByteBuf out) {
        writePlain(PacketType.PUBACK, packetId, out);
    }

    /** Appends a PUBREC of success: four bytes, the same in every version. */
    public static void encodePubRec(int packetId, ByteBuf out) {
        writePlain(PacketType.PUBREC, packetId, out);
    }

    /** Appends a PUBREL of success: four bytes, the same in every version. */
    public static void encodePubRel(int packetId, ByteBuf out) {
        writePlain(PacketType.PUBREL, packetId, out);
    }

    /** Appends a PUBCOMP of success: four bytes, the same in every version. */
    public static void encodePubComp(int packetId, ByteBuf out) {
        writePlain(PacketType.PUBCOMP, packetId, out);
    }

    private static void writePlain(PacketType type, int packetId, ByteBuf out) {
        PacketIds.require(packetId);
        out.writeInt((type.header() << 24) | TWO_BYTE_BODY | packetId);
    }

    private static boolean isUntold(Packet packet, ProtocolVersion version) {
        return version != ProtocolVersion.MQTT_5
                && packet instanceof ConnAck c
                && ConnectReturnCode.of(c.reason()) == ConnectReturnCode.NONE_FITS;
    }

    private static int withFixedHeader(int remaining) {
        if (remaining > VariableByteInteger.MAXIMUM) {
            throw new IllegalArgumentException("packet with " + remaining + " bytes of body");
        }
        return 1 + VariableByteInteger.bytes(remaining) + remaining;
    }

    private static PacketType type(Packet packet) {
        return switch (packet) {
            case Connect _ -> PacketType.CONNECT;
            case ConnAck _ -> PacketType.CONNACK;
            case Publish _ -> PacketType.PUBLISH;
            case PubAck _ -> PacketType.PUBACK;
            case PubRec _ -> PacketType.PUBREC;
            case PubRel _ -> PacketType.PUBREL;
            case PubComp _ -> PacketType.PUBCOMP;
            case Subscribe _ -> PacketType.SUBSCRIBE;
            case SubAck _ -> PacketType.SUBACK;
            case Unsubscribe _ -> PacketType.UNSUBSCRIBE;
            case UnsubAck _ -> PacketType.UNSUBACK;
            case PingReq _ -> PacketType.PINGREQ;
            case PingResp _ -> PacketType.PINGRESP;
            case Disconnect _ -> PacketType.DISCONNECT;
            case Auth _ -> PacketType.AUTH;
        };
    }

    private static int remainingLength(Packet packet, ProtocolVersion version) {
        return switch (packet) {
            case Connect p -> ConnectEncoder.remainingLength(p, version);
            case ConnAck p -> ConnectEncoder.remainingLength(p, version);
            case Publish _ -> throw new AssertionError("PUBLISH is written from its parts");
            case PubAck(int id, var reason, var properties) -> // [MQTT-3.4.2-1]
                    AcknowledgementEncoder.remainingLength(
                            id,
                            reason,
                            AllowedReasons.PUBACK_PUBREC,
                            properties,
                            Place.PUBACK,
                            version);
            case PubRec(int id, var reason, var properties) -> // [MQTT-3.5.2-1]
                    AcknowledgementEncoder.remainingLength(
                            id,
                            reason,
                            AllowedReasons.PUBACK_PUBREC,
                            properties,
                            Place.PUBREC,
                            version);
            case PubRel(int id, var reason, var properties) -> // [MQTT-3.6.2-1]
                    AcknowledgementEncoder.remainingLength(
                            id,
                            reason,
                            AllowedReasons.PUBREL_PUBCOMP,
                            properties,
                            Place.PUBREL,
                            version);
            case PubComp(int id, var reason, var properties) -> // [MQTT-3.7.2-1]
                    AcknowledgementEncoder.remainingLength(
                            id,
                            reason,
                            AllowedReasons.PUBREL_PUBCOMP,
                            properties,
                            Place.PUBCOMP,
                            version);
            case Subscribe p -> SubscribeEncoder.remainingLength(p, version);
            case SubAck p -> SubscribeEncoder.remainingLength(p, version);
            case Unsubscribe p -> SubscribeEncoder.remainingLength(p, version);
            case UnsubAck p -> SubscribeEncoder.remainingLength(p, version);
            case PingReq _, PingResp _ -> 0;
            case Disconnect p -> AcknowledgementEncoder.remainingLength(p, version);
            case Auth p -> AcknowledgementEncoder.remainingLength(p, version);
        };
    }

    private static void writeBody(Packet packet, ProtocolVersion version, ByteBuf out) {
        switch (packet) {
            case Connect p -> ConnectEncoder.writeBody(p, version, out);
            case ConnAck p -> ConnectEncoder.writeBody(p, version, out);
            case Publish _ -> throw new AssertionError("PUBLISH is written from its parts");
            case PubAck(int id, var reason, var properties) ->
                    AcknowledgementEncoder.writeBody(
                            id, reason, properties, Place.PUBACK, version, out);
            case PubRec(int id, var reason, var properties) ->
                    AcknowledgementEncoder.writeBody(
                            id, reason, properties, Place.PUBREC, version, out);
            case PubRel(int id, var reason, var properties) ->
                    AcknowledgementEncoder.writeBody(
                            id, reason, properties, Place.PUBREL, version, out);
            case PubComp(int id, var reason, var properties) ->
                    AcknowledgementEncoder.writeBody(
                            id, reason, properties, Place.PUBCOMP, version, out);
            case Subscribe p -> SubscribeEncoder.writeBody(p, version, out);
            case SubAck p -> SubscribeEncoder.writeBody(p, version, out);
            case Unsubscribe p -> SubscribeEncoder.writeBody(p, version, out);
            case UnsubAck p -> SubscribeEncoder.writeBody(p, version, out);
            case PingReq _, PingResp _ -> {}
            case Disconnect p -> AcknowledgementEncoder.writeBody(p, version, out);
            case Auth p -> AcknowledgementEncoder.writeBody(p, out);
        }
    }
}
