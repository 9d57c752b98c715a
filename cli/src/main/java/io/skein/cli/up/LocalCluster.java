package io.skein.cli.up;

import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as child processes: started together, watched, and stopped together. A node that dies is
 * reported and, unless it was asked for, left dead: a fault is to be seen. Any thread may call.
 */
public final class LocalCluster {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 50;

    /** A node that lived this long is not one that cannot start. */
    private static final Duration LONG_LIFE = Duration.ofSeconds(30);

    private static final int RESTART_SECONDS_MAXIMUM = 32;

    private final Launcher launcher;
    private final boolean restart;
    private final Consumer<String> report;
    private final NodesFile file;
    private final String startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();

    // Guarded by this.
    private final Map<NodePlan, NodeProcess> processes = new HashMap<>();
    private final Map<NodePlan, Integer> restarts = new HashMap<>();

    /** Those that were told to end. */
    private final Set<NodeProcess> leaving = new HashSet<>();

    private ClusterPlan plan;
    private State state = State.STARTING;
    private @Nullable NodePlan deadAtStart;
    private @Nullable DirectoryLock lock;
    private @Nullable ControlSocket control;

    private enum State {
        STARTING,
        READY,
        STOPPED
    }

    /**
     * A cluster that was not started.
     *
     * @param restart whether a node that dies is started again
     * @param report told one line at a time what happens, by any thread
     */
    public LocalCluster(
            ClusterPlan plan, Launcher launcher, boolean restart, Consumer<String> report) {
        this.plan = plan;
        this.launcher = launcher;
        this.restart = restart;
        this.report = report;
        this.file = new NodesFile(plan.nodesFile());
    }

    /**
     * Starts all nodes; {@link #awaitReady} tells whether they come up. Does nothing once stopped.
     *
     * @throws ClusterFailedException if a port, a directory or the command cannot be used; what was
     *     started lives on until {@link #stop}
     */
    public synchronized void start() throws ClusterFailedException {
        if (state == State.STOPPED) {
            return;
        }
        lock = plan.reserve();
        plan = plan.configure();
        for (NodePlan node : plan.nodes()) {
            try {
                launch(node);
            } catch (IOException e) {
                throw new ClusterFailedException(
                        "%s could not be started: %s".formatted(node.name(), e.getMessage()));
            }
        }
        try {
            file.write(describe());
        } catch (IOException e) {
            throw new ClusterFailedException(plan.nodesFile() + " cannot be written: " + e);
        }
        control = listen();
    }

    private @Nullable ControlSocket listen() {
        try {
            return ControlSocket.listen(plan.controlSocket(), new Changes(this));
        } catch (IOException | UnsupportedOperationException e) {
            report.accept(
                    "'skein node' will not reach this cluster: %s cannot be used (%s)"
                            .formatted(plan.controlSocket(), e.getMessage()));
            return null;
        }
    }

    private void launch(NodePlan node) throws IOException {
        NodeProcess process =
                NodeProcess.start(launcher.supervised(node), node.directory(), node.log());
        processes.put(node, process);
        Instant birth = Instant.now();
        process.onExit().thenAccept(ended -> died(node, ended, birth));
    }

    /**
     * Waits until every node serves clients and sees all others, and reports each.
     *
     * @throws ClusterFailedException if a node dies before, or time runs out; the message has what
     *     the node wrote last
     */
    public void awaitReady(Duration limit) throws ClusterFailedException, InterruptedException {
        long start = System.nanoTime();
        Set<NodePlan> missing = new LinkedHashSet<>(plan().nodes());
        int all = missing.size();
        AdminClient admin = new AdminClient();
        while (!missing.isEmpty()) {
            for (NodePlan node : List.copyOf(missing)) {
                if (isReady(admin, node, all)) {
                    missing.remove(node);
                    report.accept(
                            "%s ready after %.1f s  %s  admin %s"
                                    .formatted(
                                            node.name(),
                                            (System.nanoTime() - start) / 1e9,
                                            node.mqttUrl(),
                                            node.adminUrl()));
                }
            }
            if (!missing.isEmpty() && System.nanoTime() - start > limit.toNanos()) {
                throw notReady(missing, limit);
            }
            pause(!missing.isEmpty());
        }
        becomeReady();
    }

    private static boolean isReady(AdminClient admin, NodePlan node, int members) {
        try {
            return admin.isReady(node.adminUrl()) && admin.nodes(node.adminUrl()).size() >= members;
        } catch (IOException e) {
            return false; // it answers differently in a moment, or time runs out
        }
    }

