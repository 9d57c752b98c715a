package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein nodes}: the members of a cluster. */
@Command(
        name = "nodes",
        description = {
            "Shows the nodes of a cluster as one of them sees it, with what they have to do.",
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class NodesCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private final ClusterAdminOption admin = new ClusterAdminOption();

    @Option(names = "--json", description = "Print them in JSON.")
    private boolean json;

    @Option(
            names = "--probe",
            description =
                    "Measure the time of a round trip to each, and name the best to connect to: of"
                            + " the nearest, up to 1 ms of difference, the one with the fewest"
                            + " connections.")
    private boolean probe;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode nodes = new AdminClient().nodes(admin.url());
        if (probe) {
            RoundTrips.measure(nodes);
        }
        Optional<JsonNode> best = probe ? RoundTrips.best(nodes) : Optional.empty();
        if (json) {
            best.ifPresent(node -> ((ObjectNode) node).put("best", true));
            out.println(nodes.toPrettyString());
        } else {
            out.print(NodesTable.of(nodes, probe));
            best.ifPresent(node ->
                    out.printf(
                            "the best from here: %s at %s%n",
                            node.path("name").asText(), node.path("mqttAddress").asText()));
        }
        out.flush();
        return 0;
    }
}
