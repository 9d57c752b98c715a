package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein links}: the links of a node to other brokers, or to Redis. */
@Command(
        name = "links",
        description = {
            "Shows the links of a node, of the architecture bridge to other brokers, of redis to Redis:"
                    + " whether they are connected and for how long, what waits for each, and what"
                    + " was carried."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LinksCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private final ClusterAdminOption admin = new ClusterAdminOption();

    @Option(names = "--json", description = "Print them in JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode links = new AdminClient().links(admin.url());
        if (json) {
            out.println(links.toPrettyString());
        } else {
            out.print(LinksTable.of(links, Instant.now()));
        }
        out.flush();
        return 0;
    }
}
