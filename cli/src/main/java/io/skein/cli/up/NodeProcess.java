package io.skein.cli.up;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A node that was started. Its standard input is a pipe from here that carries nothing: when this
 * process ends, however it ends, the pipe ends, and the node with it. Any thread may use it.
 */
final class NodeProcess {
    private static final int TAIL_LINES = 15;
    private static final int TAIL_BYTES = 16_384;
    private static final int SIGNAL_BASE = 128;

    /** A wrong configuration, and java with -XX:+ExitOnOutOfMemoryError, which says so itself. */
    private static final int CONFIGURATION_OR_MEMORY = 3;

    private static final String NO_MEMORY = "java.lang.OutOfMemoryError";

    private final Process process;
    private final Path log;
    private final long logStartBytes;

    private NodeProcess(Process process, Path log, long logStartBytes) {
        this.process = process;
        this.log = log;
        this.logStartBytes = logStartBytes;
    }

    /**
     * Starts a command, which goes on writing to the log where an earlier one ended.
     *
     * @throws IOException if it cannot be started or the log cannot be written
     */
    static NodeProcess start(List<String> command, Path directory, Path log) throws IOException {
        long logStartBytes = Files.exists(log) ? Files.size(log) : 0;
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Redirect.PIPE)
                        .redirectOutput(Redirect.appendTo(log.toFile()));
        // Whoever started it here has built it: nodes that start together are not to build again.
        builder.environment().put("SKEIN_BUILD", "never");
        return new NodeProcess(builder.start(), log, logStartBytes);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the process has ended. */
    CompletableFuture<NodeProcess> onExit() {
        return process.onExit().thenApply(_ -> this);
    }

    /** Asks the node to end by itself. */
    void terminate() {
        process.destroy();
    }

    /** Ends the node; nothing is asked. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for the end; false if there was none in time. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
    }

    /** How the process ended, as the end of a sentence. */
    String ending() {
        int code = process.exitValue();
        return switch (code) {
            case CONFIGURATION_OR_MEMORY ->
                    logTail().contains(NO_MEMORY)
                            ? "had no memory left (exit code 3)"
                            : "could not use its configuration (exit code 3)";
            case SIGNAL_BASE + 9 -> "was killed (signal 9)";
            case SIGNAL_BASE + 15 -> "was told to end (signal 15)";
            default ->
                    code > SIGNAL_BASE
                            ? "was ended by signal " + (code - SIGNAL_BASE)
                            : "ended with exit code " + code;
        };
    }

    /** The last lines of what this process wrote, indented; empty if it wrote nothing. */
    String logTail() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(logStartBytes, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) Math.max(0, file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            StringBuilder tail = new StringBuilder();
            for (String line :
                    lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())) {
                tail.append("\n    ").append(line);
            }
            return tail.toString();
        } catch (IOException e) {
            return "\n    (%s cannot be read: %s)".formatted(log, e.getMessage());
        }
    }
}
