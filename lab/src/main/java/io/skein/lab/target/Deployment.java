package io.skein.lab.target;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A broker, or a cluster of them, that was prepared and not started: for whoever kills its nodes
 * and starts them again.
 *
 * @param description what is known of its version and configuration
 * @param username to connect with, or null
 * @param password to connect with, or null
 * @param metrics where metrics can be had in the text format of Prometheus
 * @param beside what the nodes need and nobody breaks: started before them, ended after them
 */
public record Deployment(
        String name,
        String description,
        List<NodeLaunch> nodes,
        @Nullable String username,
        @Nullable String password,
        List<URI> metrics,
        List<NodeLaunch> beside) {
    /** Copies the lists. */
    public Deployment {
        nodes = List.copyOf(nodes);
        metrics = List.copyOf(metrics);
        beside = List.copyOf(beside);
    }

    /** Nodes that need nothing beside them. */
    public Deployment(
            String name,
            String description,
            List<NodeLaunch> nodes,
            @Nullable String username,
            @Nullable String password,
            List<URI> metrics) {
        this(name, description, nodes, username, password, metrics, List.of());
    }
}
