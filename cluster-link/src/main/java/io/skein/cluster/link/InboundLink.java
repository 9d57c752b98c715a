package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a link: outlives its connections. Remembers the outcome of each frame until
 * the sender has shown that it knows it, so that nothing is handed over twice and no answer is lost
 * when the connection breaks. Lives on the loop.
 */
final class InboundLink {
    /** Frames that one peer may leave unanswered; more ends the connection. */
    private static final int WINDOW_LIMIT = 1 << 24;

    private static final byte PENDING = 0;
    private static final byte DONE = 1;
    private static final byte REFUSED = 2;

    private final EventLoop loop;
    private final LinkReceiver receiver;
    private final Supplier<@Nullable OutboundLink> back;
    private final Peer from;
    private final long id;

    /** Every frame up to here was handed over. */
    private long received;

    /** Outcomes before this one are known to the sender; {@code lowest <= received + 1}. */
    private long lowest = 1;

    private byte[] outcomes = new byte[256];
    private final Map<Long, Refusal> refusals = new HashMap<>();
    private @Nullable Channel channel;

    /** Completed with success and not yet answered: a run without gaps. */
    private long runFirst;

    private int runCount;
    private @Nullable ByteBuf answers;
    private boolean flushScheduled;

    private final Queue<Delivery> elsewhere = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    /**
     * @param back a link to the same peer that has a connection, or null: then answers go with what
     *     is sent there, else back over the connection by which the frames came
     */
    InboundLink(
            EventLoop loop,
            LinkReceiver receiver,
            Supplier<@Nullable OutboundLink> back,
            Peer from,
            long id) {
        this.loop = loop;
        this.receiver = receiver;
        this.back = back;
        this.from = from;
        this.id = id;
    }

    Peer from() {
        return from;
    }

    long id() {
        return id;
    }

    long received() {
        return received;
    }

    /** The connection that there is, or null. */
    @Nullable Channel channel() {
        return channel;
    }

    /** A connection was made: everything completed so far is told (again). */
    void attach(Channel connection) {
        Channel former = channel;
        channel = connection;
        dropAnswers();
        if (former != null) {
            former.close();
        }
        answerAgain();
    }

    /**
     * What has been answered may be lost with the connection that carried it: it is told again, as
     * far as the sender has not shown that it knows it.
     */
    void answerAgain() {
        if (channel == null) {
            return;
        }
        for (long sequence = lowest; sequence <= received; sequence++) {
            byte outcome = outcomes[slot(sequence)];
            if (outcome != PENDING) {
                answer(sequence, outcome == DONE ? null : refusals.get(sequence));
            }
        }
    }

    void detach(Channel connection) {
        if (connection.equals(channel)) {
            channel = null;
            dropAnswers();
        }
    }

    /** Nothing is expected from this peer any more. */
    void close() {
        Channel connection = channel;
        if (connection != null) {
            detach(connection);
            connection.close();
        }
    }

    void breakConnection() {
        if (channel != null) {
            channel.close();
        }
    }

    /** Takes in the body of a {@link Wire#BATCH}. */
    void batch(ByteBuf in) throws Wire.WireException {
        long sequence = in.readLong();
        forgetBefore(in.readLong());
        while (in.isReadable()) {
            int length = in.readInt();
            int kind = in.readUnsignedByte();
            if (length < 0 || length > in.readableBytes()) {
                throw new Wire.WireException("a frame that is longer than its batch");
            }
            ByteBuf body = in.readSlice(length);
            if (sequence > received + 1) {
                throw new Wire.WireException(
                        "frame " + sequence + " after frame " + received + " of link " + id);
            }
            if (sequence == received + 1) {
                received = sequence;
                reserve();
                receiver.receive(from, kind, body, new Delivery(sequence));
            }
            sequence++;
        }
    }

    private void forgetBefore(long known) throws Wire.WireException {
        if (known > received + 1) {
            throw new Wire.WireException("answers are known of frames that were not received");
        }
        for (; lowest < known; lowest++) {
            int slot = slot(lowest);
            if (outcomes[slot] == REFUSED) {
                refusals.remove(lowest);
            }
            outcomes[slot] = PENDING;
        }
    }

    private void reserve() throws Wire.WireException {
        if (received - lowest < outcomes.length) {
            return;
        }
        if (outcomes.length >= WINDOW_LIMIT) {
            throw new Wire.WireException("more than " + WINDOW_LIMIT + " unanswered frames");
        }
        byte[] wider = new byte[outcomes.length * 2];
        for (long sequence = lowest; sequence < received; sequence++) {
            wider[(int) sequence & wider.length - 1] = outcomes[slot(sequence)];
        }
        outcomes = wider;
    }

    private int slot(long sequence) {
        return (int) sequence & outcomes.length - 1;
    }

    private void completed(long sequence, @Nullable Refusal refusal) {
        if (sequence < lowest || outcomes[slot(sequence)] != PENDING) {
            throw new IllegalStateException("frame " + sequence + " was completed twice");
        }
        outcomes[slot(sequence)] = refusal == null ? DONE : REFUSED;
        if (refusal != null) {
            refusals.put(sequence, refusal);
        }
        if (channel != null) {
            answer(sequence, refusal);
        }
    }

    private void answer(long sequence, @Nullable Refusal refusal) {
        if (refusal == null && runCount > 0 && sequence == runFirst + runCount) {
            runCount++;
        } else {
            endRun();
            if (refusal == null) {
                runFirst = sequence;
                runCount = 1;
            } else {
                Wire.writeAnswer(answers(), sequence, 1, refusal);
            }
        }
        if (!flushScheduled) {
            flushScheduled = true;
            loop.execute(this::flush);
        }
    }

    private void endRun() {
        if (runCount > 0) {
            Wire.writeAnswer(answers(), runFirst, runCount, null);
            runCount = 0;
        }
    }

    private ByteBuf answers() {
        ByteBuf out = answers;
        if (out == null) {
            out = loopAllocated();
            Wire.begin(out, Wire.ANSWERS);
            out.writeLong(id);
            answers = out;
        }
        return out;
    }

    private ByteBuf loopAllocated() {
        Channel connection = channel;
        if (connection == null) {
            throw new IllegalStateException("nobody to answer");
        }
        return connection.alloc().buffer(64);
    }

    private void flush() {
        flushScheduled = false;
        if (channel == null) {
            return;
        }
        endRun();
        ByteBuf out = answers;
        if (out != null) {
            answers = null;
            Wire.end(out, out.readerIndex());
            OutboundLink other = back.get();
            if (other == null) {
                channel.writeAndFlush(out, channel.voidPromise());
            } else {
                other.writeAnswers(out);
            }
        }
    }

    private void dropAnswers() {
        runCount = 0;
        if (answers != null) {
            answers.release();
            answers = null;
        }
    }

    private void drain() {
        drainScheduled.set(false);
        for (Delivery one = elsewhere.poll(); one != null; one = elsewhere.poll()) {
            completed(one.sequence, one.refusal);
        }
    }

    /** One frame on its way through the receiver. */
    private final class Delivery implements Completion {
        private final long sequence;
        private @Nullable Refusal refusal;

        Delivery(long sequence) {
            this.sequence = sequence;
        }

        @Override
        public void complete(@Nullable Refusal outcome) {
            if (loop.inEventLoop()) {
                completed(sequence, outcome);
                return;
            }
            refusal = outcome;
            elsewhere.add(this);
            if (!drainScheduled.get() && drainScheduled.compareAndSet(false, true)) {
                loop.execute(InboundLink.this::drain);
            }
        }
    }
}
