package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.packet.Packet;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arbitrary bytes as one side of a connection may send them. The first byte says who sends and in
 * which version, the second how the network cuts the rest, which is the stream.
 */
final class HostileStream {
    /** What a decoder made of a stream: packets, then perhaps a refusal. */
    private record Outcome(List<Packet> packets, @Nullable String refusal, int unread) {}

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Few of everything, so that short streams reach the limits; but long packets are let in. */
    private static final DecoderLimits LIMITS =
            new DecoderLimits(DecoderLimits.PROTOCOL_PACKET_BYTES, 1 << 17, 3, 64, 8, 4, 2);

    private static final int ALLOCATED_PER_BYTE = 100;
    private static final long ALLOCATED_BESIDE = 1 << 16;

    private HostileStream() {}

    /** The stream of one packet that comes whole. */
    static byte[] of(PacketTable.Sample sample) {
        boolean fromClient = sample.from() == PacketTable.From.CLIENT;
        byte[] packet = Bytes.of(sample.bytes());
        byte[] stream = new byte[packet.length + 2];
        stream[0] = (byte) (sample.version().ordinal() << 2 | (fromClient ? 3 : 0));
        System.arraycopy(packet, 0, stream, 2, packet.length);
        return stream;
    }

    /**
     * Checks what must hold for any bytes: they become packets or are refused with {@link
     * MqttCodecException}, alike however the network cuts them; a packet can be written and then
     * reads the same; memory is taken for bytes that came, not for those announced.
     */
    static void check(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int mode = input[0];
        boolean fromClient = (mode & 1) != 0;
        boolean connected = (mode & 2) != 0;
        ProtocolVersion[] versions = ProtocolVersion.values();
        ProtocolVersion version = versions[((mode >> 2) & 3) % versions.length];
        Outcome whole = decode(decoder(fromClient, connected, version), input, Integer.MAX_VALUE);
        Outcome cut = decode(decoder(fromClient, connected, version), input, input[1] & 0xFF);
        assertThat(cut).isEqualTo(whole);
        PacketDecoder again = decoder(fromClient, connected, version);
        checkPackets(again, Unpooled.wrappedBuffer(input).skipBytes(2), fromClient);
    }

    private static PacketDecoder decoder(
            boolean fromClient, boolean connected, ProtocolVersion version) {
        if (connected) {
            return fromClient
                    ? Peers.connectedServer(version, LIMITS)
                    : Peers.connectedClient(version, LIMITS);
        }
        return fromClient
                ? PacketDecoder.forServer(LIMITS)
                : PacketDecoder.forClient(version, LIMITS);
    }

    /**
     * Feeds the stream in pieces, as a channel does.
     *
     * @param cut from which the lengths of the pieces follow; a large one leaves it whole
     */
    private static Outcome decode(PacketDecoder decoder, byte[] input, int cut) {
        ByteBuf arrived = Unpooled.buffer(input.length);
        List<Packet> packets = new ArrayList<>();
        int sent = 2;
        int piece = cut;
        while (sent < input.length) {
            int length = cut == Integer.MAX_VALUE ? input.length : 1 + piece % 7;
            length = Math.min(length, input.length - sent);
            piece = (piece * 31 + 17) & 0xFFFF;
            arrived.writeBytes(input, sent, length);
            sent += length;
            try {
                take(decoder, arrived, packets);
            } catch (MqttCodecException refused) {
                int unread = arrived.readableBytes() + input.length - sent;
                String why = refused.reason() + " " + refused.answerVersion();
                return new Outcome(packets, why, unread);
            }
        }
        return new Outcome(packets, null, arrived.readableBytes());
    }

    private static void take(PacketDecoder decoder, ByteBuf arrived, List<Packet> packets)
            throws MqttCodecException {
        int before = arrived.readableBytes();
        Packet packet = decoder.decode(arrived);
        while (packet != null) {
            packets.add(packet);
            before = arrived.readableBytes();
            packet = decoder.decode(arrived);
        }
        assertThat(arrived.readableBytes()).isEqualTo(before);
    }

    /** Runs when the classes have been loaded: what is allocated now is the stream's doing. */
    private static void checkPackets(PacketDecoder decoder, ByteBuf stream, boolean fromClient) {
        try {
            Packet packet = measured(decoder, stream);
            while (packet != null) {
                RoundTrip.check(packet, decoder, fromClient);
                packet = measured(decoder, stream);
            }
        } catch (MqttCodecException refused) {
            assertThat(refused.reason().isError()).isTrue();
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static @Nullable Packet measured(PacketDecoder decoder, ByteBuf stream)
            throws MqttCodecException {
        int before = stream.readableBytes();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        Packet packet = decoder.decode(stream);
        long took = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        assertThat(took).isLessThan(ALLOCATED_PER_BYTE * (long) before + ALLOCATED_BESIDE);
        return packet;
    }
}
