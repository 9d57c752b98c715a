package io.skein.lab.fault;

import io.skein.lab.StopSignal;
import io.skein.lab.target.NodeLaunch;
import io.skein.lab.target.Readiness;
import io.skein.lab.target.TargetFailedException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node of a target as a process of ours with everything that is its child, to be killed,
 * stopped, frozen and started again. Its standard input is a pipe that carries nothing and ends
 * with this process. Used by one thread at a time.
 */
public final class Node implements AutoCloseable {
    private static final long END_SECONDS = 30;
    private static final long STATE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int TAIL_LINES = 5;

    private final NodeLaunch launch;
    private final List<String> prefix;
    private final Path log;
    private final @Nullable String username;
    private final @Nullable String password;
    private final Leftovers leftovers;
    private @Nullable Process process;
    private List<ProcessHandle> frozen = List.of();

    /**
     * A node that is not started.
     *
     * @param prefix what stands before its command, as {@code ip netns exec NAME}
     * @param log what it prints is added to
     * @param username to see by CONNECT that it is ready, or null
     */
    public Node(
            NodeLaunch launch,
            List<String> prefix,
            Path log,
            @Nullable String username,
            @Nullable String password,
            Leftovers leftovers) {
        this.launch = launch;
        this.prefix = List.copyOf(prefix);
        this.log = log;
        this.username = username;
        this.password = password;
        this.leftovers = leftovers;
    }

    /** What is missing to see that a process is frozen, in words; null if nothing is. */
    public static @Nullable String missingToFreeze() {
        return ProcessStates.areKnown()
                ? null
                : "the state of processes is seen in /proc, which is not here";
    }

    /** Unique among the nodes. */
    public String name() {
        return launch.name();
    }

    /** How it is started. */
    public NodeLaunch launch() {
        return launch;
    }

    /** Whether its process lives, frozen or not. */
    public boolean isAlive() {
        Process started = process;
        return started != null && started.isAlive();
    }