    /** Lets a moment pass, or less if a node dies. */
    private synchronized void pause(boolean wait)
            throws ClusterFailedException, InterruptedException {
        if (wait && deadAtStart == null && state == State.STARTING) {
            TimeUnit.MILLISECONDS.timedWait(this, POLL_MILLIS);
        }
        NodePlan dead = deadAtStart;
        if (dead != null) {
            NodeProcess process = process(dead);
            throw new ClusterFailedException(
                    "%s %s while it started; it wrote to %s:%s"
                            .formatted(
                                    dead.name(), process.ending(), dead.log(), process.logTail()));
        }
        if (state == State.STOPPED) {
            throw new ClusterFailedException("stopped before the cluster was ready");
        }
    }

    private synchronized ClusterFailedException notReady(Set<NodePlan> missing, Duration limit) {
        NodePlan first = missing.iterator().next();
        return new ClusterFailedException(
                "%s %s not ready after %d s; %s wrote last to %s:%s"
                        .formatted(
                                String.join(", ", missing.stream().map(NodePlan::name).toList()),
                                missing.size() == 1 ? "was" : "were",
                                limit.toSeconds(),
                                first.name(),
                                first.log(),
                                process(first).logTail()));
    }

    private NodeProcess process(NodePlan node) {
        return Objects.requireNonNull(processes.get(node), "every node has been started");
    }

    private synchronized void becomeReady() {
        if (state == State.STARTING) {
            state = State.READY;
            publish();
        }
    }

    private synchronized void died(NodePlan node, NodeProcess process, Instant birth) {
        if (state == State.STOPPED || leaving.remove(process)) {
            return;
        }
        if (state == State.STARTING) {
            deadAtStart = deadAtStart == null ? node : deadAtStart;
            notifyAll();
            return;
        }
        publish();
        String what = "%s (pid %d) %s".formatted(node.name(), process.pid(), process.ending());
        if (restart) {
            restartLater(node, what, birth);
        } else {
            report.accept(
                    "%s; what it wrote: %s; restart it with: %s"
                            .formatted(what, node.log(), Launcher.typed(launcher.restart(node))));
        }
    }

    private void restartLater(NodePlan node, String what, Instant birth) {
        boolean livedLong = birth.plus(LONG_LIFE).isBefore(Instant.now());
        int attempt = livedLong ? 0 : restarts.getOrDefault(node, 0);
        restarts.put(node, attempt + 1);
        int seconds = attempt == 0 ? 0 : Math.min(RESTART_SECONDS_MAXIMUM, 1 << (attempt - 1));
        report.accept(
                "%s; %s"
                        .formatted(
                                what,
                                seconds == 0
                                        ? "it is started again"
                                        : "it is started again in %d s".formatted(seconds)));
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(() -> relaunch(node));
    }

    private synchronized void relaunch(NodePlan node) {
        if (state == State.STOPPED || !plan.nodes().contains(node)) {
            return;
        }
        try {
            launch(node);
            publish();
        } catch (IOException e) {
            report.accept("%s could not be started: %s".formatted(node.name(), e.getMessage()));
        }
    }

    /** What the cluster is to be. */
    synchronized ClusterPlan plan() {
        return plan;
    }

    /**
     * Makes the cluster another one for all nodes that start from here on; none is started or
     * stopped.
     *
     * @throws ClusterFailedException if the cluster does not serve yet, or does no longer, or a
     *     configuration cannot be written
     */
    synchronized ClusterPlan change(ClusterPlan next) throws ClusterFailedException {
        checkServes();
        plan = next.configure();
        processes.keySet().retainAll(plan.nodes());
        publish();
        return plan;
    }

    private void checkServes() throws ClusterFailedException {
        if (state != State.READY) {
            throw new ClusterFailedException(
                    state == State.STOPPED ? "the cluster stops" : "the cluster still starts");
        }
    }

    /** The nodes that run. */
    synchronized List<NodePlan> running() {
        return plan.nodes().stream().filter(this::isRunning).toList();
    }

    private boolean isRunning(NodePlan node) {
        NodeProcess process = processes.get(node);
        return process != null && process.isAlive();
    }

    /**
     * Starts a node that does not run.
     *
     * @throws ClusterFailedException if it cannot be started, or the cluster stops
     */
    synchronized void begin(NodePlan node) throws ClusterFailedException {
        checkServes();
        try {
            launch(node);
            publish();
        } catch (IOException e) {
            throw new ClusterFailedException(
                    "%s could not be started: %s".formatted(node.name(), e.getMessage()));
        }
    }

