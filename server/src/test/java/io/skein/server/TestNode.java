package io.skein.server;

import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node on free ports of this machine that serves clients, for one test or one class of tests. */
public final class TestNode implements AutoCloseable {
    private final Node node;

    private TestNode(Node node) {
        this.node = node;
    }

    /** Starts one and waits until it serves; further settings as {@code key=value}. */
    public static TestNode start(Path directory, String... settings) throws Exception {
        Node node = Node.start(configuration(directory, settings));
        node.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
        return new TestNode(node);
    }

    /** What {@link #start} starts it with. */
    public static Configuration configuration(Path directory, String... settings)
            throws ConfigurationException {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "node.name=test",
                                "data=" + directory.resolve("node"),
                                "durability=none",
                                "threads=4",
                                "listeners.0.bind=127.0.0.1:0",
                                "admin.bind=127.0.0.1:0"));
        options.addAll(List.of(settings));
        return new ConfigurationLoader(Map.of(), options).load();
    }

    /** The node itself. */
    public Node node() {
        return node;
    }

    /** The port of its first listener. */
    public int port() {
        String address = node.listeners().getFirst().address();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** The port of the listener with this name. */
    public int port(String listener) {
        String address =
                node.listeners().stream()
                        .filter(view -> view.name().equals(listener))
                        .findFirst()
                        .orElseThrow()
                        .address();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** Where clients connect. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    /** A path of its admin API. */
    public URI admin(String path) {
        return URI.create(node.self().adminAddress() + path);
    }

    /** A connection on which nothing was sent yet. */
    public RawClient raw() throws IOException {
        return RawClient.connect(address());
    }

    /** The same to the listener with this name. */
    public RawClient raw(String listener) throws IOException {
        return RawClient.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port(listener)));
    }

    @Override
    public void close() {
        node.close();
    }
}
