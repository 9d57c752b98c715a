package io.skein.cli.balancer;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.server.config.HostPort;
import java.io.IOException;
import java.net.URI;

/**
 * A node that a balancer sends clients to.
 *
 * @param name unique in the cluster; letters, digits and {@code . _ -}
 * @param mqtt where clients are sent
 * @param admin where it is asked whether it is ready
 */
record BalancedNode(String name, HostPort mqtt, HostPort admin) {
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
        return new BalancedNode(
                name,
                HostPort.parse(member.path("mqttAddress").asText()),
                HostPort.parse(URI.create(admin).getAuthority()));
    }

    /** Whether only programs on the machine of the node reach it, or its admin API. */
    boolean isLocal() {
        return mqtt.isLoopback() || admin.isLoopback();
    }
}
