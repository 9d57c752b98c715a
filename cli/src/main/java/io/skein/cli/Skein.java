package io.skein.cli;

import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code skein}, which is nothing without one of its own. */
@Command(
        name = "skein",
        description =
                "A distributed MQTT broker whose cluster architecture can be chosen, and the laboratory that measures it.",
        subcommands = {
            UpCommand.class,
            BrokerCommand.class,
            ReloadCommand.class,
            ImportCommand.class,
            PasswdCommand.class,
            NodesCommand.class,
            NodeCommand.class,
            LinksCommand.class,
            BalancerCommand.class,
            RedirectCommand.class,
            DrainCommand.class,
            RebalanceCommand.class,
            PubCommand.class,
            SubCommand.class,
            LabCommand.class,
            RehearseCommand.class,
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%n",
        footer = "'skein COMMAND --help' tells more about a command.")
public final class Skein implements Runnable {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    Skein() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        Failures failures = new Failures();
        CommandLine skein = new CommandLine(new Skein());
        for (String client : List.of("pub", "sub")) {
            // A message may look like an option.
            Objects.requireNonNull(skein.getSubcommands().get(client))
                    .setAllowOptionsAsOptionParameters(true);
        }
        // It may also begin with the sign for a file of arguments.
        return skein.setExpandAtFiles(false)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what shall it do? A command is missing");
    }
}
