package io.skein.cli;

import io.skein.lab.agent.AgentAddress;
import io.skein.lab.agent.AgentKeys;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab agent}: a machine that makes load for a controller elsewhere. */
@Command(
        name = "agent",
        description = {
            "Waits for a controller, 'skein lab bench --agent HOST:PORT' (or capacity, connections, devices), and"
                    + " makes the load it asks for, until it is stopped.",
            "",
            "Whoever knows the secret, or has a certificate of the CA, can have it send anything anywhere. With"
                    + " either, what passes between both is encrypted (TLS 1.3)."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class AgentCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            required = true,
            description = "Where to listen; port 0 for any that is free.")
    private String listen = "";

    @Option(
            names = "--secret",
            paramLabel = "FILE",
            description =
                    "What the controller has to know, 16 bytes at least; may be left out on loopback only.")
    private @Nullable Path secret;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description =
                    "Instead of a secret: the agent's certificate as PEM, for the name or address by which"
                            + " controllers reach it, with --key and --ca.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "The key of --cert.")
    private @Nullable Path key;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Who has signed the certificates of controllers.")
    private @Nullable Path ca;

    @Option(
            names = "--unprotected",
            description =
                    "Serve anybody who reaches the port, on other addresses than loopback too.")
    private boolean unprotected;

    @Override
    public Integer call() {
        try {
            return io.skein.lab.agent.AgentCommand.run(
                    AgentAddress.parse(listen),
                    new AgentKeys(secret, cert, key, ca, unprotected),
                    System.out,
                    System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
