package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.codec.ProhibitedPackets.Prohibited;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProhibitedPacketTest {
    static List<Prohibited> all() {
        return ProhibitedPackets.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void is_refused_with_its_reason_code(Prohibited prohibited) {
        PacketDecoder decoder = prohibited.at().decoder();
        ByteBuf in = Bytes.buffer(prohibited.bytes());
        MqttCodecException refused =
                catchThrowableOfType(MqttCodecException.class, () -> decoder.decode(in));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(prohibited.reason());
        assertThat(in.readerIndex()).isZero();
        assertThat(refused.getStackTrace()).isEmpty();
        assertThat(catchThrowableOfType(MqttCodecException.class, () -> decoder.decode(in)))
                .as("the second call")
                .isSameAs(refused);
    }

    @Test
    void an_unsupported_version_can_be_answered_in_the_nearest_one() {
        assertThat(answerTo("10 0C 00 04 'MQTT' 06 02 00 00 00 00"))
                .isEqualTo(ProtocolVersion.MQTT_5);
        assertThat(answerTo("10 0C 00 04 'MQTT' 84 02 00 00 00 00"))
                .isEqualTo(ProtocolVersion.MQTT_3_1_1);
        assertThat(answerTo("10 0C 00 04 'MQTT' 02 02 00 00 00 00"))
                .isEqualTo(ProtocolVersion.MQTT_3_1_1);
        assertThat(answerTo("10 0C 00 04 'MQTX' 04 02 00 00 00 00")).isNull();
        assertThat(answerTo("'GET / HTTP/1.1'")).isNull();
    }

    private static @Nullable ProtocolVersion answerTo(String bytes) {
        MqttCodecException refused =
                catchThrowableOfType(
                        MqttCodecException.class,
                        () ->
                                PacketDecoder.forServer(ProhibitedPackets.LIMITS)
                                        .decode(Bytes.buffer(bytes)));
        assertThat(refused).isNotNull();
        return refused.answerVersion();
    }
}
