package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.codec.CorruptStateException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Reads a segment back and tells where its records end. Zeros after the last record are allocated
 * space; anything else is the torn end of the last write if nothing intact follows it, and
 * corruption if something does.
 */
final class SegmentReader {
    /**
     * How a segment ended.
     *
     * @param end the offset after the last intact record
     * @param nextSequence the sequence number the next record must have
     * @param tornBytes bytes after the end that are neither records nor zeros
     */
    record Ending(long end, long nextSequence, long tornBytes) {}

    private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** How far ahead a sequence number may be to look like one of a later record. */
    private static final long LATER_SEQUENCES = 1L << 32;

    private final Path path;
    private final MemorySegment bytes;
    private final SegmentHeader header;

    private SegmentReader(Path path, MemorySegment bytes, SegmentHeader header) {
        this.path = path;
        this.bytes = bytes;
        this.header = header;
    }

    /** Reads the header alone. */
    static SegmentHeader header(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
            int read = channel.read(bytes);
            while (read >= 0 && bytes.hasRemaining()) {
                read = channel.read(bytes);
            }
            return SegmentHeader.decode(path, bytes.flip());
        }
    }

    /**
     * Hands the body of every record to {@code body}, in order; the buffer is valid during the
     * call.
     *
     * @param last whether no segment follows: only there may the end be torn
     */
    static Ending read(Path path, boolean last, Consumer<ByteBuf> body) throws IOException {
        SegmentHeader header = header(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new SegmentReader(path, bytes, header).read(last, body);
        }
    }

    private Ending read(boolean last, Consumer<ByteBuf> body) throws CorruptJournalException {
        long offset = SegmentHeader.BYTES;
        boolean snapshot = header.isSnapshot();
        long sequence = snapshot ? SegmentHeader.FIRST_OF_SNAPSHOT : header.firstSequence();
        int length = RecordHeader.intactBytes(at(offset), sequence, header.salt());
        while (length > 0) {
            ByteBuffer record = at(offset).slice(0, length);
            try {
                body.accept(Unpooled.wrappedBuffer(record).skipBytes(RecordHeader.BYTES));
            } catch (CorruptStateException e) {
                throw new CorruptJournalException(
                        path, offset, "a record that cannot be read: " + e.getMessage());
            }
            offset += length;
            sequence++;
            length = RecordHeader.intactBytes(at(offset), sequence, header.salt());
        }
        long torn = lastNonZero(offset) - offset;
        if (torn > 0 && (snapshot || !last || hasIntactRecordAfter(offset, sequence))) {
            throw new CorruptJournalException(path, offset, "a corrupt record");
        }
        if (offset < header.snapshotEnd()) {
            throw new CorruptJournalException(path, offset, "a snapshot that ends early");
        }
        return new Ending(offset, snapshot ? header.firstSequence() : sequence, torn);
    }

    private ByteBuffer at(long offset) {
        long length = Math.min(bytes.byteSize() - offset, Integer.MAX_VALUE);
        return bytes.asSlice(offset, length).asByteBuffer();
    }

    /** The offset after the last byte that is not zero, not below {@code offset}. */
    private long lastNonZero(long offset) {
        long end = bytes.byteSize();
        while (end - Long.BYTES >= offset && bytes.get(BIG_ENDIAN_LONG, end - Long.BYTES) == 0) {
            end -= Long.BYTES;
        }
        while (end > offset && bytes.get(ValueLayout.JAVA_BYTE, end - 1) == 0) {
            end--;
        }
        return end;
    }

    private boolean hasIntactRecordAfter(long offset, long sequence) {
        for (long at = offset + 1; at + RecordHeader.BYTES < bytes.byteSize(); at++) {
            long found = bytes.get(BIG_ENDIAN_LONG, at + 8);
            if (found > sequence
                    && found < sequence + LATER_SEQUENCES
                    && RecordHeader.intactBytes(at(at), found, header.salt()) > 0) {
                return true;
            }
        }
        return false;
    }
}
