package io.skein.dist;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small file system of its own, which a test may spoil. A test that cannot have one, because it
 * may not mount or Linux does not offer what it needs, is skipped and says so.
 */
final class Volume implements AutoCloseable {
    private static final int MEBIBYTE = 1 << 20;

    private final Path path;
    private final Path ballast;

    private Volume(Path path) {
        this.path = path;
        this.ballast = path.resolve("ballast");
    }

    /** A file system in memory. */
    static Volume inMemory(Path path, int mebibytes) {
        return mount(path, "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs");
    }

    /** A file system in memory that nobody can write. */
    static Volume readOnly(Path path) {
        return mount(path, "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs");
    }

    /**
     * A file system in a file, made if there is none; it becomes read-only when it finds an error
     * in itself.
     */
    static Volume inFile(Path path, Path file, int mebibytes) {
        if (!Files.exists(file)) {
            try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
                image.setLength((long) mebibytes * MEBIBYTE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            require("an ext4 file system", "mkfs.ext4", "-q", "-F", file.toString());
        }
        return mount(path, "-t", "ext4", "-o", "loop,errors=remount-ro", file.toString());
    }

    /** Repairs a file system in a file that is not mounted. */
    static void repair(Path file) {
        try (Child check = Child.start(List.of("e2fsck", "-f", "-y", file.toString()))) {
            if (check.awaitExit() > 1) { // 1: there were errors, there are none any more
                throw new AssertionError(check);
            }
        }
    }

    private static Volume mount(Path path, String... what) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        require(
                "a file system of its own, which root may mount",
                Stream.of(Stream.of("mount"), Stream.of(what), Stream.of(path.toString()))
                        .flatMap(words -> words)
                        .toArray(String[]::new));
        return new Volume(path);
    }

    Path path() {
        return path;
    }

    /** Takes room away. */
    void fill(int mebibytes) throws IOException {
        Files.write(ballast, new byte[mebibytes * MEBIBYTE]);
    }

    /** Gives it back. */
    void free() throws IOException {
        Files.delete(ballast);
    }

    /** Lets nobody write to what is there, also not who has it open; or lets them again. */
    void protect(boolean protect) throws IOException {
        String mode = protect ? "+i" : "-i";
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                require("files that cannot be changed", "chattr", mode, file.toString());
            }
        }
        require("a directory that cannot be changed", "chattr", mode, path.toString());
    }

    /** Lets a file system {@link #inFile} find an error in itself. */
    void breakDown() throws IOException {
        String device;
        try (Child mounted = Child.start(List.of("findmnt", "-no", "SOURCE", path.toString()))) {
            mounted.awaitExit();
            device = Path.of(mounted.out().getFirst()).getFileName().toString();
        }
        Path trigger = Path.of("/sys/fs/ext4", device, "trigger_fs_error");
        assumeTrue(Files.isWritable(trigger), "skipped: it needs " + trigger);
        Files.writeString(trigger, "1");
    }

    @Override
    public void close() {
        try (Child unmounted = Child.start(List.of("umount", path.toString()))) {
            if (unmounted.awaitExit() != 0) {
                throw new AssertionError(unmounted);
            }
        }
    }

    private static void require(String what, String... command) {
        boolean done;
        try (Child child = Child.start(List.of(command))) {
            done = child.awaitExit() == 0;
        } catch (UncheckedIOException e) {
            done = false; // there is no such program
        }
        assumeTrue(done, "skipped: it needs " + what);
    }
}
