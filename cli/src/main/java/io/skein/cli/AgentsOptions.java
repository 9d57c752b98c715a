package io.skein.cli;

import io.skein.lab.agent.AgentAddress;
import io.skein.lab.agent.AgentKeys;
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
            description =
                    "The secret of the agents: both sides prove that they know it, over a connection that is"
                            + " encrypted.")
    private @Nullable Path secret;

    @Option(
            names = "--agent-cert",
            paramLabel = "FILE",
            description =
                    "Instead of a secret: the controller's certificate as PEM, with --agent-key and"
                            + " --agent-ca, who signed those of the agents.")
    private @Nullable Path cert;

    @Option(names = "--agent-key", paramLabel = "FILE", description = "The key of --agent-cert.")
    private @Nullable Path key;

    @Option(
            names = "--agent-ca",
            paramLabel = "FILE",
            description = "Who has signed the certificates of the agents.")
    private @Nullable Path ca;

    @Option(
            names = "--agent-unprotected",
            description =
                    "Without secret and certificates beyond loopback: whoever is on the way reads and changes"
                            + " what is said.")
    private boolean unprotected;

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    AgentOptions options(@Nullable Spread spread) {
        return new AgentOptions(
                agents.stream().map(AgentAddress::parse).toList(),
                new AgentKeys(secret, cert, key, ca, unprotected),
                spread);
    }
}
