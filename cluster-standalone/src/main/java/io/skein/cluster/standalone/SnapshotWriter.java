package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.codec.MessageNumbers;
import io.skein.cluster.codec.StateWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image as a segment of its own, in records that are numbered from 1 and keep the numbers
 * that the log has given to messages. Each record is forced when it is written: a device that has
 * much to write at once would keep the log waiting. Used by one thread.
 */
final class SnapshotWriter implements Closeable {
    private final SegmentHeader header;
    private final Segment segment;
    private final long recordBytes;
    private final ByteBuf record;

    private final Numbers numbers = new Numbers();
    private long sequence = SegmentHeader.FIRST_OF_SNAPSHOT;
    private @Nullable StateWriter out;

    /**
     * Makes the file.
     *
     * @param header which says of no snapshot yet
     * @param recordBytes the size at which a record is full
     */
    SnapshotWriter(Disk disk, Path path, SegmentHeader header, long recordBytes)
            throws IOException {
        this.header = header;
        this.recordBytes = recordBytes;
        segment = Segment.create(disk, path, header, Durability.SYNC, 0);
        record = Unpooled.directBuffer();
        RecordHeader.reserve(record);
    }

    /** Writes a part. */
    void add(Part part) throws IOException {
        numbers.current = part.number();
        if (out == null) {
            out = new StateWriter(record, numbers);
        }
        part.entry().write(out);
        if (record.readableBytes() >= recordBytes) {
            commit();
        }
    }

    /**
     * Writes what is left and says in the header that this is all.
     *
     * @return the bytes of the file
     */
    long complete() throws IOException {
        commit();
        segment.completeSnapshot(header.withSnapshotEnd(segment.end()));
        return segment.end();
    }

    @Override
    public void close() throws IOException {
        record.release();
        segment.close();
    }

    private void commit() throws IOException {
        if (out != null) {
            RecordHeader.seal(record, sequence++, header.salt());
            segment.append(record);
            out = null;
        }
        record.clear();
        RecordHeader.reserve(record);
    }

    /** The number of the message that is being written. */
    private static final class Numbers implements MessageNumbers {
        // Only of messages in more than one place: no other is asked for again.
        private final Set<Long> written = new HashSet<>();
        private @Nullable MessageNumber current;

        @Override
        public long known(Message message) {
            long number = number().value();
            return written.contains(number) ? number : 0;
        }

        @Override
        public long define(Message message) {
            MessageNumber number = number();
            if (number.shared()) {
                written.add(number.value());
            }
            return number.value();
        }

        private MessageNumber number() {
            return Objects.requireNonNull(current, "a message without its number");
        }
    }
}
