package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is put into the inbox of one record, in order and once, until it is closed. What was
 * told and is the next is taken as it came; where something is missing the inbox is read. Lives on
 * the loop.
 */
final class Inbox {
    /** Takes messages in their order; what has a number stays in the inbox until it is deleted. */
    interface Reader {
        /**
         * Takes one.
         *
         * @param number 0 for what is not in the inbox and was only told
         */
        void take(long number, byte[] frame);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final long RETRY_MILLIS = 500;

    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String label;
    private final Intake intake;
    private final Reader reader;
    private final List<Runnable> afterwards = new ArrayList<>();
    private final Set<Long> taken = new HashSet<>(); // and not yet deleted
    private long last;
    private long told;
    private boolean reading = true; // until it begins
    private boolean readAgain;
    private boolean closed;

    /**
     * One that has not begun.
     *
     * @param last the number of the last message that need not be taken
     */
    Inbox(
            Redis redis,
            EventLoop loop,
            Names names,
            String label,
            Intake intake,
            long last,
            Reader reader) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.label = label;
        this.intake = intake;
        this.last = last;
        this.reader = reader;
    }

    /** The number of the last message that was taken. */
    long last() {
        return last;
    }

    /** Takes what was found there, and from now on what is put there. */
    void begin(SortedMap<Long, byte[]> found) {
        reading = false;
        if (!closed) {
            takeAll(found);
            readOn();
        }
    }

    /** What was told, or asked for, while it was read may not have been there. */
    private void readOn() {
        if (readAgain || told > last) {
            read();
            return;
        }
        List<Runnable> then = List.copyOf(afterwards);
        afterwards.clear();
        then.forEach(Runnable::run);
    }

    /** Something was put into it. */
    void heard(long number, byte[] frame) {
        if (closed) {
            return;
        }
        if (number == 0) {
            if (intake.hasRoom()) {
                intake.sawOne();
                reader.take(0, frame);
            } else {
                intake.droppedOne();
            }
            return;
        }
        told = Math.max(told, number);
        if (reading || number <= last) {
            return;
        }
        if (number == last + 1 && intake.hasRoom()) {
            take(number, frame);
        } else {
            read();
        }
    }

    private void take(long number, byte[] frame) {
        last = Math.max(last, number);
        if (taken.add(number)) {
            intake.tookOne();
            reader.take(number, frame);
        }
    }

    private void takeAll(SortedMap<Long, byte[]> found) {
        found.forEach(this::take);
    }

    private static SortedMap<Long, byte[]> byNumber(Map<byte[], byte[]> found) {
        SortedMap<Long, byte[]> inOrder = new TreeMap<>();
        found.forEach((number, frame) -> inOrder.put(Args.number(number), frame));
        return inOrder;
    }

    /** It was deleted. */
    void done(long number) {
        if (taken.remove(number)) {
            intake.gaveOne();
        }
    }

    /** It could not be kept, and is still there: it is taken again later. */
    void again(long number) {
        done(number);
        readLater();
    }

    /** Reads the inbox, and then does something. */
    void read(Runnable then) {
        afterwards.add(then);
        read();
    }

    /** Reads the inbox: something may be there that was not told. */
    void read() {
        if (reading || closed) {
            readAgain = true;
            return;
        }
        readAgain = false;
        if (!intake.hasRoom()) {
            intake.whenRoom(this::read);
            return;
        }
        reading = true;
        redis.commands()
                .hget(Args.bytes(names.record(label)), Args.bytes("n"))
                .toCompletableFuture()
                .thenCombineAsync(
                        redis.commands()
                                .hgetall(Args.bytes(names.inbox(label)))
                                .toCompletableFuture(),
                        (number, found) -> {
                            reading = false;
                            if (!closed) {
                                long reached = number == null ? 0 : Args.number(number);
                                last = reached;
                                takeAll(byNumber(found));
                            }
                            return true;
                        },
                        loop)
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure != null) {
                                reading = false;
                                LOG.warn(
                                        "Inbox of {} cannot be read: {}",
                                        label,
                                        failure.toString());
                                readLater();
                            } else {
                                readOn();
                            }
                        },
                        loop);
    }

    private void readLater() {
        if (!closed && !loop.isShuttingDown()) {
            loop.schedule(() -> read(), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Takes nothing any more. */
    void close() {
        closed = true;
        taken.forEach(_ -> intake.gaveOne());
        taken.clear();
    }
}
