package io.skein.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein node}: nodes of a cluster of {@code skein up} come and go. */
@Command(
        name = "node",
        description = {
            "Adds a node to a cluster that 'skein up' runs on this machine, or removes one, while the rest"
                    + " of it goes on."
        },
        subcommands = {NodeAddCommand.class, NodeRemoveCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class NodeCommand implements Runnable {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "what is to become of it? 'add' or 'remove' is missing");
    }
}
