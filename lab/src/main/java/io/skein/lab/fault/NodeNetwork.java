package io.skein.lab.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace for each node and one bridge that joins them with this machine. A cut between
 * two nodes is a neighbour that nobody is: what each sends to the other leaves and arrives nowhere,
 * as behind a dead switch. Needs root. Used by one thread at a time.
 */
public final class NodeNetwork implements AutoCloseable {
    private static final int NETWORKS = 250;
    private static final int FIRST_HOST = 10;
    private static final String NOBODY = "02:00:de:ad:00:01";
    private static final String INTERFACE = NetworkNamespace.INTERFACE;
    private static final String PROBE_SECONDS = "1";

    private final int number;
    private final List<String> hosts;
    private final List<NetworkNamespace> namespaces = new ArrayList<>();
    private final Leftovers leftovers;

    private NodeNetwork(int number, int nodes, Leftovers leftovers) {
        this.number = number;
        this.leftovers = leftovers;
        List<String> addresses = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            addresses.add("10.213.%d.%d".formatted(number, FIRST_HOST + node));
        }
        this.hosts = List.copyOf(addresses);
    }

    /** What is missing to make networks, in words; null if nothing is. */
    public static @Nullable String missing() {
        String missing = NetworkNamespace.missing();
        if (missing != null) {
            return missing;
        }
        try {
            ShellCommand.mustRun(List.of("bash", "-c", "true"));
            ShellCommand.mustRun(List.of("timeout", PROBE_SECONDS, "true"));
            return null;
        } catch (FaultFailedException e) {
            return "a look from one node at another needs bash and timeout: " + e.getMessage();
        }
    }

    /**
     * Makes a network with so many nodes.
     *
     * @throws FaultFailedException if that is not possible; nothing is left then
     */
    public static NodeNetwork open(int nodes, Leftovers leftovers) throws FaultFailedException {
        NodeNetwork network = new NodeNetwork(newBridge(leftovers), nodes, leftovers);
        try {
            network.make();
            return network;
        } catch (FaultFailedException e) {
            network.close();
            throw e;
        }
    }

    /** Makes a bridge of a number that no other run has, though several begin at the same time. */
    private static int newBridge(Leftovers leftovers) throws FaultFailedException {
        for (int number = 1; number <= NETWORKS; number++) {
            String bridge = bridge(number);
            if (exists(bridge)) {
                continue;
            }
            leftovers.bridge(bridge);
            List<String> add = List.of("ip", "link", "add", bridge, "type", "bridge");
            ShellCommand.Outcome outcome = ShellCommand.run(add);
            if (outcome.exitCode() == 0) {
                return number;
            }
            leftovers.withoutBridge(bridge);
            if (!outcome.output().contains("exists")) { // nobody was faster: it cannot be made
                throw new FaultFailedException(
                        "the bridge %s cannot be made: %s".formatted(bridge, outcome.output()));
            }
        }
        throw new FaultFailedException("there are %d networks already".formatted(NETWORKS));
    }

    private static boolean exists(String bridge) {
        return Files.exists(Path.of("/sys/class/net", bridge));
    }

    private static String bridge(int number) {
        return "sklab" + number;
    }

    private void make() throws FaultFailedException {
        String bridge = bridge(number);
        ShellCommand.line("ip address add 10.213.%d.1/24 dev %s".formatted(number, bridge));
        ShellCommand.line("ip link set %s up".formatted(bridge));
        for (int node = 0; node < hosts.size(); node++) {
            String here = "sklab%dv%d".formatted(number, node + 1);
            NetworkNamespace namespace =
                    NetworkNamespace.make("sklab-%d-%d".formatted(number, node + 1), leftovers);
            namespaces.add(namespace);
            namespace.join(here, hosts.get(node) + "/24");
            ShellCommand.line("ip link set %s master %s up".formatted(here, bridge));
        }
    }

    /** The address of each node, reachable from this machine and from the other nodes. */
    public List<String> hosts() {
        return hosts;
    }

    /** What stands before a command that is to run beside this node, counted from 0. */
    public List<String> prefix(int node) {
        return namespaces.get(node).prefix();
    }

    /** Lets nothing pass between two nodes, in both directions. */
    public void cut(int one, int other) throws FaultFailedException {
        neighbour(one, other);
        neighbour(other, one);
    }

    private void neighbour(int from, int to) throws FaultFailedException {
        namespaces
                .get(from)
                .ip(
                        "neigh replace %s lladdr %s dev %s nud permanent"
                                .formatted(hosts.get(to), NOBODY, INTERFACE));
    }

    /** Lets everything pass again. */
    public void heal(int one, int other) throws FaultFailedException {
        forget(one, other);
        forget(other, one);
    }

    private void forget(int from, int to) throws FaultFailedException {
        namespaces.get(from).ip("neigh delete %s dev %s".formatted(hosts.get(to), INTERFACE));
    }

    /** Whether a TCP connection from one node to a port of another comes about within a second. */
    public boolean reaches(int from, int to, int port) throws FaultFailedException {
        List<String> command = new ArrayList<>(prefix(from));
        command.addAll(
                List.of(
                        "timeout",
                        PROBE_SECONDS,
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/%s/%d".formatted(hosts.get(to), port)));
        return ShellCommand.run(command).exitCode() == 0;
    }

    /** Removes everything, cut or not; what cannot be is told on the error output. */
    @Override
    public void close() {
        namespaces.forEach(NetworkNamespace::close);
        try {
            Leftovers.removeInterface(bridge(number));
        } catch (FaultFailedException e) {
            System.err.println(e.getMessage());
        }
    }
}
