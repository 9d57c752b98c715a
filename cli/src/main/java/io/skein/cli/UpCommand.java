package io.skein.cli;

import io.skein.cli.up.ClusterFailedException;
import io.skein.cli.up.ClusterPlan;
import io.skein.cli.up.Launcher;
import io.skein.cli.up.LocalCluster;
import io.skein.cluster.Durability;
import io.skein.server.Architectures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein up}: a cluster on this machine, in the foreground. */
@Command(
        name = "up",
        description = {
            "Starts a cluster of brokers on this machine.",
            "",
            "Prints a line that begins with 'ready' once all of them serve, and stops them on Ctrl-C or"
                    + " SIGTERM.",
            "",
            "DIR/nodes.json names each node's pid, addresses, log, and the command that starts it"
                    + " again. A node that dies is reported and stays dead unless --restart is given."
                    + " 'skein node' adds nodes and removes them."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class UpCommand implements Callable<Integer> {
    private static final String REDIS_KEY = "redis";

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            defaultValue = "grid",
            completionCandidates = ArchitectureNames.class,
            description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String architecture = "";

    @Option(
            names = "--base-port",
            paramLabel = "P",
            defaultValue = "1883",
            description =
                    "MQTT port of the first node on 127.0.0.1, the others follow (default:"
                            + " ${DEFAULT-VALUE}).")
    private int basePort;

    @Option(
            names = "--admin-port",
            paramLabel = "P",
            defaultValue = "18830",
            description =
                    "Port of the first node's admin API and dashboard, the others follow (default:"
                            + " ${DEFAULT-VALUE}).")
    private int adminPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "Where nodes keep what they keep, their configuration and their logs (default:"
                            + " the directory '${DEFAULT-VALUE}' in the current one).")
    private Path data = Path.of("");

    @Option(
            names = "--durability",
            paramLabel = "WHEN",
            defaultValue = "sync",
            description =
                    "When a write counts as kept: sync (survives power loss), os (survives kill -9),"
                            + " none (default: ${DEFAULT-VALUE}).")
    private Durability durability = Durability.SYNC;

    @Option(
            names = "--redis",
            paramLabel = "ADDRESS",
            description =
                    "Where Redis is, for the architecture redis, such as redis://127.0.0.1:6379; it"
                            + " has to run already.")
    private String redis = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Overrides one key of every node's configuration, such as log.level=debug; can be"
                            + " repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--restart", description = "Start a node that dies again.")
    private boolean restart;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long nodes may take until they serve (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    /** The architectures there are. */
    static final class ArchitectureNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Architectures.names().iterator();
        }
    }

    @Override
    public Integer call()
            throws CommandFailedException, ClusterFailedException, InterruptedException {
        if (!Architectures.names().contains(architecture)) {
            throw new CommandFailedException(
                    "there is no architecture '%s'; --architecture takes one of: %s"
                            .formatted(architecture, String.join(", ", Architectures.names())));
        }
        checkRedis();
        ClusterPlan plan =
                ClusterPlan.of(
                        architecture,
                        durability.name().toLowerCase(Locale.ROOT),
                        data,
                        nodes,
                        basePort,
                        adminPort);
        if (!redis.isEmpty()) {
            plan = plan.sharing(Map.of(REDIS_KEY, redis));
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        LocalCluster cluster =
                new LocalCluster(
                        plan, Launcher.ofThisProcess(settings), restart, line -> tell(err, line));
        try (StopHook hook = StopHook.on(cluster::stop)) {
            tell(
                    err,
                    "starting %d %s of architecture %s in %s"
                            .formatted(
                                    nodes,
                                    nodes == 1 ? "node" : "nodes",
                                    architecture,
                                    plan.directory()));
            cluster.start();
            cluster.awaitReady(Duration.ofSeconds(timeoutSeconds));
            out.println(cluster.readyLine());
            out.flush();
            hook.await();
        } catch (ClusterFailedException | InterruptedException e) {
            cluster.stop();
            throw e;
        }
        return 0;
    }

    private void checkRedis() throws CommandFailedException {
        boolean isRedis = architecture.equals(ClusterPlan.REDIS);
        boolean isGiven =
                !redis.isEmpty() || settings.stream().anyMatch(s -> s.startsWith("cluster.redis="));
        if (isRedis && !isGiven) {
            throw new CommandFailedException(
                    "the architecture redis needs a Redis that runs: --redis"
                            + " redis://127.0.0.1:6379 says where");
        }
        if (!isRedis && !redis.isEmpty()) {
            throw new CommandFailedException(
                    "--redis is for the architecture redis, and this is '%s'"
                            .formatted(architecture));
        }
    }

    private static void tell(PrintWriter err, String line) {
        err.println("skein up: " + line);
        err.flush();
    }
}
