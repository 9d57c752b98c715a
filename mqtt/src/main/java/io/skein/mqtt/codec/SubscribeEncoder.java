package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Set;

/** Writes SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (sections 3.8 to 3.11). */
final class SubscribeEncoder {
    private SubscribeEncoder() {}

    static int remainingLength(Subscribe subscribe, ProtocolVersion version) {
        if (subscribe.subscriptions().isEmpty()) { // [MQTT-3.8.3-2] of 5, [MQTT-3.8.3-3] of 3.1.1
            throw new IllegalArgumentException("SUBSCRIBE without a filter");
        }
        int bytes =
                headBytes(subscribe.packetId(), subscribe.properties(), Place.SUBSCRIBE, version);
        for (Subscription subscription : subscribe.subscriptions()) {
            if (subscription.noLocal() && subscription.filter().isShared()) { // [MQTT-3.8.3-4]
                throw new IllegalArgumentException("No Local on " + subscription.filter());
            }
            bytes += Text.bytes(subscription.filter().text()) + 1;
        }
        return bytes;
    }

    static void writeBody(Subscribe subscribe, ProtocolVersion version, ByteBuf out) {
        writeHead(subscribe.packetId(), subscribe.properties(), Place.SUBSCRIBE, version, out);
        for (Subscription subscription : subscribe.subscriptions()) {
            Text.write(subscription.filter().text(), out);
            out.writeByte(options(subscription, version));
        }
    }

    private static int options(Subscription subscription, ProtocolVersion version) {
        int qos = subscription.maximumQos().value();
        if (version != ProtocolVersion.MQTT_5) {
            return qos;
        }
        return qos
                | (subscription.noLocal() ? 0x04 : 0)
                | (subscription.retainAsPublished() ? 0x08 : 0)
                | (subscription.retainHandling().ordinal() << 4);
    }

    static int remainingLength(Unsubscribe unsubscribe, ProtocolVersion version) {
        if (unsubscribe.filters().isEmpty()) { // [MQTT-3.10.3-2]
            throw new IllegalArgumentException("UNSUBSCRIBE without a filter");
        }
        int bytes =
                headBytes(
                        unsubscribe.packetId(),
                        unsubscribe.properties(),
                        Place.UNSUBSCRIBE,
                        version);
        for (TopicFilter filter : unsubscribe.filters()) {
            bytes += Text.bytes(filter.text());
        }
        return bytes;
    }

    static void writeBody(Unsubscribe unsubscribe, ProtocolVersion version, ByteBuf out) {
        writeHead(
                unsubscribe.packetId(), unsubscribe.properties(), Place.UNSUBSCRIBE, version, out);
        for (TopicFilter filter : unsubscribe.filters()) {
            Text.write(filter.text(), out);
        }
    }

    static int remainingLength(SubAck subAck, ProtocolVersion version) {
        if (version == ProtocolVersion.MQTT_5) {
            requireAllowed(AllowedReasons.SUBACK, subAck.reasons()); // [MQTT-3.9.3-2]
        }
        return headBytes(subAck.packetId(), subAck.properties(), Place.SUBACK, version)
                + subAck.reasons().size();
    }

    static void writeBody(SubAck subAck, ProtocolVersion version, ByteBuf out) {
        writeHead(subAck.packetId(), subAck.properties(), Place.SUBACK, version, out);
        for (ReasonCode reason : subAck.reasons()) { // [MQTT-3.9.3-1]
            boolean failureOfMqtt3 = reason.isError() && version != ProtocolVersion.MQTT_5;
            out.writeByte(failureOfMqtt3 ? ReasonCode.UNSPECIFIED_ERROR.value() : reason.value());
        }
    }

    static int remainingLength(UnsubAck unsubAck, ProtocolVersion version) {
        int bytes = headBytes(unsubAck.packetId(), unsubAck.properties(), Place.UNSUBACK, version);
        if (version != ProtocolVersion.MQTT_5) {
            return bytes;
        }
        requireAllowed(AllowedReasons.UNSUBACK, unsubAck.reasons()); // [MQTT-3.11.3-2]
        return bytes + unsubAck.reasons().size();
    }

    static void writeBody(UnsubAck unsubAck, ProtocolVersion version, ByteBuf out) {
        writeHead(unsubAck.packetId(), unsubAck.properties(), Place.UNSUBACK, version, out);
        if (version == ProtocolVersion.MQTT_5) {
            for (ReasonCode reason : unsubAck.reasons()) { // [MQTT-3.11.3-1]
                out.writeByte(reason.value());
            }
        }
    }

    private static void requireAllowed(Set<ReasonCode> allowed, List<ReasonCode> reasons) {
        for (ReasonCode reason : reasons) {
            AllowedReasons.require(allowed, reason);
        }
    }

    private static int headBytes(
            int packetId, Properties properties, Place place, ProtocolVersion version) {
        PacketIds.require(packetId);
        return version == ProtocolVersion.MQTT_5
                ? 2 + PropertiesEncoder.bytesWithLength(properties, place)
                : 2;
    }

    private static void writeHead(
            int packetId,
            Properties properties,
            Place place,
            ProtocolVersion version,
            ByteBuf out) {
        out.writeShort(packetId);
        if (version == ProtocolVersion.MQTT_5) {
            PropertiesEncoder.write(properties, place, out);
        }
    }
}
