package io.skein.cli.balancer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * A node that a balancer sends clients to.
 *
 * @param name unique in the cluster; letters, digits and {@code . _ -}
 * @param mqttAddress where clients are sent, {@code host:port}
 * @param adminHost where it is asked whether it is ready
 * @param adminPort the port of that
 */
record BalancedNode(String name, String mqttAddress, String adminHost, int adminPort) {
    /**
     * A node as the admin API tells it.
     *
     * @throws IOException if it has no admin API that a balancer could ask; the message says so
     */
    static BalancedNode of(JsonNode member) throws IOException {
        String name = member.path("name").asText();
        String admin = member.path("adminAddress").asText();
        if (admin.isEmpty()) {
            throw new IOException(
                    name
                            + " has no admin API, and a balancer asks there whether it is ready; set"
                            + " admin.bind");
        }
        URI uri = URI.create(admin);
        return new BalancedNode(
                name, member.path("mqttAddress").asText(), uri.getHost(), uri.getPort());
    }

    /** Whether only programs on the machine of the node reach it, or its admin API. */
    boolean isLocal() throws UnknownHostException {
        String mqttHost = mqttAddress.substring(0, mqttAddress.lastIndexOf(':'));
        return isLoopback(mqttHost) || isLoopback(adminHost);
    }

    private static boolean isLoopback(String host) throws UnknownHostException {
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        return host.equals("localhost")
                || (literal && InetAddress.getByName(host).isLoopbackAddress());
    }
}
