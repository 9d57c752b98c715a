package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.Durability;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of the journal, open for appending. Whatever fails leaves {@link #end} where it was: what
 * stands in the file beyond it is not part of the journal. Used by one thread.
 */
final class Segment implements Closeable {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final FileChannel channel;
    private final Durability durability;
    private final int preallocatedBytes;
    private long end;
    private long zeroedEnd;

    private Segment(FileChannel channel, Durability durability, int preallocatedBytes) {
        this.channel = channel;
        this.durability = durability;
        this.preallocatedBytes = preallocatedBytes;
    }

    /** Makes a file with a header and nothing else. */
    static Segment create(
            Disk disk,
            Path path,
            SegmentHeader header,
            Durability durability,
            int preallocatedBytes)
            throws IOException {
        FileChannel channel =
                disk.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        Segment segment = new Segment(channel, durability, preallocatedBytes);
        try {
            segment.writeAt(0, header.encode());
        } catch (IOException e) {
            segment.close();
            throw e;
        }
        segment.end = SegmentHeader.BYTES;
        segment.zeroedEnd = segment.end;
        return segment;
    }

    /** The same segment, whose channel was closed, with a channel that works. */
    Segment reopen(Disk disk, Path path) throws IOException {
        FileChannel opened = disk.open(path, StandardOpenOption.WRITE);
        Segment segment = new Segment(opened, durability, preallocatedBytes);
        segment.end = end;
        segment.zeroedEnd = end;
        return segment;
    }

    /** Whether it has no record. */
    boolean isEmpty() {
        return end == SegmentHeader.BYTES;
    }

    /** Where the next record goes: all bytes before it are part of the journal. */
    long end() {
        return end;
    }

    /** Appends a record and makes it as durable as asked for. */
    void append(ByteBuf record) throws IOException {
        ByteBuffer bytes = record.nioBuffer();
        long newEnd = end + bytes.remaining();
        boolean sync = durability == Durability.SYNC;
        if (sync && preallocatedBytes > 0 && newEnd > zeroedEnd) {
            zero(newEnd + preallocatedBytes);
        }
        writeAt(end, bytes);
        if (sync) {
            channel.force(false);
        }
        end = newEnd;
    }

    /** Says in the header where the snapshot ends, and forces all of it. */
    void completeSnapshot(SegmentHeader header) throws IOException {
        writeAt(0, header.encode());
        channel.force(true);
    }

    /** Forces the file, its length included. */
    void force() throws IOException {
        channel.force(true);
    }

    /** Gives back what was allocated beyond the last record. */
    void trim() throws IOException {
        channel.truncate(end);
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void zero(long newZeroedEnd) throws IOException {
        while (zeroedEnd < newZeroedEnd) {
            int length = (int) Math.min(ZEROS.capacity(), newZeroedEnd - zeroedEnd);
            writeAt(zeroedEnd, ZEROS.slice(0, length));
            zeroedEnd += length;
        }
    }

    private void writeAt(long position, ByteBuffer bytes) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
