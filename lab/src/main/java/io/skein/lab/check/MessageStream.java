package io.skein.lab.check;

import io.skein.lab.history.MessageId;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;

/**
 * The messages of one publisher on one topic by their sequence number: some 35 bytes for each.
 * Numbers that were left out cost as much as others.
 */
final class MessageStream {
    /** How far a number may lie beyond all others: what lies further is no numbering from 0. */
    static final int GAP_LIMIT = 1 << 20;

    /** The index of an event that has not come. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int QOS = 3;
    private static final int KNOWN = 4;
    private static final int RETAIN = 8;
    private static final int EXPIRES = 16;
    private static final int ANEW = 32;
    private static final int WILL = 64;
    private static final int ACKNOWLEDGED = 128;
    private static final int AGAIN = 256;

    private final int publisher;
    private final TopicName topic;
    private long[] invoked = new long[16];
    private long[] nanos = new long[16];
    private long[] acknowledged = new long[16];
    private long[] connection = new long[16];
    private short[] flags = new short[16];
    private int size;

    MessageStream(int publisher, TopicName topic) {
        this.publisher = publisher;
        this.topic = topic;
    }

    TopicName topic() {
        return topic;
    }

    MessageId id(long sequence) {
        return new MessageId(publisher, sequence);
    }

    /** One more than the highest number. */
    int size() {
        return size;
    }

    /**
     * Notes that a message is sent for the first time.
     *
     * @return whether its number was free
     */
    boolean add(
            long sequence,
            long index,
            long atNanos,
            long connectionNumber,
            QoS qos,
            boolean retain,
            boolean expires,
            boolean will) {
        if (isKnown(sequence)) {
            return false;
        }
        int at = Math.toIntExact(sequence);
        if (at >= invoked.length) {
            int length = Math.max(at + 1, invoked.length * 2);
            invoked = Arrays.copyOf(invoked, length);
            nanos = Arrays.copyOf(nanos, length);
            acknowledged = Arrays.copyOf(acknowledged, length);
            connection = Arrays.copyOf(connection, length);
            flags = Arrays.copyOf(flags, length);
        }
        invoked[at] = index;
        nanos[at] = atNanos;
        acknowledged[at] = NEVER;
        connection[at] = connectionNumber;
        flags[at] =
                (short)
                        (KNOWN
                                | qos.value()
                                | (retain ? RETAIN : 0)
                                | (expires ? EXPIRES : 0)
                                | (will ? WILL : 0));
        size = Math.max(size, at + 1);
        return true;
    }

    boolean isKnown(long sequence) {
        return sequence < size && has(sequence, KNOWN);
    }

    /** The index of the event with which it was sent; of a will, that of its CONNECT. */
    long invoked(long sequence) {
        return invoked[(int) sequence];
    }

    long invokedNanos(long sequence) {
        return nanos[(int) sequence];
    }

    /** The connection on which it was sent first. */
    long connection(long sequence) {
        return connection[(int) sequence];
    }

    QoS qos(long sequence) {
        return QoS.of(flags[(int) sequence] & QOS);
    }

    boolean isWill(long sequence) {
        return has(sequence, WILL);
    }

    /**
     * Whether it may have been sent again as another message, its publisher's session being gone.
     */
    boolean isSentAnew(long sequence) {
        return has(sequence, ANEW);
    }

    void sentAnew(long sequence) {
        flags[(int) sequence] |= ANEW;
    }

    /**
     * @param onConnection the connection on which the acknowledgement came
     */
    void acknowledge(long sequence, long index, long onConnection) {
        acknowledged[(int) sequence] = index;
        boolean again = onConnection != connection(sequence);
        flags[(int) sequence] |= (short) (ACKNOWLEDGED | (again ? AGAIN : 0));
    }

    /** Whether it was sent again on another connection, which has brought its acknowledgement. */
    boolean isSentAgain(long sequence) {
        return has(sequence, AGAIN);
    }

    /** The index of its acknowledgement, or {@link #NEVER}. */
    long acknowledged(long sequence) {
        return acknowledged[(int) sequence];
    }

    /** Whether the broker answers for it: acknowledged at QoS 1 or 2, and without an expiry. */
    boolean isOwed(long sequence) {
        int bits = flags[(int) sequence];
        return (bits & (KNOWN | ACKNOWLEDGED)) == (KNOWN | ACKNOWLEDGED)
                && (bits & QOS) != 0
                && (bits & EXPIRES) == 0;
    }

    /** Whether every broker has to deliver {@code first} before {@code second}. */
    boolean isOrdered(long first, long second) {
        return acknowledged(first) < invoked(second) || connection(first) == connection(second);
    }

    /** The first number that was sent after this event; {@link #size} if there is none. */
    int firstAfter(long index) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int known = middle;
            while (known < high && !isKnown(known)) {
                known++;
            }
            if (known < high && invoked[known] <= index) {
                low = known + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean has(long sequence, int bit) {
        return (flags[(int) sequence] & bit) != 0;
    }
}
