package io.skein.server;

import io.skein.server.files.FileProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The directory of one node, locked so that no second node works in it. */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "node.lock";

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Makes the directory if it does not exist, and locks it until closed. */
    static DataDirectory open(Path path) throws StartException {
        Path directory = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            FileChannel file =
                    FileChannel.open(
                            directory.resolve(LOCK_FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (lock(file) == null) {
                file.close();
                throw new StartException(
                        "data directory %s is in use by another node; give each node its own (data)"
                                .formatted(directory));
            }
            return new DataDirectory(directory, file);
        } catch (IOException e) {
            throw new StartException(
                    "data directory %s cannot be written: %s; make it writable or choose another (data)"
                            .formatted(directory, FileProblem.why(e)),
                    e);
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    Path path() {
        return path;
    }

    /** Gives the directory free. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
