package io.skein.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A process that a test starts: what it prints is kept, and it does not outlive the test. */
final class Child implements AutoCloseable {
    /** Longer than anything here takes on a machine that is busy with other things. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final List<String> command;
    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Child(List<String> command, Path directory) throws IOException {
        this.command = command;
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SKEIN_"));
        this.process = builder.start();
        this.readers =
                List.of(
                        reader(process.getInputStream(), out),
                        reader(process.getErrorStream(), err));
    }

    /** Starts a program, from the PATH if it is only a name. */
    static Child start(List<String> command) {
        return start(command, Path.of(""));
    }

    /** Starts a program in a directory. */
    static Child start(List<String> command, Path directory) {
        try {
            return new Child(command, directory.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts {@code skein} as it lies in the distribution. */
    static Child skein(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("skein.home"), "skein").toString());
        command.addAll(List.of(arguments));
        return start(command);
    }

    /** This broker, or these nodes, as soon as they are ready; ended where they never are. */
    Child ready() {
        try {
            awaitOut("ready ");
            return this;
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private static Thread reader(InputStream stream, List<String> lines) {
        return Thread.ofVirtual()
                .start(() -> {
                    try (BufferedReader text =
                            new BufferedReader(
                                    new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        text.lines().forEach(lines::add);
                    } catch (IOException | UncheckedIOException e) {
                        lines.add("(" + e + ")");
                    }
                });
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Everything on standard output so far. */
    List<String> out() {
        return List.copyOf(out);
    }

    /** Everything on standard error so far. */
    List<String> err() {
        return List.copyOf(err);
    }

    /** Gives it a whole standard input. */
    void type(String text) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line of standard output that contains this, as soon as it is there. */
    String awaitOut(String part) {
        return awaitLine(out, line -> line.contains(part));
    }

    /** The first line of standard error in which this is found, as soon as it is there. */
    String awaitErr(Pattern pattern) {
        return awaitLine(err, pattern.asPredicate());
    }

    /** Waits for something that this process has a part in; what it said is in the failure. */
    void await(BooleanSupplier condition) {
        try {
            Awaitility.await().pollInterval(POLL).atMost(LIMIT).until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("waited in vain: " + this, e);
        }
    }

    private String awaitLine(List<String> lines, Predicate<String> wanted) {
        await(() -> lines.stream().anyMatch(wanted) || !process.isAlive());
        awaitReaders(process.isAlive());
        return lines.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("never said: " + this));
    }

    private void awaitReaders(boolean alive) {
        if (!alive) {
            await(() -> readers.stream().noneMatch(Thread::isAlive));
        }
    }

    /** The exit code, as soon as it has ended. */
    int awaitExit() {
        await(() -> !process.isAlive());
        awaitReaders(false);
        return process.exitValue();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "'%s' %s\nout:\n%s\nerr:\n%s"
                .formatted(
                        String.join(" ", command),
                        process.isAlive() ? "runs" : "ended with " + process.exitValue(),
                        String.join("\n", out),
                        String.join("\n", err));
    }
}
