package io.skein.cli.up;

import io.skein.server.files.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a cluster is to be: where its nodes listen and where they keep what they keep.
 *
 * @param directory absolute
 * @param durability as the configuration of a node names it
 * @param shared settings of the architecture that are the same for all nodes, by their name below
 *     {@code cluster}
 * @param founders with how many nodes it begins
 * @param lastNumber the number in the name of the node that was named last
 */
public record ClusterPlan(
        String architecture,
        String durability,
        Path directory,
        List<NodePlan> nodes,
        Map<String, String> shared,
        int founders,
        int lastNumber) {
    /** As many as anybody will start on one machine. */
    public static final int NODES_MAXIMUM = 50;

    /** The architecture that knows no other nodes. */
    public static final String ALONE = "standalone";

    /** The architecture whose nodes are told of each other as links. */
    public static final String BRIDGE = "bridge";

    /** The architecture whose nodes meet in Redis and do not look for each other. */
    public static final String REDIS = "redis";

    /** With how many nodes one of a grid can be outvoted. */
    private static final int MAJORITY_NODES = 3;

    /**
     * Plans nodes that listen side by side; nothing is touched yet.
     *
     * @param basePort for clients of the first node; the others follow
     * @param adminPort for the admin API of the first node; the others follow
     * @throws ClusterFailedException if such a cluster is not possible
     */
    public static ClusterPlan of(
            String architecture,
            String durability,
            Path directory,
            int count,
            int basePort,
            int adminPort)
            throws ClusterFailedException {
        if (count < 1 || count > NODES_MAXIMUM) {
            throw new ClusterFailedException(
                    "%d nodes are not possible; --nodes takes 1 to %d"
                            .formatted(count, NODES_MAXIMUM));
        }
        if (architecture.equals(ALONE) && count > 1) {
            throw new ClusterFailedException(
                    "the standalone architecture is a cluster of one: use --nodes 1, or another"
                            + " --architecture");
        }
        checkRange("--base-port", basePort, count);
        checkRange("--admin-port", adminPort, count);
        if (Math.abs(basePort - adminPort) < count) {
            throw new ClusterFailedException(
                    "the ports of clients (%d to %d) and of the admin API (%d to %d) overlap"
                            .formatted(
                                    basePort,
                                    basePort + count - 1,
                                    adminPort,
                                    adminPort + count - 1));
        }
        Path root = directory.toAbsolutePath().normalize();
        List<NodePlan> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(node(root, i + 1, basePort + i, adminPort + i));
        }
        return new ClusterPlan(
                architecture, durability, root, List.copyOf(nodes), Map.of(), count, count);
    }

    private static NodePlan node(Path root, int number, int mqttPort, int adminPort) {
        String name = "node-" + number;
        return new NodePlan(name, root.resolve(name), mqttPort, adminPort, 0);
    }

    /** The same with settings of the architecture that all nodes have. */
    public ClusterPlan sharing(Map<String, String> settings) {
        return new ClusterPlan(
                architecture,
                durability,
                directory,
                nodes,
                Map.copyOf(settings),
                founders,
                lastNumber);
    }

    private ClusterPlan with(List<NodePlan> others, int number) {
        return new ClusterPlan(
                architecture, durability, directory, List.copyOf(others), shared, founders, number);
    }

    /**
     * The same and one node more, the last: with a name that none has had, and the first pair of
     * ports behind those of the others that is free.
     *
     * @throws ClusterFailedException if such a cluster is not possible, or no ports are free
     */
    ClusterPlan grown() throws ClusterFailedException {
        if (architecture.equals(ALONE)) {
            throw new ClusterFailedException("the standalone architecture is a cluster of one");
        }
        if (nodes.size() == NODES_MAXIMUM) {
            throw new ClusterFailedException(
                    "%d nodes are as many as one machine gets".formatted(NODES_MAXIMUM));
        }
        int mqttPort = nodes.stream().mapToInt(NodePlan::mqttPort).max().orElseThrow() + 1;
        int adminPort = nodes.stream().mapToInt(NodePlan::adminPort).max().orElseThrow() + 1;
        Set<Integer> taken = ports();
        while (mqttPort <= Ports.MAXIMUM && adminPort <= Ports.MAXIMUM) {
            if (isFree(mqttPort, taken) && isFree(adminPort, taken) && mqttPort != adminPort) {
                List<NodePlan> more = new ArrayList<>(nodes);
                more.add(node(directory, lastNumber + 1, mqttPort, adminPort));
                return with(more, lastNumber + 1);
            }
            mqttPort++;
            adminPort++;
        }
        throw new ClusterFailedException("no ports are free for another node");
    }

    private static boolean isFree(int port, Set<Integer> taken) {
        return !taken.contains(port) && Ports.unavailable(port).isEmpty();
    }

    /** The same without a node; its name is not given again. */
    ClusterPlan without(NodePlan node) {
        return with(nodes.stream().filter(other -> !other.equals(node)).toList(), lastNumber);
    }

    /** Whether nodes are told of each other at their start, and of changes only then. */
    boolean tellsNodesAtStart() {
        return architecture.equals(BRIDGE);
    }

    private boolean isGrid() {
        return !List.of(ALONE, BRIDGE, REDIS).contains(architecture);
    }

    private static void checkRange(String option, int port, int count)
            throws ClusterFailedException {
        if (port < 1 || port + count - 1 > Ports.MAXIMUM) {
            throw new ClusterFailedException(
                    "%s %d leaves no room for %d ports from 1 to %d"
                            .formatted(option, port, count, Ports.MAXIMUM));
        }
    }

    /** What is written for those who want to know the nodes. */
    public Path nodesFile() {
        return nodesFile(directory);
    }

    static Path nodesFile(Path directory) {
        return directory.resolve("nodes.json");
    }

    /** Where a cluster that runs is told to change. */
    Path controlSocket() {
        return ControlSocket.in(directory);
    }

    /**
     * Sees that every port is free and the directory can be written, and takes it.
     *
     * @throws ClusterFailedException if a port or the directory cannot be used
     */
    DirectoryLock reserve() throws ClusterFailedException {
        checkPorts();
        makeDirectory(directory);
        try {
            return DirectoryLock.take(directory);
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    /**
     * Chooses the ports that are left to choose, and writes each node's configuration.
     *
     * @return the plan with these ports
     * @throws ClusterFailedException if a directory cannot be written
     */
    ClusterPlan configure() throws ClusterFailedException {
        ClusterPlan whole = isGrid() ? withGridPorts() : this;
        for (NodePlan node : whole.nodes) {
            makeDirectory(node.directory());
            try {
                Files.writeString(node.configuration(), whole.configuration(node));
            } catch (IOException e) {
                throw unwritable(node.configuration(), e);
            }
        }
        return whole;
    }

    private ClusterPlan withGridPorts() throws ClusterFailedException {
        Set<Integer> taken = ports();
        List<NodePlan> all = new ArrayList<>();
        for (NodePlan node : nodes) {
            int port = node.gridPort();
            if (port == 0) {
                port = Ports.choose(1, nodes.getFirst().mqttPort(), taken).getFirst();
                taken.add(port);
            }
            all.add(node.withGridPort(port));
        }
        return with(all, lastNumber);
    }

    private Set<Integer> ports() {
        Set<Integer> ports = new HashSet<>();
        for (NodePlan node : nodes) {
            ports.addAll(List.of(node.mqttPort(), node.adminPort(), node.gridPort()));
        }
        return ports;
    }

    private void checkPorts() throws ClusterFailedException {
        List<String> problems = new ArrayList<>();
        for (NodePlan node : nodes) {
            checkPort(node.mqttPort(), "MQTT of " + node.name(), problems);
            checkPort(node.adminPort(), "admin API of " + node.name(), problems);
        }
        if (!problems.isEmpty()) {
            throw new ClusterFailedException(
                    String.join(", ", problems)
                            + "; stop what uses it, or choose others with --base-port and"
                            + " --admin-port");
        }
    }

    private static void checkPort(int port, String use, List<String> problems) {
        Ports.unavailable(port)
                .ifPresent(why -> problems.add("port %d (%s) %s".formatted(port, use, why)));
    }

    private static void makeDirectory(Path directory) throws ClusterFailedException {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "writable", ""));
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    private static ClusterFailedException unwritable(Path path, IOException e) {
        return new ClusterFailedException(
                "%s cannot be written (%s); choose another directory with --data"
                        .formatted(path, FileProblem.why(e)));
    }

    private String configuration(NodePlan node) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("# Written by 'skein up' when this cluster starts, grows or shrinks.\n");
        yaml.append("node:\n  name: ").append(node.name()).append('\n');
        yaml.append("data: ").append(quoted(node.directory().toString())).append('\n');
        yaml.append("durability: ").append(durability).append('\n');
        yaml.append("architecture: ").append(architecture).append('\n');
        yaml.append("listeners:\n  - bind: ").append(node.mqttAddress()).append('\n');
        yaml.append("admin:\n  bind: ").append(node.adminAddress()).append('\n');
        if (isGrid()) {
            yaml.append("cluster:\n  bind: ").append(node.gridAddress()).append('\n');
            yaml.append("  seeds: ")
                    .append(
                            nodes.stream()
                                    .map(NodePlan::gridAddress)
                                    .collect(Collectors.joining(",")))
                    .append('\n');
            yaml.append("  minority: ")
                    .append(founders < MAJORITY_NODES ? "serve" : "refuse")
                    .append('\n');
        }
        if (architecture.equals(BRIDGE)) {
            yaml.append(Islands.cluster(nodes, node));
        }
        if (!shared.isEmpty()) {
            yaml.append("cluster:\n");
            new TreeMap<>(shared)
                    .forEach((name, value) ->
                            yaml.append("  ")
                                    .append(name)
                                    .append(": ")
                                    .append(quoted(value))
                                    .append('\n'));
        }
        return yaml.toString();
    }

    /** A YAML scalar in which nothing has a meaning. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
