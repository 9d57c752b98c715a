package io.skein.server.admin;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other origins may read answers: those of the cluster's own nodes, whose dashboards
 * show all nodes, and those of this machine. And which names this server answers to: a page of the
 * world that makes its own name point at 127.0.0.1 is not to reach an API that listens there.
 */
final class Origins {
    private final NodeView node;
    private final boolean onLoopback;

    Origins(NodeView node, boolean onLoopback) {
        this.node = node;
        this.onLoopback = onLoopback;
    }

    /** Whether a page of this origin may read the answer. */
    boolean mayRead(String origin) {
        return isLoopback(hostOf(origin))
                || node.nodes().stream().anyMatch(member -> member.adminAddress().equals(origin));
    }

    /** Whether a request that names this host is meant for us. */
    boolean isOurName(@Nullable String hostHeader) {
        return !onLoopback || (hostHeader != null && isLoopback(hostOf("http://" + hostHeader)));
    }

    private static @Nullable String hostOf(String url) {
        try {
            return URI.create(url).getHost();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isLoopback(@Nullable String host) {
        if (host == null) {
            return false;
        }
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        try { // a literal address: nothing is looked up
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
