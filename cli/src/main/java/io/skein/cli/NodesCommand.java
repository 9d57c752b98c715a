package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein nodes}: the members of a cluster. */
@Command(
        name = "nodes",
        description = "Shows the nodes of a cluster as one of them sees it.",
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

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode nodes = new AdminClient().nodes(admin.url());
        if (json) {
            out.println(nodes.toPrettyString());
        } else {
            out.print(NodesTable.of(nodes));
        }
        out.flush();
        return 0;
    }
}
