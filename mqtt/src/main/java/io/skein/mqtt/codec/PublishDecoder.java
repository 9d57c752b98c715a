package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads PUBLISH (section 3.3) and keeps what one direction of a connection has to remember for it:
 * the topic aliases and the recent topics. Not thread-safe.
 */
final class PublishDecoder {
    private static final int FIRST_ALIASES = 4;
    private static final @Nullable TopicName[] NO_ALIASES = new @Nullable TopicName[0];

    private final DecoderLimits limits;
    private final boolean fromClient;
    private final TopicNameCache recentTopics;

    /** The topic of each alias; index 0 is alias 1. Grows up to the highest alias that came. */
    private @Nullable TopicName[] topicOfAlias = NO_ALIASES;

    PublishDecoder(DecoderLimits limits, boolean fromClient) {
        this.limits = limits;
        this.fromClient = fromClient;
        this.recentTopics = new TopicNameCache(limits.cachedTopicsMaximum());
    }

    /** What is wrong with the flags of a PUBLISH header, or null. */
    static @Nullable String flagsFault(int header) {
        if ((header & 0x06) == 0x06) { // [MQTT-3.3.1-4]
            return "QoS is 3";
        }
        if ((header & 0x0E) == 0x08) { // [MQTT-3.3.1-2]
            return "DUP with QoS 0";
        }
        return null;
    }

    /** The PUBLISH with this first byte, whose flags have been checked. */
    Publish decode(PacketInput in, int header) throws MqttCodecException {
        QoS qos = QoS.of((header >> 1) & 3);
        int topicBytes = in.twoBytes("topic name");
        TopicName topic = topicBytes == 0 ? null : topic(in, topicBytes); // [MQTT-3.3.2-1]
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : in.packetId(); // [MQTT-2.2.1-2]
        Properties properties = Properties.EMPTY;
        if (in.isMqtt5()) {
            Properties.Builder builder = PropertiesDecoder.decodeToBuilder(in, Place.PUBLISH);
            if (builder != null) {
                if (fromClient && builder.has(Property.SUBSCRIPTION_IDENTIFIER)) {
                    throw in.protocolError(
                            "SUBSCRIPTION_IDENTIFIER from a client"); // [MQTT-3.3.4-6]
                }
                int alias = (int) builder.take(Property.TOPIC_ALIAS, 0);
                if (alias != 0) {
                    topic = resolveAlias(in, alias, topic);
                }
                properties = builder.build();
            }
        }
        if (topic == null) { // [MQTT-4.7.3-1]
            throw in.protocolError("empty topic name without topic alias");
        }
        byte[] payload = in.rest();
        boolean retain = (header & 0x01) != 0;
        boolean duplicate = (header & 0x08) != 0;
        return new Publish(topic, payload, qos, retain, duplicate, packetId, properties);
    }

    private TopicName topic(PacketInput in, int length) throws MqttCodecException {
        if (length <= in.remaining()) {
            TopicName recent = recentTopics.find(in.buffer(), in.position(), length);
            if (recent != null) {
                in.skip(length, "topic name");
                return recent;
            }
        }
        int from = in.position();
        TopicName topic = TopicDecoder.name(in, length, limits, "topic name"); // [MQTT-3.3.2-2]
        recentTopics.add(topic, in.buffer(), from);
        return topic;
    }

    /** Section 3.3.2.3.4. */
    private TopicName resolveAlias(PacketInput in, int alias, @Nullable TopicName topic)
            throws MqttCodecException {
        if (alias > limits.topicAliasMaximum()) { // [MQTT-3.3.2-9] [MQTT-3.3.2-11]
            throw in.refused(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + " is above " + limits.topicAliasMaximum());
        }
        if (topic != null) { // [MQTT-3.3.2-10] [MQTT-3.3.2-12]
            if (alias > topicOfAlias.length) {
                int grown = Math.max(FIRST_ALIASES, Math.max(alias, topicOfAlias.length * 2));
                topicOfAlias =
                        Arrays.copyOf(topicOfAlias, Math.min(grown, limits.topicAliasMaximum()));
            }
            topicOfAlias[alias - 1] = topic;
            return topic;
        }
        TopicName known = alias > topicOfAlias.length ? null : topicOfAlias[alias - 1];
        if (known == null) {
            throw in.protocolError("topic alias " + alias + " has no topic yet");
        }
        return known;
    }
}
