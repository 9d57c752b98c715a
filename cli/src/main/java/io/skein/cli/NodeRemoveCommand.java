package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import io.skein.cli.up.ClusterFailedException;
import io.skein.cli.up.ClusterPlan;
import io.skein.cli.up.RunningCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein node remove}: one node less. */
@Command(
        name = "remove",
        description = {
            "Moves the clients of a node to the others as 'skein drain' does, stops the node and forgets"
                    + " it. Its directory stays, and its name is not given again.",
            "",
            "An island of a bridge has its clients for itself, and its sessions stay in its directory. It"
                    + " is stopped when the other islands have got what it has queued for them; they"
                    + " are then restarted one after the other, without their link to it.",
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class NodeRemoveCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 100;

    /** What an island tells of its queues is some seconds old. */
    private static final long EMPTY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final AdminClient nodes = new AdminClient();

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", description = "The name of the node.")
    private String name = "";

    @Mixin private final RunningClusterOptions options = new RunningClusterOptions();

    @Mixin private final RateOption rate = new RateOption();

    @Option(
            names = "--now",
            description =
                    "Stop it without moving its clients and without waiting for what it queues.")
    private boolean now;

    @Override
    public Integer call()
            throws ClusterFailedException,
                    CommandFailedException,
                    IOException,
                    InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        int perSecond = rate.perSecond(spec);
        RunningCluster cluster = options.cluster();
        if (!now) {
            prepare(cluster.description(), perSecond);
        }
        out.println(cluster.remove(name, options.limit(), this::tell));
        out.flush();
        return 0;
    }

    private void prepare(JsonNode cluster, int perSecond)
            throws IOException, InterruptedException, CommandFailedException {
        for (JsonNode node : cluster.path("nodes")) {
            boolean isIt =
                    node.path("name").asText().equals(name)
                            && node.path("state").asText().equals("running");
            if (isIt && cluster.path("nodes").size() > 1) {
                String base = node.path("admin").asText();
                if (cluster.path("architecture").asText().equals(ClusterPlan.BRIDGE)) {
                    awaitQueues(base);
                } else {
                    long moved =
                            new Draining(nodes, spec.commandLine().getErr())
                                    .run(name, base, perSecond);
                    tell(String.format(Locale.ROOT, "%s: %,d clients were moved", name, moved));
                }
            }
        }
    }

    /** Until the other islands have what this one has queued for them. */
    private void awaitQueues(String base)
            throws IOException, InterruptedException, CommandFailedException {
        long start = System.nanoTime();
        long emptySince = start;
        while (System.nanoTime() - emptySince < EMPTY_NANOS) {
            long queued = queued(base);
            if (queued > 0) {
                emptySince = System.nanoTime();
                if (emptySince - start > options.limit().toNanos()) {
                    throw new CommandFailedException(
                            "%s still has %,d messages for others; --now leaves them in its directory"
                                    .formatted(name, queued));
                }
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private long queued(String base) throws IOException {
        long queued = 0;
        for (JsonNode link : nodes.links(base)) {
            queued += link.path("queued").asLong();
        }
        return queued;
    }

    private void tell(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
