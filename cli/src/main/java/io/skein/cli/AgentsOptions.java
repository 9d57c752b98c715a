package io.skein.cli;

import io.skein.lab.agent.AgentAddress;
import io.skein.lab.agent.AgentOptions;
import io.skein.lab.workload.Spread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who makes the load if not this process. */
final class AgentsOptions {
    @Option(
            names = "--agent",
            paramLabel = "HOST:PORT",
            split = ",",
            description =
                    "Let 'skein lab agent' make the load there; several, each with a share of the clients.")
    private List<String> agents = new ArrayList<>();

    @Option(
            names = "--agent-secret",
            paramLabel = "FILE",
            description = "The secret of the agents.")
    private @Nullable Path secret;

    @Option(
            names = "--spread",
            paramLabel = "HOW",
            description =
                    "How agents share the clients: topics (whole topics, default where there are enough),"
                            + " clients (in turns), sides (the first half publishes, the others subscribe).")
    private @Nullable String spread;

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    AgentOptions options() {
        return new AgentOptions(
                agents.stream().map(AgentAddress::parse).toList(),
                secret,
                spread == null ? null : Spread.parse(spread));
    }
}
