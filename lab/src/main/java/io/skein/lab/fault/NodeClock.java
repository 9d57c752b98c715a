package io.skein.lab.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one node, which libfaketime puts between it and the kernel: the time of day jumps,
 * the time that only rises does not. Used by one thread at a time.
 */
public final class NodeClock {
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    private static final List<Path> ROOTS = List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"));
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int DEPTH = 3;
    private static final long TOLERANCE_SECONDS = 5;

    private final Path library;
    private final Path file;

    private NodeClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** What is missing to set the clock of a node, in words; null if nothing is. */
    public static @Nullable String missing() {
        return library() == null
                ? "the kernel has one clock for all processes; that of one is set by libfaketime, which"
                        + " is not installed; on Debian: apt-get install libfaketime"
                : null;
    }

    private static @Nullable Path library() {
        for (Path root : ROOTS) {
            try (Stream<Path> files =
                    Files.find(root, DEPTH, (path, _) -> path.endsWith(LIBRARY))) {
                Path found = files.findFirst().orElse(null);
                if (found != null) {
                    return found;
                }
            } catch (IOException | UncheckedIOException e) {
                // A directory that is not there, or not for us, holds no library.
            }
        }
        return null;
    }

    /**
     * A clock that goes right, told by a file.
     *
     * @param file made here
     * @throws FaultFailedException if there is no libfaketime, or the file cannot be written
     */
    public static NodeClock at(Path file) throws FaultFailedException {
        Path library = library();
        if (library == null) {
            throw new FaultFailedException("there is no libfaketime");
        }
        NodeClock clock = new NodeClock(library, file.toAbsolutePath());
        clock.write(0);
        return clock;
    }

    /** What stands before the command of the node. */
    public List<String> prefix() {
        return List.of(
                "env",
                "LD_PRELOAD=" + library,
                "FAKETIME_TIMESTAMP_FILE=" + file,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "FAKETIME_FORCE_MONOTONIC_FIX=0"); // with it, timed waits of a Java end at once
    }

    /**
     * Sets the clock.
     *
     * @param seconds before or behind the time as it is
     * @return the proof: the time that a program with this clock tells
     * @throws FaultFailedException if it tells another
     */
    public String jump(long seconds) throws FaultFailedException {
        write(seconds);
        List<String> command = new ArrayList<>(prefix());
        command.addAll(List.of("date", "+%s"));
        long told = Long.parseLong(ShellCommand.mustRun(command));
        long off = told - System.currentTimeMillis() / 1000;
        if (Math.abs(off - seconds) > TOLERANCE_SECONDS) {
            throw new FaultFailedException(
                    "a clock set by %d s is off by %d s".formatted(seconds, off));
        }
        return "a program with its clock tells a time that is off by %d s".formatted(off);
    }

    /**
     * Removes what libfaketime shares among a process and its children, named by the first of them:
     * who is killed leaves it behind.
     *
     * @param pid of a process that has ended; one that had no such clock has left nothing
     */
    static void removeTraces(long pid) throws FaultFailedException {
        for (String name : List.of("faketime_shm_", "sem.faketime_sem_")) {
            try {
                Files.deleteIfExists(SHARED_MEMORY.resolve(name + pid));
            } catch (IOException e) {
                throw new FaultFailedException(
                        "cannot remove %s%d: %s".formatted(name, pid, e.getMessage()), e);
            }
        }
    }

    private void write(long seconds) throws FaultFailedException {
        try {
            Files.writeString(file, "%+d\n".formatted(seconds));
        } catch (IOException e) {
            throw new FaultFailedException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
