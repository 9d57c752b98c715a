package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.FaultKind;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.fault.Node;
import io.skein.lab.fault.NodeClock;
import io.skein.lab.fault.NodeNetwork;
import io.skein.lab.fault.SmallDisk;
import io.skein.lab.link.Link;
import io.skein.lab.link.LinkProfiles;
import io.skein.lab.target.Deployment;
import io.skein.lab.target.NodeLaunch;
import io.skein.lab.target.NodePlace;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes under test, with the networks, disks and links that faults need. Closing ends and
 * removes all of it, whatever state it is in. Used by one thread.
 */
final class Cluster implements AutoCloseable {
    private static final int DISK_MEBIBYTES = 96;
    private static final String BESIDE = "beside";
    private static final String LOCALHOST = "127.0.0.1";

    private final Leftovers leftovers;
    private final StopSignal stop;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Node> beside = new ArrayList<>();
    private final List<SmallDisk> disks = new ArrayList<>();
    private final List<NodeClock> clocks = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private @Nullable NodeNetwork network;
    private @Nullable Deployment deployment;

    private Cluster(Leftovers leftovers, StopSignal stop) {
        this.leftovers = leftovers;
        this.stop = stop;
    }

    /**
     * Starts all nodes and waits until each accepts connections.
     *
     * @param directory for what nodes keep and print
     * @throws FaultFailedException if something cannot be made; nothing is left then
     * @throws TargetFailedException if the target cannot be prepared
     */
    static Cluster start(
            ClusterShape shape,
            Path directory,
            Leftovers leftovers,
            StopSignal stop,
            Consumer<String> progress)
            throws FaultFailedException, TargetFailedException {
        Cluster cluster = new Cluster(leftovers, stop);
        try {
            cluster.prepare(shape, directory, progress);
            for (Node one : cluster.beside) {
                one.start();
                one.awaitListening(stop);
            }
            for (Node node : cluster.nodes) {
                node.start();
            }
            for (Node node : cluster.nodes) {
                progress.accept(node.awaitReady(stop));
            }
            return cluster;
        } catch (FaultFailedException | TargetFailedException | RuntimeException e) {
            cluster.close();
            throw e;
        } catch (IOException e) {
            cluster.close();
            throw new TargetFailedException(
                    "cannot prepare %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private void prepare(ClusterShape shape, Path directory, Consumer<String> progress)
            throws IOException, TargetFailedException {
        int count = shape.nodes();
        if (shape.faults().contains(FaultKind.PARTITION)) {
            network = NodeNetwork.open(count + 1, leftovers); // one for what they need beside them
        }
        List<NodePlace> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "node-" + (i + 1);
            Path home = Files.createDirectories(directory.resolve(name).resolve("home"));
            if (shape.faults().contains(FaultKind.DISK)) {
                disks.add(SmallDisk.mount(home, DISK_MEBIBYTES, leftovers));
            }
            String host = network == null ? LOCALHOST : network.hosts().get(i);
            places.add(new NodePlace(name, host, home));
        }
        NodePlace next =
                new NodePlace(
                        BESIDE,
                        network == null ? LOCALHOST : network.hosts().getLast(),
                        directory.resolve(BESIDE).toAbsolutePath());
        Deployment made = Targets.shipped().deploy(shape.target(), places, next, progress);
        deployment = made;
        for (NodeLaunch launch : made.beside()) {
            Path log = directory.resolve(launch.name() + ".log");
            List<String> prefix = network == null ? List.of() : network.prefix(count);
            beside.add(new Node(launch, prefix, log, null, null, leftovers));
        }
        for (int i = 0; i < count; i++) {
            Path own = directory.resolve("node-" + (i + 1));
            List<String> prefix = new ArrayList<>(network == null ? List.of() : network.prefix(i));
            if (shape.faults().contains(FaultKind.CLOCK)) {
                NodeClock clock = NodeClock.at(own.resolve("clock"));
                clocks.add(clock);
                prefix.addAll(clock.prefix());
            }
            nodes.add(
                    new Node(
                            made.nodes().get(i),
                            prefix,
                            own.resolve("output.log"),
                            made.username(),
                            made.password(),
                            leftovers));
        }
        if (shape.faults().contains(FaultKind.DELAY) || shape.faults().contains(FaultKind.LOSS)) {
            for (Node node : nodes) {
                BrokerAddress to = node.launch().address();
                links.add(
                        Link.open(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                new InetSocketAddress(to.host(), to.port()),
                                LinkProfiles.parse("none"),
                                shape.seed()));
            }
        }
    }

    Deployment deployment() {
        Deployment made = deployment;
        if (made == null) {
            throw new IllegalStateException("not prepared");
        }
        return made;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** The nodes, and what they need beside them: in the order of {@link #network}. */
    List<Node> everybody() {
        return Stream.concat(nodes.stream(), beside.stream()).toList();
    }

    /** Where clients find the nodes: behind the links where there are any. */
    List<BrokerAddress> addresses() {
        return links.isEmpty()
                ? nodes.stream().map(node -> node.launch().address()).toList()
                : links.stream()
                        .map(link -> new BrokerAddress(LOCALHOST, link.address().getPort()))
                        .toList();
    }

    Link link(int node) {
        return links.get(node);
    }

    NodeClock clock(int node) {
        return clocks.get(node);
    }

    SmallDisk disk(int node) {
        return disks.get(node);
    }

    NodeNetwork network() {
        NodeNetwork made = network;
        if (made == null) {
            throw new IllegalStateException("there are no networks of ours");
        }
        return made;
    }

    /**
     * Starts a node and waits until it accepts connections.
     *
     * @return how long that took, in words
     */
    String startAgain(Node node) throws FaultFailedException {
        node.start();
        return node.awaitReady(stop);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        nodes.forEach(Node::close);
        beside.forEach(Node::close);
        disks.forEach(SmallDisk::close);
        if (network != null) {
            network.close();
        }
    }
}
