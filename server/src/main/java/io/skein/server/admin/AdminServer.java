package io.skein.server.admin;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Placeholder. */
public final class AdminServer implements AutoCloseable {
    private final HttpServer server;

    private AdminServer(HttpServer server) {
        this.server = server;
    }

    public static AdminServer bind(InetSocketAddress address) throws IOException {
        return new AdminServer(HttpServer.create(address, 64));
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    public void start(NodeView node) {
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
