package io.skein.cluster.grid;

import io.skein.cluster.link.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import org.infinispan.remoting.transport.jgroups.NamedSocketFactory;

/** What the grid's own protocol is spoken through where nodes have to show who they are. */
final class TlsSockets extends ServerSocketFactory {
    private static final String[] VERSIONS = {NodeTls.VERSION};

    private final NodeTls tls;
    private final ServerSocketFactory listening;

    TlsSockets(NodeTls tls) {
        this.tls = tls;
        listening = tls.context().getServerSocketFactory();
    }

    /** Those that connect, and these that listen, as the grid asks for them. */
    NamedSocketFactory factory() {
        return new NamedSocketFactory(() -> tls.context().getSocketFactory(), () -> this);
    }

    private static ServerSocket asking(ServerSocket socket) {
        SSLServerSocket encrypted = (SSLServerSocket) socket;
        encrypted.setNeedClientAuth(true);
        encrypted.setEnabledProtocols(VERSIONS);
        return encrypted;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return asking(listening.createServerSocket());
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return asking(listening.createServerSocket(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return asking(listening.createServerSocket(port, backlog));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
            throws IOException {
        return asking(listening.createServerSocket(port, backlog, address));
    }
}
