package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomPacketTest {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long seed = Seed.value();
    private final RandomPackets packets = new RandomPackets(seed);
    private final Random random = packets.random();

    @Test
    void what_is_written_reads_the_same() {
        for (int step = 0; step < 20_000; step++) {
            ProtocolVersion version = packets.version();
            boolean fromClient = random.nextBoolean();
            Packet packet = next(version, fromClient);
            try {
                RoundTrip.check(packet, version, fromClient);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(Seed.replay(seed, step), e);
            }
        }
    }

    /** Netty's codec reads what Skein wrote, and Skein reads what Netty made of it. */
    @Test
    void another_codec_agrees() throws MqttCodecException {
        Map<ProtocolVersion, EmbeddedChannel> channels = new EnumMap<>(ProtocolVersion.class);
        for (int step = 0; step < 10_000; step++) {
            ProtocolVersion version = packets.version();
            boolean fromClient = random.nextBoolean();
            Packet packet = next(version, fromClient);
            if (isRefusedByNetty(packet)) {
                continue;
            }
            EmbeddedChannel other = channels.computeIfAbsent(version, RandomPacketTest::netty);
            ByteBuf back = through(other, packet, version);
            assertThat(Peers.expecting(packet, version, fromClient).decode(back))
                    .as(Seed.replay(seed, step))
                    .isEqualTo(packet);
        }
        channels.values().forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void bytes_changed_at_random_are_packets_or_refused_and_take_no_more_memory_than_they_are() {
        DecoderLimits limits =
                Peers.LIMITS.withPacketBytesMaximum(DecoderLimits.PROTOCOL_PACKET_BYTES);
        for (int step = 0; step < 60_000; step++) {
            ProtocolVersion version = packets.version();
            boolean fromClient = random.nextBoolean();
            Packet packet = next(version, fromClient);
            ByteBuf bytes = Unpooled.buffer();
            PacketEncoder.encode(packet, version, bytes);
            PacketEncoder.encode(next(version, fromClient), version, bytes);
            ByteBuf mutated = mutated(bytes);
            PacketDecoder decoder =
                    random.nextInt(4) == 0
                            ? fresh(version, fromClient, limits)
                            : Peers.expecting(packet, version, fromClient);
            try {
                decodeAll(decoder, mutated, fromClient);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        Seed.replay(seed, step)
                                + "\n"
                                + ByteBufUtil.hexDump(mutated, 0, mutated.writerIndex()),
                        e);
            }
        }
    }

    private static PacketDecoder fresh(
            ProtocolVersion version, boolean fromClient, DecoderLimits limits) {
        return fromClient
                ? PacketDecoder.forServer(limits)
                : PacketDecoder.forClient(version, limits);
    }

    private static void decodeAll(PacketDecoder decoder, ByteBuf in, boolean fromClient) {
        while (true) {
            int before = in.readableBytes();
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            Packet packet;
            try {
                packet = decoder.decode(in);
            } catch (MqttCodecException refused) {
                assertThat(in.readableBytes()).isEqualTo(before);
                return;
            }
            long took = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            assertThat(took).isLessThan(100L * before + 65_536); // the rest: class loading
            if (packet == null) {
                assertThat(in.readableBytes()).isEqualTo(before);
                return;
            }
            assertThat(in.readableBytes()).isLessThan(before);
            RoundTrip.check(packet, decoder, fromClient);
        }
    }

    private ByteBuf mutated(ByteBuf original) {
        byte[] bytes = Bytes.readable(original);
        int mutations = 1 + random.nextInt(4);
        for (int i = 0; i < mutations && bytes.length > 0; i++) {
            // most of what matters is at the front
            int at =
                    random.nextInt(
                            random.nextBoolean() ? Math.min(bytes.length, 40) : bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x00);
                case 3 -> bytes = without(bytes, at, 1 + random.nextInt(4));
                default -> bytes = repeated(bytes, at, 1 + random.nextInt(8));
            }
        }
        return Unpooled.wrappedBuffer(bytes);
    }

    private static byte[] without(byte[] bytes, int at, int count) {
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(bytes, 0, at);
        int rest = Math.min(bytes.length, at + count);
        return Bytes.readable(out.writeBytes(bytes, rest, bytes.length - rest));
    }

    private static byte[] repeated(byte[] bytes, int at, int count) {
        ByteBuf out = Unpooled.buffer();
        int to = Math.min(bytes.length, at + count);
        out.writeBytes(bytes, 0, to);
        return Bytes.readable(out.writeBytes(bytes, at, bytes.length - at));
    }

    private Packet next(ProtocolVersion version, boolean fromClient) {
        return fromClient ? packets.fromClient(version) : packets.fromServer(version);
    }

    /** MQTT 3.1 limits client identifiers; Skein leaves that to the server's policy. */
    private static boolean isRefusedByNetty(Packet packet) {
        return packet instanceof Connect connect
                && connect.version() == ProtocolVersion.MQTT_3_1
                && (connect.clientId().isEmpty() || connect.clientId().length() > 23);
    }

    private static EmbeddedChannel netty(ProtocolVersion version) {
        EmbeddedChannel channel =
                new EmbeddedChannel(new MqttDecoder(1 << 20, 65_535), MqttEncoder.INSTANCE);
        Connect connect = new Connect(version, "c", true, 60, Properties.EMPTY, null, null, null);
        through(channel, connect, version);
        return channel;
    }

    private static ByteBuf through(EmbeddedChannel netty, Packet packet, ProtocolVersion version) {
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, version, bytes);
        netty.writeInbound(bytes);
        MqttMessage message = netty.readInbound();
        assertThat(message.decoderResult().isSuccess())
                .as("%s: %s", packet, message.decoderResult())
                .isTrue();
        netty.writeOutbound(message);
        ByteBuf pooled = netty.readOutbound();
        ByteBuf back = Unpooled.copiedBuffer(pooled);
        pooled.release();
        return back;
    }
}
