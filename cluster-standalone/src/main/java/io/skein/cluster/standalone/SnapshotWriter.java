package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.codec.MessageNumbers;
import io.skein.cluster.codec.StateWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes the live state as records of a bounded size. */
final class SnapshotWriter {
    private final ByteBuf body;
    private final SegmentLog.RecordSink sink;
    private final MessageNumbers numbers;
    private final long recordBytes;
    private @Nullable StateWriter out;

    private SnapshotWriter(
            ByteBuf body, SegmentLog.RecordSink sink, MessageNumbers numbers, long recordBytes) {
        this.body = body;
        this.sink = sink;
        this.numbers = numbers;
        this.recordBytes = recordBytes;
    }

    /**
     * A snapshot of what the log adds up to between two records.
     *
     * @param recordBytes the size at which a record is full
     */
    static SegmentLog.Snapshot of(LiveState state, Owners owners, long recordBytes) {
        return (body, sink) -> {
            SnapshotWriter writer =
                    new SnapshotWriter(body, sink, state.messages().forSnapshot(), recordBytes);
            try {
                state.retained().forEach(message -> writer.add(new Entry.Retained(message)));
                state.sessions()
                        .forEach(session ->
                                session.forEachChange(
                                        owners.epoch(session.clientId()),
                                        change -> writer.add(new Entry.Changed(change))));
                sink.commit();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        };
    }

    private void add(Entry entry) {
        if (out == null) {
            out = new StateWriter(body, numbers);
        }
        entry.write(out);
        if (body.readableBytes() >= recordBytes) {
            out = null;
            try {
                sink.commit();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