    /**
     * Starts it; does not wait until it is ready.
     *
     * @throws FaultFailedException if its program cannot be started
     */
    public void start() throws FaultFailedException {
        if (isAlive()) {
            throw new IllegalStateException(name() + " runs");
        }
        List<String> command = new ArrayList<>(prefix);
        command.addAll(launch.command());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(launch.directory().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(launch.environment());
        try {
            Process started = builder.start();
            process = started;
            leftovers.process(started.toHandle());
        } catch (IOException e) {
            throw new FaultFailedException(
                    "cannot start %s: %s".formatted(name(), e.getMessage()), e);
        }
    }

    /**
     * Waits until it accepts an MQTT connection.
     *
     * @return how long that took, in words
     * @throws FaultFailedException if it does not; with the end of its log
     */
    public String awaitReady(StopSignal stop) throws FaultFailedException {
        long begin = System.nanoTime();
        try {
            Readiness.await(
                    launch.address(), username, password, launch.readySeconds(), this::ended, stop);
        } catch (TargetFailedException e) {
            throw new FaultFailedException(
                    "%s did not come back: %s; log: %s".formatted(name(), e.getMessage(), log), e);
        }
        return "%s (pid %d) accepts connections after %.1f s"
                .formatted(name(), started().pid(), (System.nanoTime() - begin) / 1e9);
    }

    /**
     * Waits until it listens, where it is no broker.
     *
     * @throws FaultFailedException if it does not; with the end of its log
     */
    public void awaitListening(StopSignal stop) throws FaultFailedException {
        try {
            Readiness.awaitListening(launch.address(), launch.readySeconds(), this::ended, stop);
        } catch (TargetFailedException e) {
            throw new FaultFailedException(
                    "%s did not start: %s; log: %s".formatted(name(), e.getMessage(), log), e);
        }
    }

    /** Why it does not run, with the end of its log; null while it does. */
    public @Nullable String ended() {
        Process last = process;
        if (last == null) {
            return "it was not started";
        }
        return last.isAlive()
                ? null
                : "it ended with exit code %d: %s".formatted(last.exitValue(), tail());
    }

    /**
     * Kills it and its children at once, as kill -9 does.
     *
     * @return the proof: how the process ended
     * @throws FaultFailedException if it lives on
     */
    public String kill() throws FaultFailedException {
        List<ProcessHandle> all = family();
        all.forEach(ProcessHandle::destroyForcibly);
        frozen = List.of();
        return awaitEnd(all);
    }

    /**
     * Asks it to end, as SIGTERM does, and waits.
     *
     * @return the proof: how the process ended
     * @throws FaultFailedException if it has not ended by itself within half a minute
     */
    public String terminate() throws FaultFailedException {
        List<ProcessHandle> all = family();
        started().destroy();
        return awaitEnd(all);
    }

    private String awaitEnd(List<ProcessHandle> all) throws FaultFailedException {
        Process ending = started();
        try {
            if (!ending.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new FaultFailedException(
                        "%s (pid %d) has not ended within %d s"
                                .formatted(name(), ending.pid(), END_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultFailedException("interrupted while " + name() + " ended", e);
        }
        await(all, "ended", handle -> !handle.isAlive());
        int code = ending.exitValue();
        return "pid %d ended with %s"
                .formatted(
                        ending.pid(), code > 128 ? "signal " + (code - 128) : "exit code " + code);
    }

    /**
     * Stops it and its children where they are, as SIGSTOP does.
     *
     * @return the proof: the state of each process as the kernel tells it
     * @throws FaultFailedException if it goes on
     */
    public String freeze() throws FaultFailedException {
        List<ProcessHandle> all = family();
        frozen = all;
        signal("STOP", all);
        await(all, "stopped", handle -> state(handle) == ProcessStates.STOPPED);
        return states(all);
    }

    /**
     * Lets it go on after {@link #freeze}.
     *
     * @return the proof: the state of each process as the kernel tells it
     * @throws FaultFailedException if it does not go on
     */
    public String thaw() throws FaultFailedException {
        List<ProcessHandle> all = frozen.stream().filter(ProcessHandle::isAlive).toList();
        if (all.isEmpty()) {
            throw new FaultFailedException(name() + " ended while it was frozen");
        }
        signal("CONT", all);
        frozen = List.of();
        await(all, "going on", handle -> state(handle) != ProcessStates.STOPPED);
        return states(all);
    }

    private static void signal(String signal, List<ProcessHandle> processes)
            throws FaultFailedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + signal + " \"$@\""));
        command.add("sh");
        processes.forEach(handle -> command.add(Long.toString(handle.pid())));
        ShellCommand.mustRun(command);
    }

    /** The process and all that it started, parents first. */
    private List<ProcessHandle> family() throws FaultFailedException {
        Process own = started();
        if (!own.isAlive()) {
            throw new FaultFailedException("%s does not run: %s".formatted(name(), ended()));
        }
        return Stream.concat(Stream.of(own.toHandle()), own.descendants()).toList();
    }

    private Process started() {
        Process last = process;
        if (last == null) {
            throw new IllegalStateException(name() + " was not started");
        }
        return last;
    }

    private void await(
            List<ProcessHandle> processes, String what, Predicate<ProcessHandle> condition)
            throws FaultFailedException {
        long deadline = System.nanoTime() + STATE_NANOS;
        StopSignal nobody = new StopSignal();
        while (!processes.stream().allMatch(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new FaultFailedException(
                        "%s is not %s: %s".formatted(name(), what, states(processes)));
            }
            nobody.await(PAUSE_NANOS);
        }
    }

    private static char state(ProcessHandle handle) {
        return ProcessStates.of(handle.pid());
    }

    private static String states(List<ProcessHandle> processes) {
        return processes.stream()
                .map(handle -> "pid %d in state %s".formatted(handle.pid(), state(handle)))
                .collect(Collectors.joining(", "));
    }

    private String tail() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.filter(line -> !line.isBlank()).toList();
            return String.join(
                    " | ", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /** Ends it with all its children, whatever state they are in. */
    @Override
    public void close() {
        Process last = process;
        if (last == null) {
            return;
        }
        List<ProcessHandle> children = last.descendants().toList();
        last.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            last.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
