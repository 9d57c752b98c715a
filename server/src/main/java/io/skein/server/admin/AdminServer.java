package io.skein.server.admin;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The admin API on the HTTP server of the JDK, one virtual thread for each request. Bound before
 * the node exists, so that a port that is taken is reported first; started with it.
 */
public final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 64;

    /** What the JDK's server lets a client hold on to has no bounds unless these are set. */
    private static final Map<String, String> BOUNDS =
            Map.of(
                    "jdk.httpserver.maxConnections", "256",
                    "sun.net.httpserver.maxReqTime", "10",
                    "sun.net.httpserver.nodelay", "true");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable Sampler sampler;

    private AdminServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Takes the port; requests wait until {@link #start}.
     *
     * @throws IOException if it cannot be taken
     */
    public static AdminServer bind(InetSocketAddress address) throws IOException {
        BOUNDS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        return new AdminServer(HttpServer.create(address, BACKLOG));
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Begins to answer for this node. */
    public void start(NodeView node) {
        Sampler looking = new Sampler(node);
        sampler = looking;
        Origins origins = new Origins(node, address().getAddress().isLoopbackAddress());
        server.createContext("/", new AdminHandler(new AdminApi(node, looking), origins));
        server.setExecutor(threads);
        server.start();
    }

    /** Ends every request and gives the port back. */
    @Override
    public void close() {
        if (sampler != null) {
            sampler.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
