package io.skein.lab.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a target that is started has its files: in the folder of a run, or for its life only. */
public final class Scratch implements AutoCloseable {
    private final Path directory;
    private final boolean temporary;

    private Scratch(Path directory, boolean temporary) {
        this.directory = directory;
        this.temporary = temporary;
    }

    /**
     * A directory {@code target} in this folder, which stays; or, with null, one that goes with
     * {@link #close}.
     *
     * @throws TargetFailedException if it cannot be made
     */
    public static Scratch in(@Nullable Path folder) throws TargetFailedException {
        try {
            return folder == null
                    ? new Scratch(Files.createTempDirectory("skein-lab-target"), true)
                    : new Scratch(Files.createDirectories(folder.resolve("target")), false);
        } catch (IOException e) {
            throw new TargetFailedException("no room for the target's files: " + e.getMessage(), e);
        }
    }

    /** Where that is. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("cannot remove " + directory + ": " + e.getMessage());
        }
    }
}
