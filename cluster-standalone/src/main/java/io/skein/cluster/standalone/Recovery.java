package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.codec.KnownNames;
import io.skein.cluster.codec.StateReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found in the data directory.
 *
 * @param state what the log adds up to
 * @param generation of this start: greater than all before
 * @param lastNumber the highest number of a segment, 0 if there is none
 * @param nextSequence the sequence number of the next record
 * @param bytes of all segments
 * @param snapshotBytes size of the snapshot the log begins with, 0 if it begins with none
 */
record Recovery(
        LiveState state,
        long generation,
        long lastNumber,
        long nextSequence,
        long bytes,
        long snapshotBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /**
     * Reads everything from the last snapshot on, and cuts off the torn end of the last write.
     *
     * @throws CorruptJournalException if there is anything wrong that is not such an end
     */
    static Recovery read(JournalDirectory directory) throws IOException {
        directory.deleteUnfinished();
        List<Path> segments = directory.segments();
        int base = lastSnapshot(segments);
        directory.delete(segments.subList(0, base));
        LiveState state = new LiveState();
        KnownNames names = new KnownNames();
        SegmentHeader header = new SegmentHeader(0, 0, 1, 0, 0);
        long snapshotBytes = 0;
        long nextSequence = 1;
        long bytes = 0;
        for (int i = base; i < segments.size(); i++) {
            Path path = segments.get(i);
            header = SegmentReader.header(path);
            if (i == base) {
                snapshotBytes = header.snapshotEnd();
                nextSequence = header.isSnapshot() ? header.firstSequence() : 1;
            }
            boolean last = i == segments.size() - 1;
            if (header.firstSequence() != nextSequence) {
                throw new CorruptJournalException(path, missing(header, i == base, nextSequence));
            }
            if (last && header.isSnapshot()) {
                throw new CorruptJournalException(
                        path, "a snapshot, and the segment that goes on after it is missing");
            }
            SegmentReader.Ending ending =
                    SegmentReader.read(path, last, body -> apply(state, body, names));
            nextSequence = ending.nextSequence();
            bytes += ending.end();
            if (ending.tornBytes() > 0) {
                cut(path, ending);
            }
        }
        state.messages().endOfReading();
        return new Recovery(
                state,
                header.generation() + 1,
                header.number(),
                nextSequence,
                bytes,
                snapshotBytes);
    }

    private static void apply(LiveState state, ByteBuf body, KnownNames names) {
        StateReader in = new StateReader(body, state.messages(), names);
        List<Entry> entries = new ArrayList<>();
        while (in.hasMore()) {
            entries.add(Entry.read(in));
        }
        entries.forEach(state::apply);
        state.endOfRecord();
    }

    private static int lastSnapshot(List<Path> segments) throws IOException {
        for (int i = segments.size() - 1; i > 0; i--) {
            if (SegmentReader.header(segments.get(i)).isSnapshot()) {
                return i;
            }
        }
        return 0;
    }

    private static String missing(SegmentHeader header, boolean first, long expected) {
        return first
                ? "begins with record %d: the snapshot or the segments before it are missing"
                        .formatted(header.firstSequence())
                : "begins with record %d, and the segments before end with record %d: one is missing"
                        .formatted(header.firstSequence(), expected - 1);
    }

    private static void cut(Path path, SegmentReader.Ending ending) throws IOException {
        LOG.warn(
                "{}: the last write was torn by a crash before it was acknowledged; cut off {} bytes at byte {}",
                path,
                ending.tornBytes(),
                ending.end());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(ending.end());
            channel.force(true);
        }
    }
}
