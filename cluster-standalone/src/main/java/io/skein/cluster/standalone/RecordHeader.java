package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What stands before the body of a record: CRC32C of the segment's salt and of all that follows (4
 * bytes), length of the body (4 bytes, never 0), sequence number (8 bytes, one more than that of
 * the record before).
 */
final class RecordHeader {
    static final int BYTES = 16;

    private static final int CHECKSUM_BYTES = 4;

    private RecordHeader() {}

    /** Makes room for a header at the front of an empty buffer. */
    static void reserve(ByteBuf record) {
        record.writeZero(BYTES);
    }

    /** Fills in the header of a record whose body is complete. */
    static void seal(ByteBuf record, long sequence, long salt) {
        record.setInt(4, record.readableBytes() - BYTES);
        record.setLong(8, sequence);
        record.setInt(0, checksum(record.nioBuffer(), salt));
    }

    /**
     * The length in bytes of the whole record at a place, or 0 if no intact record with this
     * sequence number is there.
     */
    static int intactBytes(ByteBuffer at, long sequence, long salt) {
        if (at.remaining() <= BYTES || at.getLong(at.position() + 8) != sequence) {
            return 0;
        }
        int length = at.getInt(at.position() + 4);
        if (length <= 0 || length > at.remaining() - BYTES) {
            return 0;
        }
        ByteBuffer record = at.slice(at.position(), BYTES + length);
        return record.getInt(0) == checksum(record, salt) ? BYTES + length : 0;
    }

    private static int checksum(ByteBuffer record, long salt) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(salt).flip());
        checksum.update(record.slice(CHECKSUM_BYTES, record.limit() - CHECKSUM_BYTES));
        return (int) checksum.getValue();
    }
}
