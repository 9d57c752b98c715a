package io.skein.lab.target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process of ours with its log; stopped as one asks it to, and by force after some seconds. */
final class LocalProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 10;
    private static final int TAIL_LINES = 5;

    private final Process process;
    private final Path log;

    private LocalProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a command in this directory; both of its outputs go to the log.
     *
     * @throws TargetFailedException if there is no such program
     */
    static LocalProcess start(
            List<String> command, Map<String, String> environment, Path directory, Path log)
            throws TargetFailedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new LocalProcess(process, log);
        } catch (IOException e) {
            throw new TargetFailedException(
                    "cannot start %s: %s".formatted(command.getFirst(), e.getMessage()), e);
        }
    }

    /**
     * Waits for its end.
     *
     * @return the exit code, -1 if this thread was interrupted
     */
    int awaitEnd() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** The exit code, null while it runs. */
    @Nullable Integer exitCode() {
        return process.isAlive() ? null : process.exitValue();
    }

    /** It and what it started, as far as they live. */
    Set<Long> pids() {
        Set<Long> pids = new TreeSet<>();
        if (process.isAlive()) {
            pids.add(process.pid());
            process.descendants()
                    .filter(ProcessHandle::isAlive)
                    .forEach(child -> pids.add(child.pid()));
        }
        return pids;
    }

    /** Why it ended, with the end of its log; null while it lives. */
    @Nullable String ended() {
        Integer code = exitCode();
        return code == null
                ? null
                : "it ended with exit code %d: %s (log: %s)".formatted(code, tail(), log);
    }

    /** The last lines of the log. */
    String tail() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.filter(line -> !line.isBlank()).toList();
            return String.join(
                    " | ", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
