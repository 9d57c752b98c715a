package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein drain}: the clients of a node are moved to others, so that it can be stopped. */
@Command(
        name = "drain",
        description = {
            "Moves the clients of a node of this machine to the other nodes, and lets no more in.",
            "",
            "MQTT 5 clients are told the node with the fewest connections, others are disconnected;"
                    + " sessions follow their clients. Meanwhile /ready answers 404, so that"
                    + " balancers send it nobody. Returns when no client is left. The node stays"
                    + " drained until --stop or its restart, also if this command is ended."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: no client is left.",
            "1: there is no such node, it does not answer, or no other node takes clients.",
            "2: the command line is wrong."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class DrainCommand implements Callable<Integer> {
    private final AdminClient nodes = new AdminClient();

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", description = "The name of the node.")
    private String name = "";

    @Mixin private final ClusterAdminOption admin = new ClusterAdminOption();

    @Mixin private final RateOption rate = new RateOption();

    @Option(names = "--stop", description = "Let clients in again; the rest of them stays.")
    private boolean stop;

    @Override
    public Integer call() throws IOException, InterruptedException, CommandFailedException {
        PrintWriter out = spec.commandLine().getOut();
        int perSecond = rate.perSecond(spec);
        String base = find();
        if (stop) {
            nodes.resume(base);
            out.printf("%s takes clients again%n", name);
        } else {
            long started = System.nanoTime();
            long moved =
                    new Draining(nodes, spec.commandLine().getErr()).run(name, base, perSecond);
            out.printf(
                    Locale.ROOT,
                    "%s is drained: %,d clients were moved in %.1f s; it takes clients again after"
                            + " skein drain %s --stop, or a restart%n",
                    name,
                    moved,
                    (System.nanoTime() - started) / 1e9,
                    name);
        }
        out.flush();
        return 0;
    }

    private String find() throws IOException, CommandFailedException {
        List<String> names = new ArrayList<>();
        for (JsonNode node : nodes.nodes(admin.url())) {
            if (node.path("name").asText().equals(name)) {
                return node.path("adminAddress").asText();
            }
            names.add(node.path("name").asText());
        }
        throw new CommandFailedException(
                "there is no node '%s'; there are %s".formatted(name, String.join(", ", names)));
    }
}
