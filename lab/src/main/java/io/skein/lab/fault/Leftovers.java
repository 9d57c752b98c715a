package io.skein.lab.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a run would leave behind if it were killed itself: processes, network namespaces and mounts,
 * each written down before it is made, in a file of the run. Whoever opens the next one removes
 * what runs that have died left. Thread-safe.
 */
public final class Leftovers implements AutoCloseable {
    private static final String PROCESS = "process";
    private static final String NAMESPACE = "namespace";
    private static final String BRIDGE = "bridge";
    private static final String MOUNT = "mount";
    private static final String SUFFIX = ".run";

    private final Path file;

    private Leftovers(Path file) {
        this.file = file;
    }

    /** Where runs of this machine write down what they leave. */
    public static Path directoryOfThisMachine() {
        return Path.of(System.getProperty("java.io.tmpdir"), "skein-lab-chaos");
    }

    /**
     * Removes what dead runs left, and opens a file for this one.
     *
     * @param progress hears a line for each thing that was removed or could not be
     * @throws FaultFailedException if the directory cannot be written
     */
    public static Leftovers open(Path directory, Consumer<String> progress)
            throws FaultFailedException {
        try {
            Files.createDirectories(directory);
            try (DirectoryStream<Path> runs = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (Path run : runs) {
                    if (!isAlive(identity(run))) {
                        remove(run, progress);
                    }
                }
            }
            return new Leftovers(
                    Files.createTempFile(
                            directory, identity(ProcessHandle.current()) + "-", SUFFIX));
        } catch (IOException e) {
            throw new FaultFailedException(
                    "cannot write down what this run makes in %s: %s"
                            .formatted(directory, e.getMessage()),
                    e);
        }
    }

    /** A process that is ours. */
    void process(ProcessHandle handle) throws FaultFailedException {
        note(PROCESS, identity(handle));
    }

    /** A network namespace that is about to be made. */
    void namespace(String name) throws FaultFailedException {
        note(NAMESPACE, name);
    }

    /** A bridge that is about to be made. */
    void bridge(String name) throws FaultFailedException {
        note(BRIDGE, name);
    }

    /** A bridge that was not made: another run was faster, and it is that one's. */
    synchronized void withoutBridge(String name) throws FaultFailedException {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            lines.remove(BRIDGE + " " + name);
            Files.write(file, lines);
        } catch (IOException e) {
            throw new FaultFailedException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** A file system that is about to be mounted. */
    void mount(Path at) throws FaultFailedException {
        note(MOUNT, at.toString());
    }

    private synchronized void note(String kind, String what) throws FaultFailedException {
        try {
            Files.writeString(file, kind + " " + what + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new FaultFailedException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void remove(Path run, Consumer<String> progress) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(run));
        boolean clean = true;
        // Processes first: they hold what they use.
        lines.sort((one, other) -> Boolean.compare(isProcess(other), isProcess(one)));
        for (String line : lines) {
            int space = line.indexOf(' ');
            if (space > 0) {
                clean &= remove(line.substring(0, space), line.substring(space + 1), progress);
            }
        }
        if (clean) {
            Files.delete(run);
        }
    }

    private static boolean isProcess(String line) {
        return line.startsWith(PROCESS);
    }

    private static boolean remove(String kind, String what, Consumer<String> progress) {
        try {
            boolean was =
                    switch (kind) {
                        case PROCESS -> endProcess(what);
                        case NAMESPACE -> removeNamespace(what);
                        case BRIDGE -> removeInterface(what);
                        case MOUNT -> unmount(Path.of(what));
                        default -> false;
                    };
            if (was) {
                progress.accept("removed the %s %s that was left".formatted(kind, what));
            }
            return true;
        } catch (FaultFailedException e) {
            progress.accept("cannot remove what was left: " + e.getMessage());
            return false;
        }
    }

    private static boolean endProcess(String identity) throws FaultFailedException {
        Optional<ProcessHandle> alive = handle(identity);
        alive.ifPresent(handle -> {
            List<ProcessHandle> children = handle.descendants().toList();
            handle.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            handle.onExit().join();
        });
        long pid = pid(identity);
        if (ProcessHandle.of(pid).isEmpty()) {
            NodeClock.removeTraces(pid);
        }
        return alive.isPresent();
    }

    /** What stands for a network namespace in the file system. */
    static Path namespaceFile(String name) {
        return Path.of("/run/netns", name);
    }

    /** Removes a network namespace; false if there is none. */
    static boolean removeNamespace(String name) throws FaultFailedException {
        if (!Files.exists(namespaceFile(name))) {
            return false;
        }
        ShellCommand.mustRun(List.of("ip", "netns", "delete", name));
        return true;
    }

    /** Removes a bridge or another interface of this machine; false if there is none. */
    static boolean removeInterface(String name) throws FaultFailedException {
        if (!Files.exists(Path.of("/sys/class/net", name))) {
            return false;
        }
        ShellCommand.mustRun(List.of("ip", "link", "delete", name));
        return true;
    }

    /** Unmounts a file system; false if there is none. */
    static boolean unmount(Path at) throws FaultFailedException {
        if (!Files.isDirectory(at)
                || ShellCommand.run(List.of("mountpoint", "-q", at.toString())).exitCode() != 0) {
            return false;
        }
        ShellCommand.mustRun(List.of("umount", "--lazy", at.toString()));
        return true;
    }

    /** Process id and start: an id alone may belong to another by now. */
    private static String identity(ProcessHandle handle) {
        return handle.pid()
                + "-"
                + handle.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
    }

    /** Of the process whose run this is: PID-START-CHANCE.run. */
    private static String identity(Path run) {
        String name = run.getFileName().toString();
        return name.substring(0, Math.max(0, name.lastIndexOf('-')));
    }

    private static boolean isAlive(String identity) {
        return handle(identity).isPresent();
    }

    /** Of an identity; 0, which no process has, if it is none. */
    private static long pid(String identity) {
        int dash = identity.indexOf('-');
        return dash < 1 ? 0 : Long.parseLong(identity.substring(0, dash));
    }

    private static Optional<ProcessHandle> handle(String identity) {
        return ProcessHandle.of(pid(identity))
                .filter(ProcessHandle::isAlive)
                .filter(handle -> identity(handle).equals(identity));
    }

    /** Removes what is still there, which is nothing where everything was undone. */
    @Override
    public void close() {
        if (Files.exists(file)) {
            try {
                remove(file, System.err::println);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
