package io.skein.lab.capture;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads a capture once and tells it: a line for each MQTT packet, in the order of time, and the sum
 * of all. Memory grows with connections and with what is out of order, not with the capture.
 */
final class CaptureListing {
    private final Set<Integer> ports;
    private final Consumer<String> lines;
    private final Map<Key, CapturedConnection> open = new HashMap<>();
    private final List<CapturedConnection> all = new ArrayList<>();
    private final Map<String, Flights.Statistics> flights = Flights.statistics();
    private long frames;
    private long otherFrames;
    private long wireBytes;
    private long firstNanos = Long.MIN_VALUE;
    private long lastNanos;

    /** Both ends, in an order that does not depend on the direction. */
    private record Key(Endpoint one, Endpoint other) {
        static Key of(TcpSegment segment) {
            Endpoint from = segment.from();
            Endpoint to = segment.to();
            boolean ordered = from.toString().compareTo(to.toString()) < 0;
            return ordered ? new Key(from, to) : new Key(to, from);
        }
    }

    private CaptureListing(Set<Integer> ports, Consumer<String> lines) {
        this.ports = new HashSet<>(ports);
        this.lines = lines;
    }

    /**
     * Reads a capture.
     *
     * @param ports of brokers; with none, every connection that begins with a CONNECT
     * @param lines gets the listing
     * @throws CaptureFormatException if it is no capture
     */
    static CaptureSummary read(InputStream in, Set<Integer> ports, Consumer<String> lines)
            throws IOException {
        CaptureListing listing = new CaptureListing(ports, lines);
        boolean cut = PcapReader.read(in, listing::frame);
        return listing.summary(cut);
    }

    private void frame(Frame frame) {
        if (firstNanos == Long.MIN_VALUE) {
            firstNanos = frame.atNanos();
        }
        lastNanos = frame.atNanos();
        TcpSegment segment = TcpSegment.of(frame);
        boolean wanted =
                segment != null
                        && (ports.isEmpty()
                                || ports.contains(segment.from().port())
                                || ports.contains(segment.to().port()));
        if (segment == null || !wanted) {
            otherFrames++;
            return;
        }
        frames++;
        wireBytes += frame.wireLength();
        Key key = Key.of(segment);
        CapturedConnection connection = open.get(key);
        boolean fresh = segment.syn() && !segment.ack();
        if (connection == null || (fresh && connection.firstSequence() != segment.sequence())) {
            connection = begin(segment);
            open.put(key, connection);
            all.add(connection);
        }
        connection.accept(segment);
    }

    private CapturedConnection begin(TcpSegment segment) {
        boolean fromClient =
                segment.syn()
                        ? !segment.ack()
                        : ports.contains(segment.to().port())
                                || (!ports.contains(segment.from().port())
                                        && segment.to().port() < segment.from().port());
        return new CapturedConnection(
                all.size() + 1,
                fromClient ? segment.from() : segment.to(),
                fromClient ? segment.to() : segment.from(),
                segment.sequence(),
                !ports.isEmpty(),
                flights,
                this::time,
                lines);
    }

    private String time(long atNanos) {
        return String.format(Locale.ROOT, "%12.6f", (atNanos - firstNanos) / 1e9);
    }

    private CaptureSummary summary(boolean cut) {
        List<String> remarks = new ArrayList<>();
        long retransmitted = 0;
        long outOfOrder = 0;
        long bytes = 0;
        long packets = 0;
        int mqtt = 0;
        for (CapturedConnection each : all) {
            String remark = each.remark();
            if (remark != null) {
                remarks.add(remark);
            }
            mqtt += each.isMqtt() ? 1 : 0;
            packets += each.packets();
            bytes += each.up().bytes() + each.down().bytes();
            retransmitted += each.up().retransmitted() + each.down().retransmitted();
            outOfOrder += each.up().outOfOrder() + each.down().outOfOrder();
        }
        if (cut) {
            remarks.add("the file ends within a frame");
        }
        return new CaptureSummary(
                frames == 0 && otherFrames == 0 ? 0 : (lastNanos - firstNanos) / 1e9,
                all.size(),
                mqtt,
                packets,
                frames,
                otherFrames,
                bytes,
                wireBytes,
                retransmitted,
                outOfOrder,
                flights,
                remarks);
    }
}
