package io.skein.lab.capture;

import java.util.Map;
import java.util.TreeMap;

/**
 * One direction of a TCP connection put together again: what comes early waits for what is before
 * it, what came already is left out. Bytes are handed on in their order at the time at which the
 * last of those before them was seen.
 */
final class StreamHalf {
    private static final long WAITING_LIMIT = 64L * 1024 * 1024;

    private final Sink sink;
    private final TreeMap<Long, byte[]> waiting = new TreeMap<>();
    private boolean begun;
    private boolean joinedLate;
    private int base;
    private long next;
    private long waitingBytes;
    private long retransmitted;
    private long outOfOrder;
    private long segments;
    private boolean lost;

    /** Gets the bytes of a direction in their order. */
    @FunctionalInterface
    interface Sink {
        void bytes(byte[] bytes, int offset, long atNanos);
    }

    StreamHalf(Sink sink) {
        this.sink = sink;
    }

    /** Takes a segment, in the order of the capture. */
    void accept(TcpSegment segment) {
        if (segment.syn()) {
            if (!begun) {
                begin(segment.sequence() + 1, false);
            }
            return;
        }
        if (segment.payloadLength() == 0 || lost) {
            return;
        }
        if (!begun) {
            begin(segment.sequence(), true);
        }
        segments++;
        // Sequence numbers pass 2^32; a difference of less than half of that is right either way.
        long position = next + (segment.sequence() - (base + (int) next));
        long end = position + segment.payloadLength();
        byte[] before = waiting.get(position);
        if (end <= next || position < next || before != null) {
            retransmitted++;
        }
        if (end <= next || (before != null && before.length >= segment.payload().length)) {
            return;
        }
        if (position > next) {
            outOfOrder++;
            keep(position, segment.payload());
        } else if (segment.payload().length < segment.payloadLength()) {
            lost = true; // the capture kept only the head of it
        } else {
            hand(segment.payload(), position, segment.atNanos());
            handWaiting(segment.atNanos());
        }
    }

    private void begin(int sequence, boolean late) {
        begun = true;
        joinedLate = late;
        base = sequence;
        next = 0;
    }

    private void keep(long position, byte[] payload) {
        byte[] before = waiting.put(position, payload);
        waitingBytes += payload.length - (before == null ? 0 : before.length);
        if (waitingBytes > WAITING_LIMIT) {
            lost = true;
            waiting.clear();
        }
    }

    private void hand(byte[] payload, long position, long atNanos) {
        sink.bytes(payload, (int) (next - position), atNanos);
        next = position + payload.length;
    }

    private void handWaiting(long atNanos) {
        for (Map.Entry<Long, byte[]> first = waiting.firstEntry();
                first != null && first.getKey() <= next;
                first = waiting.firstEntry()) {
            waiting.pollFirstEntry();
            waitingBytes -= first.getValue().length;
            if (first.getKey() + first.getValue().length > next) {
                hand(first.getValue(), first.getKey(), atNanos);
            }
        }
    }

    /** Whether the capture does not have its beginning. */
    boolean joinedLate() {
        return joinedLate;
    }

    /** Bytes that were handed on. */
    long bytes() {
        return next;
    }

    /** Segments with payload. */
    long segments() {
        return segments;
    }

    /** Segments of which a part, or all, had come before. */
    long retransmitted() {
        return retransmitted;
    }

    /** Segments that came before what is in front of them. */
    long outOfOrder() {
        return outOfOrder;
    }

    /** Bytes that wait in vain: what is before them is not in the capture. */
    long unreachable() {
        return waitingBytes;
    }

    /** Whether bytes are missing in the capture, and what follows them was not read. */
    boolean hasGap() {
        return lost || !waiting.isEmpty();
    }
}
