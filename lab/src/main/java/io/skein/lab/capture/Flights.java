package io.skein.lab.capture;

import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.report.Numbers;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Which packets of a connection belong together: a request and its answer, or the two, three or
 * four packets of a message. Each flight has a number in its connection; their times are added to
 * the statistics of all connections.
 */
final class Flights {
    private final Map<String, Statistics> statistics;
    private final Map<Integer, Flight> ofClient = new HashMap<>();
    private final Map<Integer, Flight> ofServer = new HashMap<>();
    private final Map<Integer, Flight> requests = new HashMap<>();
    private final ArrayDeque<Flight> pings = new ArrayDeque<>();
    private @Nullable Flight connecting;
    private int count;

    /** Flights of one kind. */
    static final class Statistics {
        long begun;
        long refused;
        long repeated;
        final Histogram nanos = LatencyRecorder.emptyHistogram();

        /** How many had their last answer. */
        long done() {
            return nanos.getTotalCount();
        }
    }

    private record Flight(int number, String kind, long beganNanos) {}

    Flights(Map<String, Statistics> statistics) {
        this.statistics = statistics;
    }

    /** Statistics by kind, in the order of their names. */
    static Map<String, Statistics> statistics() {
        return new TreeMap<>();
    }

    /** Takes the next packet; says which flight it belongs to, and what that means for it. */
    String note(SeenPacket packet) {
        Map<Integer, Flight> own = packet.fromClient() ? ofClient : ofServer;
        Map<Integer, Flight> others = packet.fromClient() ? ofServer : ofClient;
        return switch (packet.type()) {
            case SeenPacket.CONNECT -> {
                connecting = begin("connect", packet);
                yield begun(connecting);
            }
            case SeenPacket.CONNACK -> {
                Flight flight = connecting;
                connecting = null;
                yield ended(flight, packet);
            }
            case SeenPacket.PUBLISH -> publish(packet, own);
            case SeenPacket.PUBACK, SeenPacket.PUBCOMP ->
                    ended(others.remove(packet.packetId()), packet);
            case SeenPacket.PUBREC ->
                    packet.refusal()
                            ? ended(others.remove(packet.packetId()), packet)
                            : within(others.get(packet.packetId()), packet);
            case SeenPacket.PUBREL -> within(own.get(packet.packetId()), packet);
            case SeenPacket.SUBSCRIBE, SeenPacket.UNSUBSCRIBE -> {
                Flight flight =
                        begin(
                                packet.type() == SeenPacket.SUBSCRIBE ? "subscribe" : "unsubscribe",
                                packet);
                requests.put(packet.packetId(), flight);
                yield begun(flight);
            }
            case SeenPacket.SUBACK, SeenPacket.UNSUBACK ->
                    ended(requests.remove(packet.packetId()), packet);
            case SeenPacket.PINGREQ -> {
                Flight flight = begin("ping", packet);
                pings.add(flight);
                yield begun(flight);
            }
            case SeenPacket.PINGRESP -> ended(pings.poll(), packet);
            default -> "";
        };
    }

    private String publish(SeenPacket packet, Map<Integer, Flight> own) {
        String kind = "QoS %d %s".formatted(packet.qos(), packet.fromClient() ? "up" : "down");
        if (packet.qos() == 0) {
            of(kind).begun++;
            return "";
        }
        Flight before = own.get(packet.packetId());
        if (before != null) {
            of(before.kind()).repeated++;
            return "flight %d (%s) again, %s after it began"
                    .formatted(before.number(), before.kind(), since(before, packet));
        }
        Flight flight = begin(kind, packet);
        own.put(packet.packetId(), flight);
        return begun(flight);
    }

    private Statistics of(String kind) {
        return statistics.computeIfAbsent(kind, _ -> new Statistics());
    }

    private Flight begin(String kind, SeenPacket packet) {
        of(kind).begun++;
        return new Flight(++count, kind, packet.atNanos());
    }

    private static String begun(Flight flight) {
        return "flight %d (%s) begins".formatted(flight.number(), flight.kind());
    }

    private static String within(@Nullable Flight flight, SeenPacket packet) {
        return flight == null
                ? "of a flight that began before the capture, or never"
                : "flight %d (%s), %s after it began"
                        .formatted(flight.number(), flight.kind(), since(flight, packet));
    }

    private String ended(@Nullable Flight flight, SeenPacket packet) {
        if (flight == null) {
            return "of a flight that began before the capture, or never";
        }
        Statistics statistic = of(flight.kind());
        statistic.nanos.recordValue(
                Math.clamp(
                        packet.atNanos() - flight.beganNanos(), 0, LatencyRecorder.NANOS_MAXIMUM));
        statistic.refused += packet.refusal() ? 1 : 0;
        return "flight %d (%s) %s after %s"
                .formatted(
                        flight.number(),
                        flight.kind(),
                        packet.refusal() ? "refused" : "done",
                        since(flight, packet));
    }

    private static String since(Flight flight, SeenPacket packet) {
        return Numbers.micros(Math.max(0, packet.atNanos() - flight.beganNanos()) / 1e3);
    }
}
