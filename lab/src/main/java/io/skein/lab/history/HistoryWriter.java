package io.skein.lab.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record to disk while it happens, in constant memory. Thread-safe: an event is numbered
 * and timed when it is handed over. An error of the disk does not disturb the run: the record ends
 * there, and {@link #close} throws it.
 */
public final class HistoryWriter implements Closeable {
    private static final int BUFFER_BYTES = 1 << 18;

    private final AtomicLong operations = new AtomicLong();
    private final LongSupplier clock;
    private final long startedNanos;
    private final JsonGenerator json;
    private long events;
    private @Nullable IOException failure;
    private boolean closed;

    private HistoryWriter(OutputStream file, LongSupplier clock) throws IOException {
        this.clock = clock;
        this.startedNanos = clock.getAsLong();
        this.json = new JsonFactory().createGenerator(file).setRootValueSeparator(null);
    }

    /**
     * Begins a record. Its clock starts.
     *
     * @param file compressed if its name ends in {@code .gz}
     * @throws IOException if it is there already or cannot be written
     */
    public static HistoryWriter create(Path file) throws IOException {
        return create(file, System::nanoTime);
    }

    /** Begins a record with a clock of one's own, in nanoseconds. */
    public static HistoryWriter create(Path file, LongSupplier clock) throws IOException {
        OutputStream raw = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        try {
            OutputStream out =
                    HistoryReader.isCompressed(file)
                            ? new GZIPOutputStream(raw, BUFFER_BYTES)
                            : raw;
            return new HistoryWriter(new BufferedOutputStream(out, BUFFER_BYTES), clock);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** A number for an operation, from 1; never the same again. */
    public long nextOperation() {
        return operations.incrementAndGet();
    }

    /** Numbers an event, times it, and puts it into the record. */
    public synchronized void record(Event event) {
        if (failure != null || closed) {
            return;
        }
        try {
            EventJson.write(json, new Entry(events, clock.getAsLong() - startedNanos, event));
            json.writeRaw('\n');
            events++;
        } catch (IOException e) {
            failure = e;
        }
    }

    /** How many events the record has. */
    public synchronized long events() {
        return events;
    }

    /** Ends the record; what is handed over later is dropped. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        json.close();
        if (failure != null) {
            throw failure;
        }
    }
}
