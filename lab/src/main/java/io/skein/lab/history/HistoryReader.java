package io.skein.lab.history;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record from disk, one event at a time. The last line of a record that was cut short may
 * be half of one: it counts as its end. Not thread-safe.
 */
public final class HistoryReader implements Closeable {
    /** The name of the record within the folder of a run. */
    public static final String FILE = "history.jsonl";

    /** The name of a record that is compressed. */
    public static final String COMPRESSED_FILE = FILE + ".gz";

    private static final int BUFFER_BYTES = 1 << 18;
    private static final JsonFactory JSON = new JsonFactory();

    private final String name;
    private final BufferedReader lines;
    private String line = "";
    private long lineNumber;
    private long lastNanos;

    private HistoryReader(String name, BufferedReader lines) {
        this.name = name;
        this.lines = lines;
    }

    /**
     * Opens a record.
     *
     * @param place the file, or the folder of the run
     * @throws IOException if there is none, or it cannot be read
     */
    public static HistoryReader open(Path place) throws IOException {
        Path file = fileIn(place);
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            InputStream in = isCompressed(file) ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
            return new HistoryReader(
                    file.toString(),
                    new BufferedReader(
                            new InputStreamReader(in, StandardCharsets.UTF_8), BUFFER_BYTES));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static Path fileIn(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            if (!Files.exists(place)) {
                throw new IOException("there is no " + place);
            }
            return place;
        }
        for (String name : new String[] {FILE, COMPRESSED_FILE}) {
            if (Files.exists(place.resolve(name))) {
                return place.resolve(name);
            }
        }
        throw new IOException("%s holds no %s and no %s".formatted(place, FILE, COMPRESSED_FILE));
    }

    static boolean isCompressed(Path file) {
        return file.toString().endsWith(".gz");
    }

    /**
     * The next event, or null at the end.
     *
     * @throws HistoryException if a line is not an event, or not in its place
     */
    public @Nullable Entry next() throws IOException {
        String next = nextLine();
        if (next == null) {
            return null;
        }
        line = next;
        lineNumber++;
        Entry entry;
        try (JsonParser parser = JSON.createParser(line)) {
            entry = new EventFields(parser).entry();
        } catch (JacksonException e) {
            if (nextLine() == null) {
                return null;
            }
            throw new HistoryException(where() + "not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new HistoryException(where() + e.getMessage());
        }
        if (entry.index() != lineNumber - 1 || entry.nanos() < lastNanos) {
            throw new HistoryException(where() + "out of order, or something is missing before it");
        }
        lastNanos = entry.nanos();
        return entry;
    }

    private @Nullable String nextLine() throws IOException {
        try {
            return lines.readLine();
        } catch (EOFException _) {
            return null; // a compressed record that was cut short
        }
    }

    /** The line of the event that {@link #next} returned last. */
    public String line() {
        return line;
    }

    private String where() {
        return "%s:%d: ".formatted(name, lineNumber);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
