package io.skein.lab.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.skein.lab.client.BrokerAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one's own on this machine, each with its address and the command that starts it, as
 * YAML. Unlike a {@link Recipe} it decides itself where nodes listen and where they keep what they
 * keep.
 *
 * @param name what they are called in reports
 * @param description what they are, in a line
 * @param username to connect with, or null
 * @param password to connect with, or null
 * @param nodes at least one
 */
record NodesFile(
        String name,
        String description,
        @Nullable String username,
        @Nullable String password,
        List<OwnNode> nodes)
        implements TargetDriver {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory())
                    .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final String NODES = "nodes";
    private static final long READY_SECONDS_DEFAULT = 60;

    /**
     * One node.
     *
     * @param address {@code mqtt://host:port}
     * @param start the command; it is to stay in the foreground
     * @param directory where it is started
     * @param environment variables beside those that are inherited
     * @param readySeconds how long it may take to start
     */
    record OwnNode(
            String address,
            List<String> start,
            String directory,
            Map<String, String> environment,
            long readySeconds) {
        /** Fills in what was left out, and checks what was not. */
        @SuppressWarnings("NullAway") // what the file leaves out comes here as null
        OwnNode {
            if (address == null || start == null || start.isEmpty()) {
                throw new IllegalArgumentException("a node needs an address and a start command");
            }
            start = List.copyOf(start);
            directory = directory == null ? "." : directory;
            environment = environment == null ? Map.of() : Map.copyOf(environment);
            readySeconds = readySeconds < 1 ? READY_SECONDS_DEFAULT : readySeconds;
        }
    }

    /** Fills in what was left out, and checks what was not. */
    @SuppressWarnings("NullAway") // what the file leaves out comes here as null
    NodesFile {
        if (name == null || name.isBlank() || nodes == null || nodes.isEmpty()) {
            throw new IllegalArgumentException("a target needs a name and nodes");
        }
        description = description == null ? "" : description;
        nodes = List.copyOf(nodes);
        Set<String> addresses = new HashSet<>();
        for (OwnNode node : nodes) {
            if (!addresses.add(BrokerAddress.parse(node.address()).toString())) {
                throw new IllegalArgumentException(
                        "%s is the address of two nodes".formatted(node.address()));
            }
        }
    }

    /** Whether a text lists nodes, as against telling how one is made. */
    static boolean isOne(String yaml) {
        try {
            return YAML.readTree(yaml).path(NODES).isArray();
        } catch (JsonProcessingException e) {
            return false; // whoever reads it will say where it is wrong
        }
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is none; the message says where and why
     */
    static NodesFile parse(String yaml, String source) {
        try {
            return YAML.readValue(yaml, NodesFile.class);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException(
                    "%s%s: %s"
                            .formatted(
                                    source,
                                    at == null ? "" : ", line " + at.getLineNr(),
                                    e.getOriginalMessage()),
                    e);
        }
    }

    @Override
    public boolean answersTo(String asked) {
        return asked.equals(name);
    }

    @Override
    public String help() {
        return "%-12s %s".formatted(name, description);
    }

    @Override
    public int nodes(String asked) {
        return nodes.size();
    }

    @Override
    public boolean isPlaced() {
        return true;
    }

    @Override
    public Target start(TargetRequest request) throws TargetFailedException {
        Deployment deployment = deployment();
        List<LocalProcess> processes = new ArrayList<>();
        try {
            for (NodeLaunch node : deployment.nodes()) {
                Path log = request.directory().resolve(node.name() + ".log");
                LocalProcess process =
                        LocalProcess.start(
                                node.command(), node.environment(), node.directory(), log);
                processes.add(process);
                Readiness.await(
                        node.address(),
                        username,
                        password,
                        node.readySeconds(),
                        process::ended,
                        request.stop());
            }
        } catch (TargetFailedException e) {
            processes.forEach(LocalProcess::close);
            throw new TargetFailedException("target %s: %s".formatted(name, e.getMessage()), e);
        }
        return new ProcessTarget(
                name,
                description,
                deployment.nodes().stream().map(NodeLaunch::address).toList(),
                username,
                password,
                List.of(),
                List.copyOf(processes));
    }

    @Override
    public Deployment deploy(DeploymentRequest request) throws TargetFailedException {
        if (!request.options().isEmpty()) {
            throw new TargetFailedException("target %s has no options".formatted(name), null);
        }
        return deployment();
    }

    private Deployment deployment() {
        List<NodeLaunch> launches = new ArrayList<>();
        for (OwnNode node : nodes) {
            launches.add(
                    new NodeLaunch(
                            "node-" + (launches.size() + 1),
                            node.start(),
                            node.environment(),
                            Path.of(node.directory()).toAbsolutePath(),
                            BrokerAddress.parse(node.address()),
                            node.readySeconds()));
        }
        return new Deployment(name, description, launches, username, password, List.of());
    }
}
