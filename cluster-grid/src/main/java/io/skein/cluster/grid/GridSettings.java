package io.skein.cluster.grid;

import io.skein.cluster.ArchitectureOption;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.link.NodeTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a grid node: what stands below {@code cluster} in the configuration.
 *
 * @param self how the others know this node
 * @param cluster the cluster's name; nodes of another one are not met
 * @param secret what all nodes of the cluster know, for their links
 * @param tls how everything between nodes is encrypted; null where it is not
 * @param bind where the grid's own protocol listens
 * @param discovery how members are found
 * @param expectedNodes how many nodes there will be, 1 or more; nothing begins before most of them
 *     have met
 * @param link where links are accepted, port 0 for any free one
 * @param replicas on how many nodes each session is kept, 1 or more
 * @param minorityRefuses whether a part of the cluster without a majority refuses to serve
 * @param loop the node's only event loop, or null
 */
record GridSettings(
        NodeInfo self,
        String cluster,
        String secret,
        @Nullable NodeTls tls,
        InetSocketAddress bind,
        Discovery discovery,
        int expectedNodes,
        InetSocketAddress link,
        int replicas,
        boolean minorityRefuses,
        @Nullable Executor loop) {
    static final String NAME = "name";
    static final String SECRET = "secret";
    static final String BIND = "bind";
    static final String SEEDS = Discovery.SEEDS;
    static final String EXPECTED_NODES = "expected-nodes";
    static final String LINK = "link";
    static final String REPLICAS = "replicas";
    static final String MINORITY = "minority";
    static final String CERTIFICATE = "tls-certificate";
    static final String KEY = "tls-key";
    static final String AUTHORITY = "tls-authority";
    static final String UNPROTECTED = "allow-unprotected";

    private static final int SECRET_LENGTH = 16;
    private static final int DEFAULT_PORT = 7800;
    private static final String REPLICAS_STANDARD = "2";

    /** How many nodes it takes for one to be outvoted. */
    private static final int MAJORITY_NODES = 3;

    private static final String BIND_STANDARD = "127.0.0.1:" + DEFAULT_PORT;

    /** What {@link #of} reads. */
    static final List<ArchitectureOption> OPTIONS =
            List.of(
                    option(
                            UNPROTECTED,
                            "true or false",
                            "false",
                            "Lets a node without a secret and without certificates be reached by other"
                                    + " machines: whoever reaches it can join, and read everything.",
                            GridSettings::flag),
                    option(
                            BIND,
                            "host:port",
                            BIND_STANDARD,
                            "Where the grid's own protocol listens; 0.0.0.0 stands for the address"
                                    + " of this machine, if it has one only.",
                            value -> address(BIND, value, 1)),
                    option(
                            Discovery.OPTION,
                            "seeds, multicast or dns",
                            Discovery.BY_SEEDS,
                            "How nodes find each other.",
                            Discovery::kind),
                    option(
                            Discovery.DNS_NAME,
                            "a name",
                            "",
                            "Name that has the addresses of all nodes, with discovery: dns; they"
                                    + " listen on the port of cluster.bind, or where its SRV records"
                                    + " say if it begins with an underscore.",
                            Discovery::name),
                    option(
                            Discovery.DNS_SERVER,
                            "host:port",
                            "those that the system asks",
                            "Who is asked for that name.",
                            Discovery::server),
                    option(
                            EXPECTED_NODES,
                            "1 or more",
                            "the number of seeds; has to be said where there are none",
                            "How many nodes the cluster will have: it begins when most of them have"
                                    + " met.",
                            value -> count(EXPECTED_NODES, value)),
                    option(
                            LINK,
                            "host:port",
                            "any free port of the host of cluster.bind",
                            "Where links from other nodes are accepted; port 0 takes any that is free.",
                            value -> address(LINK, value, 0)),
                    option(
                            MINORITY,
                            "refuse or serve",
                            "refuse with 3 expected nodes or more, otherwise serve",
                            "Whether a part of the cluster without a majority serves clients.",
                            value -> minorityRefuses(value, MAJORITY_NODES)),
                    option(
                            Discovery.MULTICAST,
                            "group:port",
                            Discovery.GROUP_STANDARD,
                            "Where nodes call each other with discovery: multicast; clusters of"
                                    + " different names may share it.",
                            Discovery::group),
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
                            value -> count(REPLICAS, value)),
                    new ArchitectureOption(
                            SECRET,
                            "text",
                            "",
                            "What all nodes of the cluster know, 16 characters at least and hard to"
                                    + " guess; everything between them is encrypted with it then.",
                            true,
                            GridSettings::secret),
                    option(
                            SEEDS,
                            "host:port, several with commas or as a list",
                            "the node itself",
                            "Where members of the cluster are looked for with discovery: seeds; all"
                                    + " nodes of it.",
                            Discovery::addresses),
                    option(
                            AUTHORITY,
                            "a file with certificates in PEM",
                            "",
                            "Who has issued the certificates of the cluster's nodes; a node with"
                                    + " another's is refused.",
                            _ -> {}),
                    option(
                            CERTIFICATE,
                            "a file with a certificate chain in PEM",
                            "",
                            "What this node shows the others; everything between them is encrypted"
                                    + " with it then, and not with the secret.",
                            _ -> {}),
                    option(
                            KEY,
                            "a file with a private key in PEM (PKCS 8)",
                            "",
                            "The key of cluster.tls-certificate.",
                            _ -> {}));

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
    static GridSettings of(NodeInfo self, Map<String, String> options, @Nullable Executor loop) {
        List<String> names = OPTIONS.stream().map(ArchitectureOption::name).toList();
        for (String name : options.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "the grid architecture has no option '%s'; it has %s"
                                .formatted(name, String.join(", ", names)));
            }
        }
        InetSocketAddress bind = address(BIND, options.getOrDefault(BIND, BIND_STANDARD), 1);
        InetSocketAddress link =
                address(
                        LINK,
                        options.getOrDefault(LINK, bind.getAddress().getHostAddress() + ":0"),
                        0);
        String cluster = options.getOrDefault(NAME, "skein");
        String secret = options.getOrDefault(SECRET, "");
        secret(secret);
        NodeTls tls = tls(options, cluster, secret);
        if (tls == null
                && !flag(options.getOrDefault(UNPROTECTED, "false"))
                && !(bind.getAddress().isLoopbackAddress()
                        && link.getAddress().isLoopbackAddress())) {
            boolean open = !bind.getAddress().isLoopbackAddress();
            throw new IllegalArgumentException(
                    "other machines can reach cluster.%s %s, and whoever does can join: set cluster.%s or cluster.%s, or cluster.%s: true"
                            .formatted(
                                    open ? BIND : LINK,
                                    (open ? bind : link).getAddress().getHostAddress(),
                                    SECRET,
                                    CERTIFICATE,
                                    UNPROTECTED));
        }
        InetSocketAddress own = OwnAddress.of(BIND, bind);
        Discovery discovery = Discovery.of(options, own);
        int expectedNodes = expectedNodes(options.get(EXPECTED_NODES), discovery);
        return new GridSettings(
                self,
                cluster,
                secret,
                tls,
                own,
                discovery,
                expectedNodes,
                link.getAddress().isAnyLocalAddress()
                        ? new InetSocketAddress(own.getAddress(), link.getPort())
                        : link,
                count(REPLICAS, options.getOrDefault(REPLICAS, REPLICAS_STANDARD)),
                minorityRefuses(options.get(MINORITY), expectedNodes),
                loop);
    }

    private static @Nullable NodeTls tls(
            Map<String, String> options, String cluster, String secret) {
        List<String> files =
                Stream.of(CERTIFICATE, KEY, AUTHORITY)
                        .map(name -> options.getOrDefault(name, ""))
                        .toList();
        if (files.stream().allMatch(String::isEmpty)) {
            return secret.isEmpty() ? null : NodeTls.ofSecret(cluster, secret);
        }
        if (files.contains("")) {
            throw new IllegalArgumentException(
                    "cluster.%s, cluster.%s and cluster.%s belong together"
                            .formatted(CERTIFICATE, KEY, AUTHORITY));
        }
        return NodeTls.ofFiles(Path.of(files.get(0)), Path.of(files.get(1)), Path.of(files.get(2)));
    }

    private static void secret(String value) {
        if (!value.isEmpty() && value.length() < SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "cluster.%s has %d characters; it takes %d at least"
                            .formatted(SECRET, value.length(), SECRET_LENGTH));
        }
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "cluster.%s is 'true' or 'false', not '%s'"
                                    .formatted(UNPROTECTED, value));
        };
    }

    private static int expectedNodes(@Nullable String value, Discovery discovery) {
        if (value != null) {
            return count(EXPECTED_NODES, value);
        }
        return switch (discovery) {
            case Discovery.Seeds(List<InetSocketAddress> addresses) -> addresses.size();
            case Discovery.Multicast _, Discovery.Dns _ ->
                    throw new IllegalArgumentException(
                            "cluster.%s is needed where cluster.%s names nobody: a node could not know"
                                            .formatted(EXPECTED_NODES, SEEDS)
                                    + " otherwise whether most of the others are there");
        };
    }

    private static boolean minorityRefuses(@Nullable String value, int nodes) {
        if (value == null) {
            return nodes >= MAJORITY_NODES;
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

    private static int count(String option, String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException noNumber) {
            // told below
        }
        throw new IllegalArgumentException(
                "cluster.%s is a number of nodes, 1 or more, not '%s'".formatted(option, value));
    }

    static InetSocketAddress address(String option, String value, int lowestPort) {
        return address(option, value, lowestPort, DEFAULT_PORT);
    }

    /** An address; the port where it has none is the last of these. */
    static InetSocketAddress address(String option, String value, int lowestPort, int noPort) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? value : value.substring(0, colon);
        try {
            int port = colon < 0 ? noPort : Integer.parseInt(value.substring(colon + 1));
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
