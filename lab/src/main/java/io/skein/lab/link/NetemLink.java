package io.skein.lab.link;

import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.InNamespace;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.fault.NetworkNamespace;
import io.skein.lab.fault.ShellCommand;
import io.skein.lab.measure.LatencyRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A link of the kernel: a network of two, this machine and a namespace, and a queue of netem on
 * each side. In the namespace listens a proxy that adds nothing; it connects to the address from
 * this machine. So each connection is TCP over the link as far as the proxy, with real losses and
 * repetitions, and none behind it.
 */
final class NetemLink implements EmulatedLink {
    private static final int NETWORKS = 250;
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final int PROBES = 9;
    private static final int PROBES_MINIMUM = 3;
    private static final long PROBING_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int PROBE_MILLIS_LIMIT = 30_000;

    /** One segment at a time is handed to the queue, as a card would send them. */
    private static final String NO_BUNDLES = "link set dev %s gso_max_segs 1";

    private final Netem netem;
    private final NetworkNamespace namespace;
    private final String device;
    private final Link relay;
    private final double roundTripMicros;

    private NetemLink(
            Netem netem,
            NetworkNamespace namespace,
            String device,
            Link relay,
            double roundTripMicros) {
        this.netem = netem;
        this.namespace = namespace;
        this.device = device;
        this.relay = relay;
        this.roundTripMicros = roundTripMicros;
    }

    /**
     * Makes a link and measures its round trip.
     *
     * @param port where it listens, at its far end; 0 for any
     * @throws IOException if that is not possible; nothing is left then
     */
    static NetemLink open(
            Netem netem, int port, InetSocketAddress to, LinkProfile profile, Leftovers leftovers)
            throws IOException {
        int number = freeNumber();
        NetworkNamespace namespace = NetworkNamespace.make("sklink-" + number, leftovers);
        Link relay = null;
        try {
            String device = device(number);
            String far = "10.214.%d.2".formatted(number);
            namespace.join(device, "10.214.%d.1/30".formatted(number), far + "/30");
            ShellCommand.line("ip " + NO_BUNDLES.formatted(device));
            namespace.ip(NO_BUNDLES.formatted(NetworkNamespace.INTERFACE));
            netem.shape(device, profile.up());
            netem.shape(namespace, profile.down());
            InetAddress address = InetAddress.getByName(far);
            double roundTripMicros = roundTripMicros(namespace, address);
            relay =
                    Link.open(
                            new InetSocketAddress(address, port),
                            to,
                            LinkProfiles.parse("none"),
                            0,
                            task -> InNamespace.call(namespace, task));
            return new NetemLink(netem, namespace, device, relay, roundTripMicros);
        } catch (IOException e) {
            if (relay != null) {
                relay.close();
            }
            namespace.close();
            throw e;
        }
    }

    private static int freeNumber() throws FaultFailedException {
        for (int number = 1; number <= NETWORKS; number++) {
            if (!Files.exists(INTERFACES.resolve(device(number)))) {
                return number;
            }
        }
        throw new FaultFailedException("there are %d links already".formatted(NETWORKS));
    }

    private static String device(int number) {
        return "sklink" + number;
    }

    /**
     * How long it takes to connect to a socket at the far end: the kernel answers there, nobody
     * else. The median: one of them may be lost and repeated.
     */
    private static double roundTripMicros(NetworkNamespace namespace, InetAddress far)
            throws IOException {
        try (ServerSocket listener =
                InNamespace.call(namespace, () -> new ServerSocket(0, PROBES + 1, far))) {
            InetSocketAddress there = new InetSocketAddress(far, listener.getLocalPort());
            connectNanos(there); // the first asks for the neighbour as well
            long[] nanos = new long[PROBES];
            long end = System.nanoTime() + PROBING_NANOS;
            int made = 0;
            while (made < PROBES_MINIMUM || (made < PROBES && System.nanoTime() < end)) {
                nanos[made++] = connectNanos(there);
            }
            Arrays.sort(nanos, 0, made);
            return nanos[made / 2] / 1e3;
        }
    }

    private static long connectNanos(InetSocketAddress there) throws IOException {
        try (Socket socket = new Socket()) {
            long began = System.nanoTime();
            socket.connect(there, PROBE_MILLIS_LIMIT);
            return System.nanoTime() - began;
        }
    }

    @Override
    public InetSocketAddress address() {
        return relay.address();
    }

    @Override
    public double roundTripMicros() {
        return roundTripMicros;
    }

    /** What the proxy passed on; segments, losses and bytes of the wire are the kernel's counts. */
    @Override
    public LinkTraffic traffic() {
        LinkTraffic passed = relay.traffic();
        try {
            return new LinkTraffic(
                    passed.connections(),
                    passed.refusals(),
                    way(passed.up().bytes(), "tx", netem.lost(device)),
                    way(passed.down().bytes(), "rx", netem.lost(namespace)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WayTraffic way(long bytes, String direction, long lost) throws IOException {
        return new WayTraffic(
                bytes,
                counted(direction + "_packets"),
                lost,
                counted(direction + "_bytes"),
                LatencyRecorder.emptyHistogram(),
                LatencyRecorder.emptyHistogram());
    }

    private long counted(String what) throws IOException {
        Path file = INTERFACES.resolve(device).resolve("statistics").resolve(what);
        return Long.parseLong(Files.readString(file).strip());
    }

    @Override
    public long cpuNanos() {
        return relay.cpuNanos();
    }

    /** The proxy first: a namespace lives as long as its sockets. */
    @Override
    public void close() {
        relay.close();
        namespace.close();
    }
}
