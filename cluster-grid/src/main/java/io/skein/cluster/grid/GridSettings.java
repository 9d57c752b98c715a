package io.skein.cluster.grid;

import io.skein.cluster.ArchitectureOption;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a grid node: what stands below {@code cluster} in the configuration.
 *
 * @param self how the others know this node
 * @param cluster the cluster's name; nodes of another one are not met
 * @param secret what all nodes of the cluster know, for their links
 * @param bind where the grid's own protocol listens
 * @param seeds where members are looked for; never empty
 * @param link where links are accepted, port 0 for any free one
 * @param replicas on how many nodes each session is kept, 1 or more
 * @param minorityRefuses whether a part of the cluster without a majority refuses to serve
 */
record GridSettings(
        NodeInfo self,
        String cluster,
        String secret,
        InetSocketAddress bind,
        List<InetSocketAddress> seeds,
        InetSocketAddress link,
        int replicas,
        boolean minorityRefuses) {
    static final String NAME = "name";
    static final String SECRET = "secret";
    static final String BIND = "bind";
    static final String SEEDS = "seeds";
    static final String LINK = "link";
    static final String REPLICAS = "replicas";
    static final String MINORITY = "minority";

    private static final int DEFAULT_PORT = 7800;
    private static final String REPLICAS_STANDARD = "2";

    /** How many nodes it takes for one to be outvoted. */
    private static final int MAJORITY_NODES = 3;

    private static final String BIND_STANDARD = "127.0.0.1:" + DEFAULT_PORT;

    /** What {@link #of} reads. */
    static final List<ArchitectureOption> OPTIONS =
            List.of(
                    option(
                            BIND,
                            "host:port",
                            BIND_STANDARD,
                            "Where the grid's own protocol listens.",
                            value -> address(BIND, value, 1)),
                    option(
                            LINK,
                            "host:port",
                            "any free port of the host of cluster.bind",
                            "Where links from other nodes are accepted; port 0 takes any that is free.",
                            value -> address(LINK, value, 0)),
                    option(
                            MINORITY,
                            "refuse or serve",
                            "refuse with 3 seeds or more, otherwise serve",
                            "Whether a part of the cluster without a majority serves clients.",
                            value -> minorityRefuses(value, MAJORITY_NODES)),
                    option(
                            NAME,
                            "text",
                            "skein",
                            "Name of the cluster; nodes of another one are not met.",
                            _ -> {}),
                    option(
                            REPLICAS,
                            "1 or more",
                            REPLICAS_STANDARD,
                            "On how many nodes each session is kept.",
                            GridSettings::replicas),
                    new ArchitectureOption(
                            SECRET,
                            "text",
                            "",
                            "What all nodes of the cluster know and show each other on their links.",
                            true,
                            _ -> {}),
                    option(
                            SEEDS,
                            "host:port, several with commas or as a list",
                            "the node itself",
                            "Where members of the cluster are looked for.",
                            GridSettings::seeds));

    private static ArchitectureOption option(
            String name,
            String values,
            String standard,
            String description,
            Consumer<String> check) {
        return new ArchitectureOption(name, values, standard, description, false, check);
    }

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException if one is wrong or not known
     */
    static GridSettings of(NodeSettings settings) {
        Map<String, String> options = settings.options();
        List<String> names = OPTIONS.stream().map(ArchitectureOption::name).toList();
        for (String name : options.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "the grid architecture has no option '%s'; it has %s"
                                .formatted(name, String.join(", ", names)));
            }
        }
        InetSocketAddress bind = address(BIND, options.getOrDefault(BIND, BIND_STANDARD), 1);
        List<InetSocketAddress> seeds = seeds(options.getOrDefault(SEEDS, ""));
        if (seeds.isEmpty()) {
            seeds.add(bind);
        }
        String link = options.getOrDefault(LINK, bind.getAddress().getHostAddress() + ":0");
        return new GridSettings(
                settings.self(),
                options.getOrDefault(NAME, "skein"),
                options.getOrDefault(SECRET, ""),
                bind,
                List.copyOf(seeds),
                address(LINK, link, 0),
                replicas(options.getOrDefault(REPLICAS, REPLICAS_STANDARD)),
                minorityRefuses(options.get(MINORITY), seeds.size()));
    }

    private static List<InetSocketAddress> seeds(String value) {
        List<InetSocketAddress> seeds = new ArrayList<>();
        for (String seed : value.split(",", -1)) {
            if (!seed.isBlank()) {
                seeds.add(address(SEEDS, seed.strip(), 1));
            }
        }
        return seeds;
    }

    private static boolean minorityRefuses(@Nullable String value, int seeds) {
        if (value == null) {
            return seeds >= MAJORITY_NODES;
        }
        return switch (value) {
            case "refuse" -> true;
            case "serve" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "cluster.%s is 'refuse' or 'serve', not '%s'"
                                    .formatted(MINORITY, value));
        };
    }

    private static int replicas(String value) {
        try {
            int replicas = Integer.parseInt(value);
            if (replicas >= 1) {
                return replicas;
            }
        } catch (NumberFormatException noNumber) {
            // told below
        }
        throw new IllegalArgumentException(
                "cluster.%s is a number of nodes, 1 or more, not '%s'".formatted(REPLICAS, value));
    }

    private static InetSocketAddress address(String option, String value, int lowestPort) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? value : value.substring(0, colon);
        try {
            int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(value.substring(colon + 1));
            if (port >= lowestPort && port <= 65_535 && !host.isEmpty()) {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            }
        } catch (NumberFormatException | UnknownHostException wrong) {
            // told below
        }
        throw new IllegalArgumentException(
                "cluster.%s: '%s' is not host:port with a known host and a port from %d to 65535"
                        .formatted(option, value, lowestPort));
    }
}
