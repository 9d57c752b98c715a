package io.skein.lab.capture;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One TCP connection of a capture and the MQTT on it. */
final class CapturedConnection {
    private static final int TLS_HANDSHAKE = 0x16;

    private final int number;
    private final Endpoint client;
    private final Endpoint server;
    private final int firstSequence;
    private final boolean known;
    private final Consumer<String> lines;
    private final Flights flights;
    private final PacketStream clientPackets;
    private final PacketStream serverPackets;
    private final StreamHalf up;
    private final StreamHalf down;
    private final Clock clock;
    private @Nullable String foreign;
    private boolean judged;
    private boolean ended;
    private long packets;

    /** Times as the listing has them. */
    @FunctionalInterface
    interface Clock {
        String text(long atNanos);
    }

    /**
     * A connection.
     *
     * @param firstSequence of its SYN, which tells it from an earlier one between the same ports
     * @param known whether it is MQTT even if it does not begin with CONNECT: its port was named
     */
    CapturedConnection(
            int number,
            Endpoint client,
            Endpoint server,
            int firstSequence,
            boolean known,
            Map<String, Flights.Statistics> statistics,
            Clock clock,
            Consumer<String> lines) {
        this.number = number;
        this.client = client;
        this.server = server;
        this.firstSequence = firstSequence;
        this.known = known;
        this.clock = clock;
        this.lines = lines;
        this.flights = new Flights(statistics);
        this.clientPackets = new PacketStream(true, () -> null, this::packet);
        this.serverPackets = new PacketStream(false, clientPackets::versionSeen, this::packet);
        this.up = new StreamHalf((bytes, offset, at) -> read(clientPackets, bytes, offset, at));
        this.down = new StreamHalf((bytes, offset, at) -> read(serverPackets, bytes, offset, at));
    }

    int firstSequence() {
        return firstSequence;
    }

    void accept(TcpSegment segment) {
        boolean fromClient = segment.from().equals(client);
        if (segment.syn() && fromClient && !judged && up.segments() == 0 && !segment.ack()) {
            line(segment.atNanos(), "", "TCP", "%s connects to %s".formatted(client, server), "");
        }
        (fromClient ? up : down).accept(segment);
        if ((segment.fin() || segment.reset()) && !ended) {
            ended = true;
            line(
                    segment.atNanos(),
                    fromClient ? "C>S" : "S>C",
                    "TCP",
                    segment.reset() ? "reset" : "closes",
                    "");
        }
    }

    private void read(PacketStream stream, byte[] bytes, int offset, long atNanos) {
        if (!judged && offset < bytes.length) {
            judged = true;
            foreign = known ? null : judge(bytes, offset, stream == clientPackets);
        }
        if (foreign == null) {
            stream.bytes(bytes, offset, atNanos);
        }
    }

    /** What it is instead of MQTT; null if it begins as MQTT does. */
    private static @Nullable String judge(byte[] bytes, int offset, boolean fromClient) {
        int first = bytes[offset] & 0xFF;
        if (fromClient && first == SeenPacket.CONNECT << 4) {
            return null;
        }
        return first == TLS_HANDSHAKE
                ? "TLS, which cannot be read"
                : first == 'G' ? "HTTP or WebSocket, which is not read" : "not MQTT";
    }

    private void packet(SeenPacket packet) {
        packets++;
        line(
                packet.atNanos(),
                packet.fromClient() ? "C>S" : "S>C",
                packet.name(),
                packet.words(),
                flights.note(packet));
    }

    private void line(long atNanos, String way, String what, String words, String flight) {
        lines.accept(
                "%s  #%-4d %-3s  %-11s  %s%s"
                        .formatted(
                                clock.text(atNanos),
                                number,
                                way,
                                what,
                                words,
                                flight.isEmpty() ? "" : "  | " + flight));
    }

    /** What became of it, where that is more than a listing of its packets tells; null if not. */
    @Nullable String remark() {
        String problem =
                foreign != null
                        ? foreign
                        : broken(clientPackets) != null
                                ? broken(clientPackets)
                                : broken(serverPackets) != null
                                        ? broken(serverPackets)
                                        : up.hasGap() || down.hasGap()
                                                ? "the capture lacks bytes; what follows them was not read (%d bytes)"
                                                        .formatted(
                                                                up.unreachable()
                                                                        + down.unreachable())
                                                : up.joinedLate() && down.joinedLate()
                                                        ? "began before the capture"
                                                        : null;
        return problem == null
                ? null
                : "#%d  %s to %s: %s".formatted(number, client, server, problem);
    }

    private static @Nullable String broken(PacketStream stream) {
        return stream.broken();
    }

    /** Whether it is counted as MQTT. */
    boolean isMqtt() {
        return packets > 0;
    }

    long packets() {
        return packets;
    }

    StreamHalf up() {
        return up;
    }

    StreamHalf down() {
        return down;
    }
}
