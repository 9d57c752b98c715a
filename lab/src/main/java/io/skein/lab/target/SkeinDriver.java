package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Starts Skein as its users do, with the script of its distribution: {@code skein} is one node of
 * the standalone architecture, {@code skein-grid-3} three of the grid; every option is a key of the
 * configuration.
 */
final class SkeinDriver implements TargetDriver {
    private static final Pattern NAME = Pattern.compile("skein(?:-([a-z]+))?(?:-(\\d{1,2}))?");
    static final String ALONE = "standalone";
    static final String BRIDGE = "bridge";

    /** Its nodes meet in a Redis: that of an option, or one of the laboratory's own. */
    static final String REDIS = "redis";

    private static final String LAUNCHER = "skein.launcher";
    private static final String LOCALHOST = "127.0.0.1";
    private static final int READY_SECONDS = 120;

    @Override
    public boolean answersTo(String name) {
        return NAME.matcher(name).matches();
    }

    @Override
    public String help() {
        return "%-12s %s"
                .formatted(
                        "skein",
                        "Skein by the script of this distribution; skein-ARCHITECTURE-NODES for a cluster,"
                                + " such as skein-grid-3. Options: durability, and any key of its configuration;"
                                + " skein-redis-3 starts a Redis of its own where cluster.redis names none.");
    }

    @Override
    public Target start(TargetRequest request) throws TargetFailedException {
        Matcher name = NAME.matcher(request.name());
        if (!name.matches()) {
            throw new TargetFailedException("'" + request.name() + "' names no Skein", null);
        }
        String architecture = architecture(name);
        int nodes = nodes(architecture, name.group(2));
        int port = FreePorts.inARow(2 * nodes);
        Path log = request.directory().resolve("output.log");
        request.progress()
                .accept(
                        "starting Skein: %s, %d %s"
                                .formatted(architecture, nodes, nodes == 1 ? "node" : "nodes"));
        List<LocalProcess> processes = new ArrayList<>();
        List<BrokerAddress> addresses = new ArrayList<>();
        List<URI> metrics = new ArrayList<>();
        try {
            Map<String, String> options = request.options();
            if (needsRedis(architecture, options)) {
                options = startRedis(request, processes);
            }
            LocalProcess process =
                    LocalProcess.start(
                            command(architecture, nodes, port, request.directory(), options),
                            Map.of(),
                            request.directory(),
                            log);
            processes.addFirst(process);
            for (int node = 0; node < nodes; node++) {
                BrokerAddress address = new BrokerAddress(LOCALHOST, port + node);
                Readiness.await(address, null, null, READY_SECONDS, process::ended, request.stop());
                addresses.add(address);
                metrics.add(
                        URI.create("http://127.0.0.1:%d/metrics".formatted(port + nodes + node)));
            }
        } catch (TargetFailedException e) {
            processes.forEach(LocalProcess::close);
            throw new TargetFailedException(
                    "target %s: %s; log: %s".formatted(request.name(), e.getMessage(), log), e);
        }
        return new ProcessTarget(
                request.name(),
                "Skein, %s, %d %s".formatted(architecture, nodes, nodes == 1 ? "node" : "nodes"),
                List.copyOf(addresses),
                null,
                null,
                List.copyOf(metrics),
                List.copyOf(processes));
    }

    private static boolean needsRedis(String architecture, Map<String, String> options) {
        return architecture.equals(REDIS) && !options.containsKey(RedisLaunch.ADDRESS);
    }

    private static String durability(Map<String, String> options) {
        return options.getOrDefault("durability", "sync");
    }

    /** The options with its address. */
    private static Map<String, String> startRedis(
            TargetRequest request, List<LocalProcess> processes) throws TargetFailedException {
        NodeLaunch redis =
                RedisLaunch.in(
                        new NodePlace(REDIS, LOCALHOST, request.directory().resolve("redis")),
                        durability(request.options()));
        LocalProcess process =
                LocalProcess.start(
                        redis.command(),
                        redis.environment(),
                        redis.directory(),
                        redis.directory().resolve("output.log"));
        processes.add(process);
        Readiness.awaitListening(
                redis.address(), redis.readySeconds(), process::ended, request.stop());
        return RedisLaunch.with(request.options(), redis);
    }

    @Override
    public int nodes(String name) throws TargetFailedException {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new TargetFailedException("'" + name + "' names no Skein", null);
        }
        return nodes(architecture(matcher), matcher.group(2));
    }

    @Override
    public Deployment deploy(DeploymentRequest request) throws TargetFailedException {
        Matcher name = NAME.matcher(request.name());
        if (!name.matches()) {
            throw new TargetFailedException("'" + request.name() + "' names no Skein", null);
        }
        boolean onNetworks = !request.places().getFirst().host().equals(LOCALHOST);
        if (onNetworks && request.options().containsKey(RedisLaunch.ADDRESS)) {
            throw new TargetFailedException(
                    "nodes cannot be cut off from a Redis that is not the laboratory's own: leave out "
                            + RedisLaunch.ADDRESS,
                    null);
        }
        if (!needsRedis(architecture(name), request.options())) {
            return SkeinDeployment.of(launcher(), architecture(name), request, List.of());
        }
        NodePlace place = request.beside();
        if (place == null) {
            throw new TargetFailedException("there is no place for its Redis", null);
        }
        NodeLaunch redis = RedisLaunch.in(place, durability(request.options()));
        DeploymentRequest around =
                new DeploymentRequest(
                        request.name(),
                        RedisLaunch.with(request.options(), redis),
                        request.places(),
                        place,
                        request.progress());
        return SkeinDeployment.of(launcher(), architecture(name), around, List.of(redis));
    }

    private static String architecture(Matcher name) {
        return name.group(1) == null ? ALONE : name.group(1);
    }

    private static int nodes(String architecture, @Nullable String written)
            throws TargetFailedException {
        if (written == null) {
            return architecture.equals(ALONE) ? 1 : 3;
        }
        int nodes = Integer.parseInt(written);
        if (nodes < 1) {
            throw new TargetFailedException("a cluster has at least one node, not " + nodes, null);
        }
        return nodes;
    }

    private static List<String> command(
            String architecture, int nodes, int port, Path directory, Map<String, String> options)
            throws TargetFailedException {
        Map<String, String> settings = new TreeMap<>(options);
        String durability = settings.remove("durability");
        List<String> command = new ArrayList<>(List.of(launcher(), "up"));
        command.addAll(List.of("--architecture", architecture));
        command.addAll(List.of("--nodes", Integer.toString(nodes)));
        command.addAll(List.of("--base-port", Integer.toString(port)));
        command.addAll(List.of("--admin-port", Integer.toString(port + nodes)));
        command.addAll(List.of("--data", directory.resolve("data").toString()));
        if (durability != null) {
            command.addAll(List.of("--durability", durability));
        }
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    private static String launcher() throws TargetFailedException {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher != null && Files.isExecutable(Path.of(launcher))) {
            return launcher;
        }
        Path found = Programs.find("skein");
        if (found == null) {
            throw new TargetFailedException(
                    "the script 'skein' is not on the PATH, and this laboratory was not started by it",
                    null);
        }
        return found.toString();
    }
}
