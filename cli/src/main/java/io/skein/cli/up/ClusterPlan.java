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
 * A cluster before it is started: where its nodes listen and where they keep what they keep.
 *
 * @param directory absolute
 * @param durability as the configuration of a node names it
 * @param shared settings of the architecture that are the same for all nodes, by their name below
 *     {@code cluster}
 */
public record ClusterPlan(
        String architecture,
        String durability,
        Path directory,
        List<NodePlan> nodes,
        Map<String, String> shared) {
    /** As many as anybody will start on one machine. */
    public static final int NODES_MAXIMUM = 50;

    /** The architecture that knows no other nodes. */
    public static final String ALONE = "standalone";

    /** The architecture whose nodes are told of each other as links. */
    private static final String BRIDGE = "bridge";

    /** The architecture whose nodes meet in Redis and do not look for each other. */
    public static final String REDIS = "redis";

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
            String name = "node-" + (i + 1);
            nodes.add(new NodePlan(name, root.resolve(name), basePort + i, adminPort + i));
        }
        return new ClusterPlan(architecture, durability, root, List.copyOf(nodes), Map.of());
    }

    /** The same with settings of the architecture that all nodes have. */
    public ClusterPlan sharing(Map<String, String> settings) {
        return new ClusterPlan(architecture, durability, directory, nodes, Map.copyOf(settings));
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
        return directory.resolve("nodes.json");
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
     * Writes each node's configuration.
     *
     * @throws ClusterFailedException if a directory cannot be written
     */
    void configure() throws ClusterFailedException {
        List<Integer> between = List.of();
        if (!List.of(ALONE, BRIDGE, REDIS).contains(architecture)) {
            between = Ports.choose(nodes.size(), nodes.getFirst().mqttPort(), ports());
        }
        for (int i = 0; i < nodes.size(); i++) {
            NodePlan node = nodes.get(i);
            makeDirectory(node.directory());
            try {
                Files.writeString(node.configuration(), configuration(i, between));
            } catch (IOException e) {
                throw unwritable(node.configuration(), e);
            }
        }
    }

    private Set<Integer> ports() {
        Set<Integer> ports = new HashSet<>();
        for (NodePlan node : nodes) {
            ports.add(node.mqttPort());
            ports.add(node.adminPort());
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

    private String configuration(int index, List<Integer> between) {
        NodePlan node = nodes.get(index);
        StringBuilder yaml = new StringBuilder();
        yaml.append("# Written by 'skein up' each time it starts this cluster.\n");
        yaml.append("node:\n  name: ").append(node.name()).append('\n');
        yaml.append("data: ").append(quoted(node.directory().toString())).append('\n');
        yaml.append("durability: ").append(durability).append('\n');
        yaml.append("architecture: ").append(architecture).append('\n');
        yaml.append("listeners:\n  - bind: ").append(node.mqttAddress()).append('\n');
        yaml.append("admin:\n  bind: ").append(node.adminAddress()).append('\n');
        if (!between.isEmpty()) {
            yaml.append("cluster:\n  bind: ").append(address(between.get(index))).append('\n');
            yaml.append("  seeds: ")
                    .append(
                            between.stream()
                                    .map(ClusterPlan::address)
                                    .collect(Collectors.joining(",")))
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

    private static String address(int port) {
        return NodePlan.HOST + ":" + port;
    }

    /** A YAML scalar in which nothing has a meaning. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
