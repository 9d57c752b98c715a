package io.skein.cli;

import io.skein.lab.agent.AgentAddress;
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
            "Waits for a controller, 'skein lab bench --agent HOST:PORT', and makes the load it asks for, until"
                    + " it is stopped.",
            "",
            "Whoever knows the secret can have it send anything anywhere. What passes between both is not"
                    + " encrypted, the target's password included: use a network of your own or a tunnel."
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

    @Override
    public Integer call() {
        try {
            return io.skein.lab.agent.AgentCommand.run(
                    AgentAddress.parse(listen), secret, System.out, System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
