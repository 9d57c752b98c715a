package io.skein.lab.workload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;

/**
 * What stands in every payload of a round, so that each message can be accounted for and a payload
 * that was mixed up, cut or changed is found:
 *
 * <pre>
 *  0  magic           4 bytes
 *  4  tag             4 bytes, of the run and round
 *  8  publisher       4 bytes
 * 12  checksum        4 bytes, over all other fields and the payload's size
 * 16  sequence        8 bytes, from 0 for each publisher and round
 * 24  intended time   8 bytes, nanoseconds from the start of the round until the message was due
 * 32  padding         the same pseudo-random bytes in every payload of the round
 * </pre>
 *
 * Thread-safe: it does not change.
 */
public final class Stamp {
    /** The smallest payload there is room for. */
    public static final int BYTES = 32;

    private static final int MAGIC = 0x534B_4C42;

    private final int tag;
    private final byte[] template;
    private final ByteBuf padding;

    /** The stamp of a round: payloads up to this size, with padding drawn from {@code random}. */
    public Stamp(int tag, int payloadBytesMaximum, RandomGenerator random) {
        this.tag = tag;
        this.template = new byte[payloadBytesMaximum];
        random.nextBytes(template);
        ByteBuf head = Unpooled.wrappedBuffer(template);
        head.setInt(0, MAGIC).setInt(4, tag);
        this.padding = Unpooled.wrappedBuffer(template, BYTES, payloadBytesMaximum - BYTES);
    }

    /** The largest payload, in which only what {@link #write} sets is missing; a copy. */
    public byte[] template() {
        return template.clone();
    }

    /** Completes a payload of this length that began as a copy of the template's beginning. */
    public void write(
            ByteBuf buffer,
            int index,
            int length,
            int publisher,
            long sequence,
            long intendedNanos) {
        buffer.setInt(index + 8, publisher);
        buffer.setInt(index + 12, checksum(length, publisher, sequence, intendedNanos));
        buffer.setLong(index + 16, sequence);
        buffer.setLong(index + 24, intendedNanos);
    }

    /** What a payload turned out to be. */
    public enum Verdict {
        /** A payload of this round, as it was written. */
        OURS,
        /** A whole payload of an earlier round. */
        STALE,
        /** Changed, cut, or never ours. */
        CORRUPTED
    }

    /** Judges a payload; only one that is {@link Verdict#OURS} may be asked for its fields. */
    public Verdict judge(ByteBuf buffer, int index, int length) {
        if (length < BYTES || length > template.length || buffer.getInt(index) != MAGIC) {
            return Verdict.CORRUPTED;
        }
        int sum =
                checksum(
                        length,
                        publisher(buffer, index),
                        sequence(buffer, index),
                        intended(buffer, index));
        int theirTag = buffer.getInt(index + 4);
        if (buffer.getInt(index + 12) - theirTag != sum - tag) {
            return Verdict.CORRUPTED;
        }
        if (theirTag != tag) {
            return Verdict.STALE;
        }
        int rest = length - BYTES;
        return rest == 0 || ByteBufUtil.equals(buffer, index + BYTES, padding, 0, rest)
                ? Verdict.OURS
                : Verdict.CORRUPTED;
    }

    /** The publisher's number. */
    public int publisher(ByteBuf buffer, int index) {
        return buffer.getInt(index + 8);
    }

    /** The sequence number. */
    public long sequence(ByteBuf buffer, int index) {
        return buffer.getLong(index + 16);
    }

    /** When the message was due, in nanoseconds since the start of the round. */
    public long intended(ByteBuf buffer, int index) {
        return buffer.getLong(index + 24);
    }

    /** The tag is added last, so that a payload of another round can be told from a broken one. */
    private int checksum(int length, int publisher, long sequence, long intendedNanos) {
        long h = (publisher + 0x9E37_79B9_7F4A_7C15L) * 0xBF58_476D_1CE4_E5B9L;
        h = (h ^ (h >>> 29) ^ sequence) * 0x94D0_49BB_1331_11EBL;
        h = (h ^ (h >>> 32) ^ intendedNanos) * 0xD6E8_FEB8_6659_FD93L;
        h ^= h >>> 32;
        return (int) h + length + tag;
    }
}