    /**
     * Waits until a node serves clients and sees all others that run.
     *
     * @throws ClusterFailedException if it dies before, time runs out, or the cluster stops
     */
    void awaitMember(NodePlan node, Duration limit)
            throws ClusterFailedException, InterruptedException {
        long start = System.nanoTime();
        AdminClient admin = new AdminClient();
        while (!isReady(admin, node, running().size())) {
            synchronized (this) {
                checkServes();
                NodeProcess process = process(node);
                if (!process.isAlive()) {
                    throw new ClusterFailedException(
                            "%s %s while it started; it wrote to %s:%s"
                                    .formatted(
                                            node.name(),
                                            process.ending(),
                                            node.log(),
                                            process.logTail()));
                }
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw notReady(Set.of(node), limit);
                }
                TimeUnit.MILLISECONDS.timedWait(this, POLL_MILLIS);
            }
        }
    }

    /**
     * Ends a node by asking it to, and kills it if it does not within ten seconds. Returns when it
     * has ended; that is no fault that is reported.
     */
    void end(NodePlan node) {
        NodeProcess process;
        synchronized (this) {
            process = processes.get(node);
            if (state == State.STOPPED || process == null || !process.isAlive()) {
                return;
            }
            leaving.add(process);
        }
        end(List.of(process));
        synchronized (this) {
            publish();
        }
    }

    /**
     * Stops every node that was started here: asks each to end, and ends those that do not within
     * ten seconds. Returns when none is left.
     */
    public synchronized void stop() {
        if (state == State.STOPPED) {
            return;
        }
        state = State.STOPPED;
        notifyAll();
        if (control != null) {
            control.close();
        }
        if (!processes.isEmpty()) {
            List<NodeProcess> alive =
                    processes.values().stream().filter(NodeProcess::isAlive).toList();
            report.accept(
                    "stopping %d %s".formatted(alive.size(), alive.size() == 1 ? "node" : "nodes"));
            end(alive);
            publish();
        }
        if (lock != null) {
            try {
                lock.release();
            } catch (IOException e) {
                report.accept("%s is not tidy: %s".formatted(plan.directory(), e));
            }
        }
    }

    private void end(List<NodeProcess> alive) {
        alive.forEach(NodeProcess::terminate);
        if (!awaitEnd(alive, STOP_LIMIT)) {
            report.accept("a node did not stop within 10 s and is killed");
            alive.forEach(NodeProcess::kill);
            awaitEnd(alive, STOP_LIMIT);
        }
    }

    private static boolean awaitEnd(List<NodeProcess> processes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean ended = true;
        try {
            for (NodeProcess process : processes) {
                ended &= process.awaitEnd(Duration.ofNanos(deadline - System.nanoTime()));
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // whoever interrupts does not want to wait
        }
    }

    /** Writes the state of things; it is told, but stops nothing, if that is not possible. */
    private void publish() {
        try {
            file.write(describe());
        } catch (IOException e) {
            report.accept("%s cannot be written: %s".formatted(plan.nodesFile(), e));
        }
    }

    private NodesFile.Cluster describe() {
        List<NodesFile.Member> members = new ArrayList<>();
        for (NodePlan node : plan.nodes()) {
            NodeProcess process = processes.get(node);
            Long pid = process != null && process.isAlive() ? process.pid() : null;
            members.add(
                    new NodesFile.Member(
                            node.name(),
                            pid != null ? "running" : state == State.STOPPED ? "stopped" : "dead",
                            pid,
                            node.mqttUrl(),
                            node.adminUrl(),
                            node.directory().toString(),
                            node.configuration().toString(),
                            node.log().toString(),
                            launcher.restart(node)));
        }
        return new NodesFile.Cluster(
                plan.architecture(),
                switch (state) {
                    case STARTING -> "starting";
                    case READY -> "ready";
                    case STOPPED -> "stopped";
                },
                startedAt,
                state == State.STOPPED ? null : ProcessHandle.current().pid(),
                plan.nodes().getFirst().adminUrl() + "/",
                members);
    }

    /** The line that says where the cluster is to be found. */
    public String readyLine() {
        StringBuilder line =
                new StringBuilder(
                        "ready architecture=%s nodes=%d"
                                .formatted(plan.architecture(), plan.nodes().size()));
        plan.nodes().forEach(node -> line.append(' ').append(node.mqttUrl()));
        return line.append(" dashboard ")
                .append(plan.nodes().getFirst().adminUrl())
                .append('/')
                .toString();
    }
}
