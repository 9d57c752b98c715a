package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.codec.PacketTable.Sample;
import io.skein.mqtt.packet.Packet;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketTableTest {
    static List<Sample> samples() {
        return PacketTable.all();
    }

    static List<Sample> canonicalSamples() {
        return PacketTable.all().stream().filter(Sample::isCanonical).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void bytes_decode_to_the_value(Sample sample) throws MqttCodecException {
        byte[] bytes = Bytes.of(sample.bytes());
        for (ByteBuf in : buffersThatHold(bytes)) {
            int end = in.readerIndex() + bytes.length;
            assertThat(sample.decoder().decode(in)).isEqualTo(sample.packet());
            assertThat(in.readerIndex()).isEqualTo(end);
            in.release();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("canonicalSamples")
    void the_value_encodes_to_the_bytes(Sample sample) {
        ByteBuf out = Unpooled.buffer(1);
        PacketEncoder.encode(sample.packet(), sample.version(), out);
        assertThat(Bytes.readable(out)).isEqualTo(Bytes.of(sample.bytes()));
        assertThat(PacketEncoder.encodedBytes(sample.packet(), sample.version()))
                .isEqualTo(out.readableBytes());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void a_packet_that_has_not_all_come_is_waited_for(Sample sample) throws MqttCodecException {
        byte[] bytes = Bytes.of(sample.bytes());
        PacketDecoder decoder = sample.decoder();
        ByteBuf in = Unpooled.buffer();
        for (byte b : bytes) {
            assertThat(decoder.decode(in)).isNull();
            assertThat(in.readerIndex()).isZero();
            in.writeByte(b);
        }
        assertThat(decoder.decode(in)).isEqualTo(sample.packet());
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void a_body_that_ends_early_is_a_packet_or_refused(Sample sample) {
        byte[] bytes = Bytes.of(sample.bytes());
        int bodyAt = bytes[1] < 0 ? 3 : 2;
        for (int length = 0; length < bytes.length - bodyAt; length++) {
            ByteBuf in = Unpooled.buffer();
            in.writeByte(bytes[0]);
            VariableByteInteger.write(length, in);
            in.writeBytes(bytes, bodyAt, length);
            decodeOrRefuse(sample, in);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void one_bit_turned_makes_another_packet_or_is_refused(Sample sample) {
        byte[] bytes = Bytes.of(sample.bytes());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] turned = bytes.clone();
            turned[bit / 8] ^= (byte) (1 << (bit % 8));
            decodeOrRefuse(sample, Unpooled.wrappedBuffer(turned));
        }
    }

    /** Decodes; what is accepted must be writable, and be the same packet when read again. */
    private static void decodeOrRefuse(Sample sample, ByteBuf in) {
        PacketDecoder decoder = sample.decoder();
        @Nullable Packet packet;
        try {
            packet = decoder.decode(in);
        } catch (MqttCodecException refused) {
            assertThat(refused.reason().isError()).isTrue();
            assertThat(in.readerIndex()).isZero();
            return;
        }
        if (packet != null) {
            RoundTrip.check(packet, decoder, sample.from() == PacketTable.From.CLIENT);
        }
    }

    private static List<ByteBuf> buffersThatHold(byte[] bytes) {
        ByteBuf direct = Unpooled.directBuffer().writeBytes(new byte[] {9, 9, 9}).writeBytes(bytes);
        direct.skipBytes(3).writeByte(0x30);
        int half = bytes.length / 2;
        ByteBuf inPieces =
                Unpooled.wrappedBuffer(
                        Arrays.copyOf(bytes, half), Arrays.copyOfRange(bytes, half, bytes.length));
        return List.of(Unpooled.wrappedBuffer(bytes), direct, inPieces);
    }
}
