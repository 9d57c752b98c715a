package io.skein.cluster.standalone;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment: magic, format, five numbers, CRC32C of all before it.
 *
 * @param number its place among the segments; ascending, with gaps
 * @param generation how many times the node had been started when it was begun
 * @param firstSequence the sequence number of its first record; of a snapshot, that of the first
 *     record after it
 * @param snapshotEnd the length of a snapshot, which replaces all segments before; 0 if it is none
 * @param salt random; part of every record's checksum, so that no client can send a payload that
 *     looks like a record
 */
record SegmentHeader(
        long number, long generation, long firstSequence, long snapshotEnd, long salt) {
    static final int BYTES = 56;

    /** The sequence number of the first record of a snapshot. */
    static final long FIRST_OF_SNAPSHOT = 1;

    private static final long MAGIC = 0x534B_4549_4E4AL; // "SKEINJ"
    private static final int FORMAT = 3;
    private static final int FORMAT_BITS = 16;
    private static final int CHECKED_BYTES = 48;

    /** The same header, of a segment whose snapshot is complete. */
    SegmentHeader withSnapshotEnd(long end) {
        return new SegmentHeader(number, generation, firstSequence, end, salt);
    }

    /** The header as it stands in the file. */
    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC << FORMAT_BITS | FORMAT).putLong(number).putLong(generation);
        bytes.putLong(firstSequence).putLong(snapshotEnd).putLong(salt);
        return bytes.putInt(checksum(bytes)).putInt(0).flip();
    }

    /** Whether the segment is a snapshot. */
    boolean isSnapshot() {
        return snapshotEnd > 0;
    }

    /** Reads a header. */
    static SegmentHeader decode(Path file, ByteBuffer bytes) throws CorruptJournalException {
        if (bytes.remaining() < BYTES) {
            throw new CorruptJournalException(file, "too short for a segment of the journal");
        }
        ByteBuffer header = bytes.slice(bytes.position(), BYTES);
        long magic = header.getLong();
        SegmentHeader read =
                new SegmentHeader(
                        header.getLong(),
                        header.getLong(),
                        header.getLong(),
                        header.getLong(),
                        header.getLong());
        if (magic >>> FORMAT_BITS != MAGIC || header.getInt() != checksum(header)) {
            throw new CorruptJournalException(file, "no valid segment header");
        }
        int format = (int) (magic & (1 << FORMAT_BITS) - 1);
        if (format != FORMAT) {
            throw CorruptJournalException.otherFormat(file, format, FORMAT);
        }
        return read;
    }

    private static int checksum(ByteBuffer header) {
        CRC32C checksum = new CRC32C();
        checksum.update(header.slice(0, CHECKED_BYTES));
        return (int) checksum.getValue();
    }
}
