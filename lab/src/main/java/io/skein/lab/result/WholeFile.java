package io.skein.lab.result;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are written whole or not at all. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes a file, over one of that name.
     *
     * @throws IOException if it cannot be written, which leaves the one that was there as it was;
     *     the message names the file
     */
    public static void write(Path file, String text) throws IOException {
        Path directory = directoryOf(file);
        Path temporary = null;
        try {
            temporary = Files.createTempFile(directory, "." + file.getFileName(), ".tmp");
            Files.writeString(temporary, text);
            move(temporary, file);
        } catch (IOException e) {
            throw new IOException("cannot write %s: %s".formatted(file, e.getMessage()), e);
        } finally {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    /**
     * Finds out before a run whether {@link #write} will be able to.
     *
     * @throws IOException if not; the message says why
     */
    public static void requireWritable(Path file) throws IOException {
        Path directory = directoryOf(file);
        if (!Files.isDirectory(directory)) {
            throw new IOException("cannot write " + file + ": no directory " + directory);
        }
        if (Files.isDirectory(file)) {
            throw new IOException("cannot write " + file + ": it is a directory");
        }
        try {
            Files.delete(Files.createTempFile(directory, "." + file.getFileName(), ".tmp"));
        } catch (IOException e) {
            throw new IOException(
                    "cannot write " + file + ": " + directory + " is not writable", e);
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new IOException("cannot write " + file + ": it is read-only");
        }
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
