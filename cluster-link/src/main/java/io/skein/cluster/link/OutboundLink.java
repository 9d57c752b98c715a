package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a link: outlives its connections. Keeps every frame until it is answered and
 * sends those again that the peer has not received when a connection broke. Lives on the loop.
 */
final class OutboundLink {
    private static final int INITIAL_FRAMES = 256;

    private final EventLoop loop;
    private final Peer to;
    private final long id;
    private final long bytesLimit;

    // Frames lowest <= next <= tail, by their sequence: answered before lowest (and null here, as
    // are those answered out of turn), sent before next, not yet sent before tail.
    private @Nullable Frame[] frames = new @Nullable Frame[INITIAL_FRAMES];
    private long lowest = 1;
    private long next = 1;
    private long tail = 1;

    private long unansweredBytes;
    private boolean welcomed;
    private boolean flushScheduled;
    private boolean closed;
    private @Nullable Channel channel;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Frame(int kind, byte[] body, LinkCompletion done) {
        int bytes() {
            return body.length + Wire.FRAME_OVERHEAD_BYTES;
        }
    }

    OutboundLink(EventLoop loop, Peer to, long id, long bytesLimit) {
        this.loop = loop;
        this.to = to;
        this.id = id;
        this.bytesLimit = bytesLimit;
    }

    Peer to() {
        return to;
    }

    long id() {
        return id;
    }

    /** Whether the peer has accepted this link before. */
    boolean welcomed() {
        return welcomed;
    }

    boolean closed() {
        return closed;
    }

    boolean connected() {
        return channel != null;
    }

    long unansweredBytes() {
        return unansweredBytes;
    }

    void send(int kind, byte[] body, Urgency urgency, LinkCompletion done) {
        if (closed) {
            done.lost();
            return;
        }
        Frame frame = new Frame(kind, body, done);
        long limit =
                switch (urgency) {
                    case CONTROL -> Long.MAX_VALUE;
                    case ASSURED -> bytesLimit;
                    case EXPENDABLE -> bytesLimit / 2;
                };
        // One frame is accepted whatever its size: a message may be larger than the limit.
        if (unansweredBytes > 0 && unansweredBytes + frame.bytes() > limit) {
            done.answered(
                    new Refusal(
                            ReasonCode.SERVER_BUSY,
                            to + " is " + unansweredBytes + " bytes behind"));
            return;
        }
        unansweredBytes += frame.bytes();
        append(frame);
        scheduleFlush();
    }

    private void append(Frame frame) {
        if (tail - lowest == frames.length) {
            @Nullable Frame[] wider = new @Nullable Frame[frames.length * 2];
            for (long sequence = lowest; sequence < tail; sequence++) {
                wider[(int) sequence & wider.length - 1] = frames[slot(sequence)];
            }
            frames = wider;
        }
        frames[slot(tail++)] = frame;
    }

    private int slot(long sequence) {
        return (int) sequence & frames.length - 1;
    }

    /** Everything handed over until the end of this turn goes in one write. */
    private void scheduleFlush() {
        if (!flushScheduled && channel != null) {
            flushScheduled = true;
            loop.execute(this::flush);
        }
    }

    /**
     * The peer accepted a connection.
     *
     * @param received the highest sequence it has received on this link
     */
    void attach(Channel connection, long received) throws Wire.WireException {
        if (received < lowest - 1 || received >= tail) {
            throw new Wire.WireException("frame " + received + " was not sent");
        }
        welcomed = true;
        channel = connection;
        next = received + 1;
        scheduleFlush();
    }

    void detach(Channel connection) {
        if (connection.equals(channel)) {
            channel = null;
        }
    }

    void breakConnection() {
        if (channel != null) {
            channel.close();
        }
    }

    void flush() {
        flushScheduled = false;
        Channel connection = channel;
        if (connection == null) {
            return;
        }
        while (next < tail && connection.isWritable()) {
            writeBatch(connection);
        }
        connection.flush();
    }

    private void writeBatch(Channel connection) {
        ByteBuf out = connection.alloc().buffer(estimate());
        int start = Wire.begin(out, Wire.BATCH);
        out.writeLong(next).writeLong(lowest);
        do {
            Frame frame = frames[slot(next)];
            if (frame == null) {
                throw new IllegalStateException(
                        "frame " + next + " was answered before it was sent");
            }
            out.writeInt(frame.body.length).writeByte(frame.kind).writeBytes(frame.body);
            next++;
        } while (next < tail && out.writerIndex() < Wire.BATCH_BYTES);
        Wire.end(out, start);
        connection.write(out, connection.voidPromise());
    }

    private int estimate() {
        Frame first = frames[slot(next)];
        int bytes = first == null ? 0 : first.bytes();
        return Math.clamp(bytes * (tail - next) + 64, 256, Wire.BATCH_BYTES + bytes);
    }

    /**
     * Writes what answers frames of the peer: in one go with those that leave this node in this
     * turn. Only while {@linkplain #connected connected}.
     */
    void writeAnswers(ByteBuf packet) {
        Channel connection = channel;
        if (connection == null) {
            throw new IllegalStateException("no connection to " + to);
        }
        connection.write(packet, connection.voidPromise());
        scheduleFlush();
    }

    /** Takes in the body of {@link Wire#ANSWERS}, which may concern a former link. */
    void answers(ByteBuf in) throws Wire.WireException {
        if (in.readLong() != id) {
            return;
        }
        while (in.isReadable()) {
            long first = in.readLong();
            int count = in.readInt();
            Refusal refusal = Wire.readRefusal(in);
            // Answers of frames that were answered before are told again after a reconnection.
            if (first < 1 || count < 1 || first + count > next) {
                throw new Wire.WireException("an answer to frames that were not sent");
            }
            for (long sequence = Math.max(first, lowest); sequence < first + count; sequence++) {
                answered(sequence, refusal);
            }
        }
    }

    private void answered(long sequence, @Nullable Refusal refusal) {
        Frame frame = frames[slot(sequence)];
        if (frame == null) {
            return;
        }
        frames[slot(sequence)] = null;
        unansweredBytes -= frame.bytes();
        while (lowest < next && frames[slot(lowest)] == null) {
            lowest++;
        }
        frame.done.answered(refusal);
    }

    /** The peer is gone: whatever it has not answered is lost, in the order it was sent. */
    void close() {
        closed = true;
        Channel connection = channel;
        channel = null;
        if (connection != null) {
            connection.close();
        }
        long end = tail;
        @Nullable Frame[] lost = frames;
        long first = lowest;
        frames = new @Nullable Frame[INITIAL_FRAMES];
        lowest = end;
        next = end;
        unansweredBytes = 0;
        for (long sequence = first; sequence < end; sequence++) {
            Frame frame = lost[(int) sequence & lost.length - 1];
            if (frame != null) {
                frame.done.lost();
            }
        }
        Arrays.fill(lost, null);
    }
}
