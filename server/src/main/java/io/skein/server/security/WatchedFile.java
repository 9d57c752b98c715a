package io.skein.server.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of a file as it was when the file was last in order. {@link #current} may be called
 * by any thread and is as quick as reading a field; the rest by one thread at a time.
 */
final class WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    /** Makes the content of a file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path file) throws IOException;
    }

    /** By what a changed file is known; a file that is replaced has another key. */
    private record Stamp(long modifiedMillis, long bytes, @Nullable Object key) {}

    private final Path path;
    private final Reader<T> reader;
    private volatile T content;
    private @Nullable Stamp stamp;

    /** Reads it for the first time. */
    WatchedFile(Path path, Reader<T> reader) throws IOException {
        this.path = path;
        this.reader = reader;
        this.stamp = stamp();
        this.content = read();
    }

    T current() {
        return content;
    }

    /** Whether it is in order as it is at the moment; what is in use stays. */
    void check() throws IOException {
        T ignored = read();
    }

    /**
     * Reads it again if it was changed; whatever is wrong with it goes to the log.
     *
     * @return whether there is other content now
     */
    boolean refresh() {
        Stamp seen = stamp();
        if (seen == null ? stamp == null : seen.equals(stamp)) {
            return false;
        }
        stamp = seen;
        try {
            content = read();
            LOG.info("{} was changed and is in use", path);
            return true;
        } catch (IOException e) {
            LOG.error("{} was changed but cannot be used, what it was stays: {}", path, why(e));
            return false;
        }
    }

    private T read() throws IOException {
        try {
            return reader.read(path);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": does not exist", e);
        }
    }

    private static String why(IOException e) {
        return String.valueOf(e.getMessage());
    }

    /** Says so if others than its owner may read it. */
    void warnIfPublic() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
                LOG.warn(
                        "{} can be read by every user of this machine ({}); chmod o-rwx it",
                        path,
                        PosixFilePermissions.toString(permissions));
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("{}: permissions are not known: {}", path, e.toString());
        }
    }

    private @Nullable Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().toMillis(),
                    attributes.size(),
                    attributes.fileKey());
        } catch (IOException e) {
            return null; // reading it says what is wrong
        }
    }
}
