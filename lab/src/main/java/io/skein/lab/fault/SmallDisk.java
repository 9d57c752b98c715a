package io.skein.lab.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory with little room, mounted where a node keeps what it keeps, and filled to
 * the brim. Needs root. Used by one thread at a time.
 */
public final class SmallDisk implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final String BALLAST = "skein-lab-ballast";

    private final Path at;

    private SmallDisk(Path at) {
        this.at = at;
    }

    /** What is missing to mount file systems, in words; null if nothing is. */
    public static @Nullable String missing() {
        return "root".equals(System.getProperty("user.name"))
                ? null
                : "a small file system needs root to be mounted";
    }

    /**
     * Mounts one on a directory that exists.
     *
     * @throws FaultFailedException if that is not possible
     */
    public static SmallDisk mount(Path at, int mebibytes, Leftovers leftovers)
            throws FaultFailedException {
        leftovers.mount(at);
        ShellCommand.mustRun(
                List.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=%dm".formatted(mebibytes),
                        "skein-lab",
                        at.toString()));
        return new SmallDisk(at);
    }

    /**
     * Writes until there is no room for another byte.
     *
     * @return the proof: what the system answered to our own write
     * @throws FaultFailedException if it fails for another reason
     */
    public String fill() throws FaultFailedException {
        long written = 0;
        byte[] block = new byte[BLOCK_BYTES];
        for (int size = BLOCK_BYTES; size >= 1; size /= 16) {
            try (OutputStream ballast =
                    Files.newOutputStream(
                            at.resolve(BALLAST),
                            java.nio.file.StandardOpenOption.CREATE,
                            java.nio.file.StandardOpenOption.APPEND)) {
                while (true) {
                    ballast.write(block, 0, size);
                    written += size;
                }
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("No space left")) {
                    throw new FaultFailedException(
                            "cannot fill %s: %s".formatted(at, e.getMessage()), e);
                }
            }
        }
        return "after %,d bytes of ours a write of one byte to %s got: No space left on device"
                .formatted(written, at.getFileName());
    }

    /**
     * Makes room again.
     *
     * @return the proof: how much room there is
     * @throws FaultFailedException if what was written cannot be removed
     */
    public String empty() throws FaultFailedException {
        try {
            Files.deleteIfExists(at.resolve(BALLAST));
            return "%,d bytes are free again".formatted(Files.getFileStore(at).getUsableSpace());
        } catch (IOException e) {
            throw new FaultFailedException(
                    "cannot make room in %s: %s".formatted(at, e.getMessage()), e);
        }
    }

    /** Unmounts it with all that is on it; what cannot be is told on the error output. */
    @Override
    public void close() {
        try {
            Leftovers.unmount(at);
        } catch (FaultFailedException e) {
            System.err.println(e.getMessage());
        }
    }
}
