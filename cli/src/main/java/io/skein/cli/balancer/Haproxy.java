package io.skein.cli.balancer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration of HAProxy (2.2 and above) for a cluster: whoever connects is sent to the node
 * with the fewest connections among those that are ready.
 */
public final class Haproxy {
    private final List<BalancedNode> nodes;

    private Haproxy(List<BalancedNode> nodes) {
        this.nodes = nodes;
    }

    /**
     * For nodes as the admin API tells them.
     *
     * @throws IOException if one cannot be asked whether it is ready; the message says which
     */
    public static Haproxy of(JsonNode members) throws IOException {
        List<BalancedNode> nodes = new ArrayList<>();
        for (JsonNode member : members) {
            nodes.add(BalancedNode.of(member));
        }
        return new Haproxy(nodes);
    }

    /** The names of the nodes that only a balancer on their own machine reaches. */
    public List<String> local() {
        return nodes.stream().filter(BalancedNode::isLocal).map(BalancedNode::name).toList();
    }

    /**
     * The configuration.
     *
     * @param bind where clients connect, {@code host:port} or {@code *:port}
     * @param connectionsMaximum at one time; more of them wait
     * @param proxyProtocol whether nodes are told the addresses of the clients
     * @param socket a file for commands to HAProxy, null for none
     */
    public String configuration(
            String bind, int connectionsMaximum, boolean proxyProtocol, @Nullable String socket) {
        String commands =
                socket == null ? "" : "\n    stats socket " + socket + " mode 600 level admin";
        String servers =
                nodes.stream()
                        .map(node -> server(node, proxyProtocol))
                        .collect(Collectors.joining("\n"));
        return """
        # HAProxy in front of a cluster of Skein, written by skein balancer.

        global
            maxconn %2$d%4$s

        defaults
            mode tcp
            timeout connect 5s
            timeout check 2s
            # The node knows each client's keep alive and closes who is silent for longer. The longest that MQTT
            # allows is 65,535 s, and half of that again; who has none is watched by TCP.
            timeout client 28h
            timeout server 28h
            timeout client-fin 30s
            option clitcpka
            option srvtcpka

        frontend mqtt
            bind %1$s
            maxconn %2$d
            default_backend skein

        backend skein
            balance leastconn
            option redispatch
            retries 3
            # A node that is not ready gets no clients, and those it has go to the others; one that is drained (404) keeps those
            # it has, and moves them itself.
            option httpchk
            http-check disable-on-404
            http-check send meth GET uri /ready ver HTTP/1.1 hdr Host localhost hdr Connection close
            http-check expect status 200
            default-server check inter 1s fastinter 500ms fall 2 rise 2 on-marked-down shutdown-sessions
        %3$s
        """
                .formatted(bind, connectionsMaximum, servers, commands);
    }

    private static String server(BalancedNode node, boolean proxyProtocol) {
        return String.format(
                Locale.ROOT,
                "    server %s %s addr %s port %d%s",
                node.name(),
                node.mqtt(),
                node.admin().host(),
                node.admin().port(),
                proxyProtocol ? " send-proxy-v2" : "");
    }
}
