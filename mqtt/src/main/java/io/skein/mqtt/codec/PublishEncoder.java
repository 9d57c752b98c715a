package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Writes PUBLISH (section 3.3) from its parts: no object is made for a message without properties.
 */
final class PublishEncoder {
    private static final int EXPIRY_BYTES = 5;
    private static final int ALIAS_BYTES = 3;

    private PublishEncoder() {}

    static int remainingLength(
            ProtocolVersion version,
            TopicName topic,
            int payloadBytes,
            QoS qos,
            int propertyBytes,
            @Nullable PublishOverrides overrides) {
        long length = 2L + (qos == QoS.AT_MOST_ONCE ? 0 : 2) + payloadBytes;
        if (version == ProtocolVersion.MQTT_5) {
            length += VariableByteInteger.bytes(propertyBytes) + propertyBytes;
            length += overrides != null && overrides.isTopicNameOmitted() ? 0 : topic.utf8().length;
        } else {
            length += topic.utf8().length;
        }
        if (length > VariableByteInteger.MAXIMUM) {
            throw new IllegalArgumentException("PUBLISH of " + length + " bytes");
        }
        return (int) length;
    }

    /** Bytes of the properties with the overrides in place, without the length before them. */
    static int propertyBytes(
            ProtocolVersion version, Properties properties, @Nullable PublishOverrides overrides) {
        if (version != ProtocolVersion.MQTT_5) {
            return 0;
        }
        int bytes = PropertiesEncoder.bytes(properties, Place.PUBLISH);
        if (overrides == null) {
            return bytes;
        }
        if (overrides.messageExpirySeconds() != PublishOverrides.AS_PUBLISHED
                && !properties.has(Property.MESSAGE_EXPIRY_INTERVAL)) {
            bytes += EXPIRY_BYTES;
        }
        if (overrides.topicAlias() != 0) {
            bytes += properties.has(Property.TOPIC_ALIAS) ? 0 : ALIAS_BYTES;
        }
        for (int i = 0; i < overrides.subscriptionIdentifierCount(); i++) {
            bytes +=
                    PropertiesEncoder.subscriptionIdentifierBytes(
                            overrides.subscriptionIdentifier(i));
        }
        return bytes;
    }

    static void write(
            ByteBuf out,
            ProtocolVersion version,
            TopicName topic,
            byte[] payload,
            int flags,
            int packetId,
            Properties properties,
            @Nullable PublishOverrides overrides) {
        QoS qos = QoS.of((flags >> 1) & 3);
        if (qos != QoS.AT_MOST_ONCE) {
            PacketIds.require(packetId);
        }
        int propertyBytes = propertyBytes(version, properties, overrides);
        int remaining =
                remainingLength(version, topic, payload.length, qos, propertyBytes, overrides);
        out.ensureWritable(1 + VariableByteInteger.bytes(remaining) + remaining);
        out.writeByte(PacketType.PUBLISH.header() | flags);
        VariableByteInteger.write(remaining, out);
        if (version == ProtocolVersion.MQTT_5
                && overrides != null
                && overrides.isTopicNameOmitted()) {
            out.writeShort(0);
        } else {
            byte[] utf8 = topic.utf8();
            out.writeShort(utf8.length);
            out.writeBytes(utf8);
        }
        if (qos != QoS.AT_MOST_ONCE) { // [MQTT-2.2.1-2] [MQTT-2.3.1-5]
            out.writeShort(packetId);
        }
        if (version == ProtocolVersion.MQTT_5) {
            VariableByteInteger.write(propertyBytes, out);
            if (propertyBytes > 0) {
                writeProperties(properties, overrides, out);
            }
        }
        out.writeBytes(payload);
    }

    private static void writeProperties(
            Properties properties, @Nullable PublishOverrides overrides, ByteBuf out) {
        if (overrides == null) {
            PropertiesEncoder.writeAll(properties, out);
            return;
        }
        boolean ownExpiry = overrides.messageExpirySeconds() != PublishOverrides.AS_PUBLISHED;
        boolean ownAlias = overrides.topicAlias() != 0;
        if (ownExpiry) { // [MQTT-3.3.2-6]
            out.writeByte(Property.MESSAGE_EXPIRY_INTERVAL.identifier());
            out.writeInt((int) overrides.messageExpirySeconds());
        }
        if (ownAlias) {
            out.writeByte(Property.TOPIC_ALIAS.identifier());
            out.writeShort(overrides.topicAlias());
        }
        for (int i = 0; i < overrides.subscriptionIdentifierCount(); i++) { // [MQTT-3.3.4-4]
            PropertiesEncoder.writeSubscriptionIdentifier(overrides.subscriptionIdentifier(i), out);
        }
        for (int i = 0; i < properties.singleCount(); i++) {
            Property property = properties.singleProperty(i);
            boolean replaced =
                    (ownExpiry && property == Property.MESSAGE_EXPIRY_INTERVAL)
                            || (ownAlias && property == Property.TOPIC_ALIAS);
            if (!replaced) {
                PropertiesEncoder.writeSingle(property, properties.singleValue(i), out);
            }
        }
        PropertiesEncoder.writeRepeated(properties, out);
    }
}
