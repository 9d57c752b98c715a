package io.skein.cluster.grid;

import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    private static final Set<String> OPTIONS =
            new TreeSet<>(Set.of(NAME, SECRET, BIND, SEEDS, LINK, REPLICAS, MINORITY));

    private static final int DEFAULT_PORT = 7800;

    /** How many nodes it takes for one to be outvoted. */
    private static final int MAJORITY_NODES = 3;

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException if one is wrong or not known
     */
    static GridSettings of(NodeSettings settings) {
        Map<String, String> options = settings.options();
        for (String name : options.keySet()) {
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException(
                        "the grid architecture has no option '%s'; it has %s"
                                .formatted(name, String.join(", ", OPTIONS)));
            }
        }
        InetSocketAddress bind =
                address(BIND, options.getOrDefault(BIND, "127.0.0.1:" + DEFAULT_PORT), 1);
        List<InetSocketAddress> seeds = new ArrayList<>();
        for (String seed : options.getOrDefault(SEEDS, "").split(",", -1)) {
            if (!seed.isBlank()) {
                seeds.add(address(SEEDS, seed.strip(), 1));
            }
        }
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
                replicas(options.getOrDefault(REPLICAS, "2")),
                minorityRefuses(options.get(MINORITY), seeds.size()));
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
                            "cluster."
                                    + "cluster."
                                    + MINORITY
                                    + " is 'refuse' or 'serve', not '"
                                    + value
                                    + "'");
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
                "cluster."
                        + "cluster."
                        + REPLICAS
                        + " is a number of nodes, 1 or more, not '"
                        + value
                        + "'");
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
