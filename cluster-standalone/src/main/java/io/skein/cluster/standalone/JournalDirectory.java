package io.skein.cluster.standalone;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory with the segments and the lock that keeps other processes out of it. A segment gets
 * its name when its header is complete and forced: one with a name is never half made.
 */
final class JournalDirectory implements Closeable {
    private static final String LOCK = "journal.lock";
    private static final String SEGMENTS = "journal-*.skein";
    private static final String UNFINISHED = "journal-*.tmp";

    private final Path path;
    private final FileChannel lockChannel;

    private JournalDirectory(Path path, FileChannel lockChannel) {
        this.path = path;
        this.lockChannel = lockChannel;
    }

    /**
     * Takes the directory for this process.
     *
     * @throws UncheckedIOException if it cannot be written or another process has it
     */
    static JournalDirectory lock(Path path) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            path.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            try {
                if (tryLock(channel) == null) {
                    throw new IOException(
                            "the data directory %s is in use by process %s: stop it, or give this node a directory of its own"
                                    .formatted(path, holder(channel)));
                }
                byte[] pid =
                        Long.toString(ProcessHandle.current().pid())
                                .getBytes(StandardCharsets.US_ASCII);
                channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
                return new JournalDirectory(path, channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot use the data directory " + path + ": " + reason(e), e);
        }
    }

    /** The segments, oldest first. */
    List<Path> segments() throws IOException {
        List<Path> segments = list(SEGMENTS);
        segments.sort(null); // numbers are written with leading zeros
        return segments;
    }

    /** The segments with lower numbers, oldest first. */
    List<Path> segmentsBefore(long number) throws IOException {
        Path first = segment(number);
        return segments().stream().filter(path -> path.compareTo(first) < 0).toList();
    }

    /** Deletes what a crash left unfinished. */
    void deleteUnfinished() throws IOException {
        delete(list(UNFINISHED));
    }

    /** Where a segment is made before it has its name. */
    Path unfinished(long number) {
        return path.resolve("journal-%019d.tmp".formatted(number));
    }

    /** The name of a segment. */
    Path segment(long number) {
        return path.resolve("journal-%019d.skein".formatted(number));
    }

    /** Gives a segment its name; {@link #force} makes it last. */
    void name(long number) throws IOException {
        try {
            Files.move(unfinished(number), segment(number), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(path + ": the file system cannot rename atomically", e);
        }
    }

    /** Makes names and deletions last. */
    void force() throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** Deletes files; those that are gone already do not matter. */
    void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    /** Deletes a file that something went wrong with; what goes wrong here is added to that. */
    void deleteQuietly(Path file, Throwable cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Bytes the process may still write there. */
    long usableBytes() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    private List<Path> list(String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, pattern)) {
            List<Path> list = new ArrayList<>();
            files.forEach(list::add);
            return list;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    }

    private static String reason(IOException e) {
        return e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
    }
}
