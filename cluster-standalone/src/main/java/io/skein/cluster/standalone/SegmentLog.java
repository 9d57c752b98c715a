package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Durability;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;

/**
 * The segments as one log: appends records, begins another segment when one is full or a snapshot
 * is to replace those before. A record is in the log exactly if {@link #append} returned; after it
 * threw, nothing may be appended before {@link #cutOff} and {@link #goOn} returned. Used by one
 * thread.
 */
final class SegmentLog implements Closeable {
    /** A buffer that grew beyond this for one group is not kept. */
    private static final int KEPT_BUFFER_BYTES = 16 << 20;

    private static final int FIRST_BUFFER_BYTES = 1 << 16;

    private final JournalDirectory directory;
    private final Disk disk;
    private final Durability durability;
    private final JournalLimits limits;
    private final long generation;
    private final SecureRandom salts = new SecureRandom();

    private Segment segment;
    private SegmentHeader header;
    private long number;
    private long sequence;
    private long olderBytes;
    private long cutBytes;
    private long compactAtBytes;
    private ByteBuf record = Unpooled.directBuffer(FIRST_BUFFER_BYTES);

    /**
     * Goes on after what was recovered, in a segment of its own.
     *
     * @throws IOException if that segment cannot be made
     */
    SegmentLog(
            JournalDirectory directory,
            Disk disk,
            Durability durability,
            JournalLimits limits,
            Recovery recovered)
            throws IOException {
        this.directory = directory;
        this.disk = disk;
        this.durability = durability;
        this.limits = limits;
        this.generation = recovered.generation();
        this.number = recovered.lastNumber();
        this.sequence = recovered.nextSequence();
        this.olderBytes = recovered.bytes();
        this.compactAtBytes = compactAt(recovered.snapshotBytes());
        this.header = nextHeader();
        this.segment = begin(header);
        directory.name(header.number());
        directory.force();
    }

    /** Appends a record whose body {@code body} writes; on return it is as durable as asked for. */
    void append(Consumer<ByteBuf> body) throws IOException {
        if (segment.end() >= limits.segmentBytes()) {
            roll();
        }
        startRecord();
        body.accept(record);
        RecordHeader.seal(record, sequence, header.salt());
        segment.append(record);
        sequence++;
    }

    /** After a failure, first: cuts off what is not in the log. */
    void cutOff() throws IOException {
        segment.close();
        Segment reopened = segment.reopen(disk, directory.segment(header.number()));
        try {
            reopened.trim();
        } finally {
            reopened.close();
        }
    }

    /** After a failure, second: begins another segment. */
    void goOn() throws IOException {
        boolean empty = segment.isEmpty();
        Path failed = directory.segment(header.number());
        roll();
        if (empty) { // else one more would be left each time this fails again
            directory.delete(List.of(failed));
        }
    }

    /** Whether the disk has room for twice what is allocated ahead: enough to go on for a while. */
    boolean hasRoom() throws IOException {
        return directory.usableBytes() >= 2L * limits.preallocatedBytes();
    }

    /** Whether the log is so much larger than what it adds up to that a snapshot pays. */
    boolean wantsSnapshot() {
        return olderBytes + segment.end() >= compactAtBytes;
    }

    /**
     * Begins another segment, so that a snapshot of what the log adds up to at this moment can
     * replace all before it.
     *
     * @return the header of that snapshot
     */
    SegmentHeader cut() throws IOException {
        SegmentHeader snapshot = nextHeader();
        roll();
        cutBytes = olderBytes;
        return snapshot;
    }

    /** What was there before the last {@link #cut} has been replaced by a snapshot. */
    void replaced(long snapshotBytes) {
        olderBytes += snapshotBytes - cutBytes;
        compactAtBytes = compactAt(snapshotBytes);
    }

    /** There was no snapshot; the next is wanted when the log has grown some more. */
    void postponeCompaction() {
        compactAtBytes = bytes() + limits.compactionBytes();
    }

    /** Bytes of all segments, without what is allocated ahead. */
    long bytes() {
        return olderBytes + segment.end();
    }

    @Override
    public void close() throws IOException {
        record.release();
        try {
            segment.trim();
        } finally {
            segment.close();
        }
    }

    private void roll() throws IOException {
        SegmentHeader started = nextHeader();
        Segment next = begin(started);
        directory.name(started.number());
        olderBytes += segment.end();
        segment.close();
        segment = next;
        header = started;
        // Before anything is appended to it: a name that a power loss takes away takes records
        // along.
        directory.force();
    }

    private Segment begin(SegmentHeader started) throws IOException {
        Path unfinished = directory.unfinished(started.number());
        try {
            Segment next =
                    Segment.create(
                            disk, unfinished, started, durability, limits.preallocatedBytes());
            try {
                next.force();
            } catch (IOException e) {
                next.close();
                throw e;
            }
            return next;
        } catch (IOException e) {
            directory.deleteQuietly(unfinished, e);
            throw e;
        }
    }

    /**
     * Each attempt has a number of its own, so that no failed one stands in the way of the next.
     */
    private SegmentHeader nextHeader() {
        return new SegmentHeader(++number, generation, sequence, 0, salts.nextLong());
    }

    private void startRecord() {
        if (record.capacity() > KEPT_BUFFER_BYTES) {
            record.release();
            record = Unpooled.directBuffer(FIRST_BUFFER_BYTES);
        }
        record.clear();
        RecordHeader.reserve(record);
    }

    private long compactAt(long snapshotBytes) {
        return Math.max(limits.compactionBytes(), limits.compactionFactor() * snapshotBytes);
    }
}
