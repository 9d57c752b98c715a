package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Nodes of Skein side by side, each with a configuration of its own. */
final class SkeinDeployment {
    private static final long READY_SECONDS = 60;

    /** What each node listens on: for clients, for people, for the other nodes. */
    private static final int PORTS = 3;

    /** After which islands look whether another is there; the least that can be set. */
    private static final int SILENCE_SECONDS = 5;

    private final String launcher;
    private final String architecture;
    private final DeploymentRequest request;
    private final List<NodeLaunch> beside;
    private final int port;

    private SkeinDeployment(
            String launcher,
            String architecture,
            DeploymentRequest request,
            List<NodeLaunch> beside,
            int port) {
        this.launcher = launcher;
        this.architecture = architecture;
        this.request = request;
        this.beside = beside;
        this.port = port;
    }

    /**
     * Writes the configurations.
     *
     * @param beside what the nodes need, which their options name
     * @throws TargetFailedException if one cannot be written, or there are no free ports
     */
    static Deployment of(
            String launcher,
            String architecture,
            DeploymentRequest request,
            List<NodeLaunch> beside)
            throws TargetFailedException {
        int port = FreePorts.inARow(PORTS * request.places().size());
        return new SkeinDeployment(launcher, architecture, request, beside, port).deploy();
    }

    private Deployment deploy() throws TargetFailedException {
        List<NodeLaunch> nodes = new ArrayList<>();
        List<URI> metrics = new ArrayList<>();
        for (int node = 0; node < request.places().size(); node++) {
            nodes.add(node(node));
            metrics.add(URI.create("http://127.0.0.1:%d/metrics".formatted(port(node, 1))));
        }
        return new Deployment(
                request.name(),
                "Skein, %s, %d %s%s"
                        .formatted(
                                architecture,
                                nodes.size(),
                                nodes.size() == 1 ? "node" : "nodes",
                                request.options().isEmpty() ? "" : ", " + request.options()),
                nodes,
                null,
                null,
                metrics,
                beside);
    }

    private NodeLaunch node(int index) throws TargetFailedException {
        NodePlace place = request.places().get(index);
        Path configuration = place.directory().resolve("skein.yaml");
        try {
            Files.writeString(configuration, configuration(index));
        } catch (IOException e) {
            throw new TargetFailedException(
                    "cannot write %s: %s".formatted(configuration, e.getMessage()), e);
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                launcher,
                                "broker",
                                "--supervised",
                                "--config",
                                configuration.toString()));
        new TreeMap<>(request.options())
                .forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return new NodeLaunch(
                place.name(),
                command,
                Map.of("SKEIN_BUILD", "never"),
                place.directory(),
                new BrokerAddress(place.host(), port(index, 0)),
                READY_SECONDS);
    }

    private int port(int index, int use) {
        return port + PORTS * index + use;
    }

    private String address(int index, int use) {
        return request.places().get(index).host() + ":" + port(index, use);
    }

    private String configuration(int index) {
        NodePlace place = request.places().get(index);
        StringBuilder yaml = new StringBuilder();
        yaml.append("node:\n  name: ").append(place.name()).append('\n');
        yaml.append("data: '")
                .append(place.directory().resolve("data").toString().replace("'", "''"))
                .append("'\n");
        yaml.append("architecture: ").append(architecture).append('\n');
        yaml.append("listeners:\n  - bind: ").append(address(index, 0)).append('\n');
        yaml.append("    allow-anonymous: true\n");
        yaml.append("admin:\n  bind: 127.0.0.1:").append(port(index, 1)).append('\n');
        if (architecture.equals(SkeinDriver.BRIDGE)) {
            yaml.append(links(index));
        } else if (!architecture.equals(SkeinDriver.ALONE)
                && !architecture.equals(SkeinDriver.REDIS)) {
            List<String> seeds = new ArrayList<>();
            for (int node = 0; node < request.places().size(); node++) {
                seeds.add(address(node, 2));
            }
            yaml.append("cluster:\n  bind: ").append(address(index, 2)).append('\n');
            yaml.append("  seeds: ").append(String.join(",", seeds)).append('\n');
            yaml.append("  allow-unprotected: true\n"); // the network is the laboratory's own
        }
        return yaml.toString();
    }

    /** Each node sends everything that begins there straight to each of the others. */
    private String links(int index) {
        int nodes = request.places().size();
        if (nodes < 2) {
            return "";
        }
        List<String> pairs = new ArrayList<>();
        StringBuilder links = new StringBuilder();
        for (int other = 0; other < nodes; other++) {
            String name = request.places().get(other).name();
            for (int third = other + 1; third < nodes; third++) {
                pairs.add(name + "/" + request.places().get(third).name());
            }
            if (other != index) {
                links.append("    - name: ").append(name).append('\n');
                links.append("      address: mqtt://").append(address(other, 0)).append('\n');
                links.append("      topics: [\"# out 2\"]\n");
                links.append("      keep-alive-seconds: ").append(SILENCE_SECONDS).append('\n');
                links.append("      retry-seconds-maximum: 1\n");
            }
        }
        return "cluster:\n  topology: " + String.join(",", pairs) + "\n  links:\n" + links;
    }
}
