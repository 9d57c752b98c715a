package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketDecoderTest {
    private static final DecoderLimits LIMITS = DecoderLimits.DEFAULT.withTopicAliasMaximum(3);

    @Test
    void a_topic_alias_stands_for_the_topic_it_was_last_sent_with() throws MqttCodecException {
        PacketDecoder decoder = Peers.connectedServer(ProtocolVersion.MQTT_5, LIMITS);
        ByteBuf in =
                Bytes.buffer(
                        "30 07 00 01 'a' 03 23 00 01" // alias 1 is a
                                + "30 07 00 01 'b' 03 23 00 03" // alias 3, the highest, is b
                                + "30 06 00 00 03 23 00 01"
                                + "30 06 00 00 03 23 00 03"
                                + "30 07 00 01 'c' 03 23 00 01" // alias 1 is c from now on
                                + "30 06 00 00 03 23 00 01");
        for (String topic : new String[] {"a", "b", "a", "b", "c", "c"}) {
            Publish publish = publish(decoder, in);
            assertThat(publish.topic()).isEqualTo(TopicName.of(topic));
            assertThat(publish.properties()).isSameAs(Properties.EMPTY);
        }
    }

    @Test
    void a_client_understands_what_mosquitto_answers_to_messages_that_are_too_large()
            throws MqttCodecException {
        PacketDecoder decoder = Peers.connectedClient(ProtocolVersion.MQTT_5, LIMITS);
        assertThat(decoder.decode(Bytes.buffer("40 03 00 01 95")))
                .isEqualTo(new PubAck(1, ReasonCode.PACKET_TOO_LARGE, Properties.EMPTY));
        assertThat(decoder.decode(Bytes.buffer("50 03 00 01 95")))
                .isEqualTo(new PubRec(1, ReasonCode.PACKET_TOO_LARGE, Properties.EMPTY));
    }

    @Test
    void a_topic_seen_before_is_the_same_object() throws MqttCodecException {
        PacketDecoder decoder = Peers.connectedServer(ProtocolVersion.MQTT_3_1_1, LIMITS);
        TopicName[] first = new TopicName[40];
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 40; i++) {
                ByteBuf in = Unpooled.buffer();
                encode(TopicName.of("building/7/sensor/" + i), in);
                TopicName topic = publish(decoder, in).topic();
                assertThat(topic).isEqualTo(TopicName.of("building/7/sensor/" + i));
                if (round == 0 || i >= 2) {
                    first[i] = topic;
                }
            }
        }
        ByteBuf in = Unpooled.buffer();
        encode(TopicName.of("building/7/sensor/39"), in);
        assertThat(publish(decoder, in).topic()).isSameAs(first[39]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 64, 4_096})
    void topics_are_right_however_many_are_remembered(int cachedTopicsMaximum)
            throws MqttCodecException {
        DecoderLimits limits =
                new DecoderLimits(1 << 20, 1 << 20, 0, 65_535, 1_024, 10, cachedTopicsMaximum);
        PacketDecoder decoder = Peers.connectedServer(ProtocolVersion.MQTT_3_1_1, limits);
        RandomPackets packets = new RandomPackets(Seed.value());
        for (int i = 0; i < 5_000; i++) {
            TopicName topic = packets.publish(ProtocolVersion.MQTT_3_1_1, true).topic();
            ByteBuf in = Unpooled.buffer();
            encode(topic, in);
            assertThat(publish(decoder, in).topic()).isEqualTo(topic);
        }
    }

    @Test
    void packets_that_came_together_are_taken_one_by_one() throws MqttCodecException {
        PacketDecoder decoder = Peers.connectedServer(ProtocolVersion.MQTT_3_1_1, LIMITS);
        ByteBuf in = Bytes.buffer("C0 00 30 03 00 01 'a' C0 00 C0");
        assertThat(decoder.decode(in)).isEqualTo(PingReq.INSTANCE);
        assertThat(decoder.decode(in)).isInstanceOf(Publish.class);
        assertThat(decoder.decode(in)).isEqualTo(PingReq.INSTANCE);
        assertThat(decoder.decode(in)).isNull();
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    @Test
    void a_server_learns_the_version_from_the_connect() throws MqttCodecException {
        PacketDecoder decoder = PacketDecoder.forServer(LIMITS);
        assertThat(decoder.version()).isNull();
        decoder.decode(Bytes.buffer("10 0D 00 04 'MQTT' 05 02 00 3C 00 00 00"));
        assertThat(decoder.version()).isEqualTo(ProtocolVersion.MQTT_5);
    }

    @Test
    void the_message_says_what_was_wrong_and_where() {
        PacketDecoder decoder = Peers.connectedServer(ProtocolVersion.MQTT_5, LIMITS);
        assertThatThrownBy(() -> decoder.decode(Bytes.buffer("40 03 00 01 82")))
                .hasMessage("PUBACK: reason code 0x82 is not allowed here (before byte 5)");
    }

    @Test
    void padding_in_the_remaining_length_is_read_where_nothing_forbids_it()
            throws MqttCodecException {
        PacketDecoder decoder = Peers.connectedServer(ProtocolVersion.MQTT_3_1_1, LIMITS);
        assertThat(decoder.decode(Bytes.buffer("C0 80 00"))).isEqualTo(PingReq.INSTANCE);
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void the_largest_packet_allowed_passes(ProtocolVersion version) throws MqttCodecException {
        TopicName topic = TopicName.of("a");
        int overhead =
                PacketEncoder.publishBytes(
                        version, topic, 10_000, QoS.AT_LEAST_ONCE, Properties.EMPTY, null);
        PacketDecoder decoder =
                Peers.connectedServer(version, LIMITS.withPacketBytesMaximum(overhead));
        ByteBuf in = Unpooled.buffer();
        PacketEncoder.encodePublish(
                in,
                version,
                topic,
                new byte[10_000],
                QoS.AT_LEAST_ONCE,
                false,
                false,
                1,
                Properties.EMPTY,
                null);
        assertThat(publish(decoder, in).payload()).hasSize(10_000);
    }

    @Test
    void an_idle_connection_costs_a_few_hundred_bytes() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        PacketDecoder[] decoders = new PacketDecoder[1_000];
        Arrays.setAll(decoders, i -> PacketDecoder.forServer(LIMITS)); // loads the classes
        long before = threads.getCurrentThreadAllocatedBytes();
        Arrays.setAll(decoders, i -> PacketDecoder.forServer(LIMITS));
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / decoders.length)
                .isLessThan(256);
    }

    private static void encode(TopicName topic, ByteBuf out) {
        PacketEncoder.encodePublish(
                out,
                ProtocolVersion.MQTT_3_1_1,
                topic,
                new byte[0],
                QoS.AT_MOST_ONCE,
                false,
                false,
                0,
                Properties.EMPTY,
                null);
    }

    private static Publish publish(PacketDecoder decoder, ByteBuf in) throws MqttCodecException {
        return (Publish) Objects.requireNonNull(decoder.decode(in));
    }
}
