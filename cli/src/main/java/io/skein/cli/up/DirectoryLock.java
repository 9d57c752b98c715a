package io.skein.cli.up;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second cluster out of a directory; ends with the process at the latest. */
final class DirectoryLock {
    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes a directory.
     *
     * @throws ClusterFailedException if another cluster has it
     * @throws IOException if the directory cannot be written
     */
    static DirectoryLock take(Path directory) throws IOException, ClusterFailedException {
        Path file = directory.resolve("up.lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new ClusterFailedException(
                    "%s belongs to a cluster that runs; stop it, or choose another directory with --data"
                            .formatted(directory));
        }
        return new DirectoryLock(file, channel);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    /** Gives the directory free and leaves no trace. */
    void release() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
