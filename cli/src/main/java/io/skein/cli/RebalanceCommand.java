package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skein rebalance}: every node gets the same number of connections. */
@Command(
        name = "rebalance",
        description = {
            "Has the nodes of a cluster on this machine move what they have above an equal share of"
                    + " the connections, MQTT 5 clients first, each to the node with the fewest.",
            "",
            "MQTT 5 clients are told where to go; others are disconnected, and go where a balancer"
                    + " or their list of servers leads them. Sessions follow their clients."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: all that were to be moved were.",
            "1: a node does not answer, is drained, or is on another machine: run it there.",
            "2: the command line is wrong."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class RebalanceCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 200;

    private final AdminClient nodes = new AdminClient();

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private final ClusterAdminOption admin = new ClusterAdminOption();

    @Mixin private final RateOption rate = new RateOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int perSecond = rate.perSecond(spec);
        Map<String, String> moving = new LinkedHashMap<>();
        int failed = 0;
        for (JsonNode node : nodes.nodes(admin.url())) {
            String name = node.path("name").asText();
            String base = node.path("adminAddress").asText();
            try {
                long surplus = nodes.rebalance(base, perSecond);
                out.printf(Locale.ROOT, "%s: %,d clients to move%n", name, surplus);
                if (surplus > 0) {
                    moving.put(name, base);
                }
            } catch (IOException e) {
                failed++;
                err.printf("skein rebalance: %s: %s%n", name, e.getMessage());
            }
        }
        out.flush();
        err.flush();
        for (Map.Entry<String, String> node : moving.entrySet()) {
            out.printf(
                    Locale.ROOT, "%s: %,d clients moved%n", node.getKey(), await(node.getValue()));
            out.flush();
        }
        return failed == 0 ? 0 : 1;
    }

    /** How many were moved, when none is left to move. */
    private long await(String base) throws IOException, InterruptedException {
        JsonNode standing = nodes.standing(base);
        while (standing.path("toMove").asLong() > 0) {
            Thread.sleep(LOOK_MILLIS);
            standing = nodes.standing(base);
        }
        return standing.path("moved").asLong();
    }
}
