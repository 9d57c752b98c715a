package io.skein.cli;

import io.skein.cli.up.ClusterFailedException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skein node add}: one node more. */
@Command(
        name = "add",
        description = {
            "Adds a node of the same architecture with the next name and ports, and returns when it serves"
                    + " clients and sees the other nodes.",
            "",
            "Nodes of a grid and those around Redis go on meanwhile. Islands of a bridge read at their"
                    + " start which links they have: they are restarted one after the other, which"
                    + " disconnects their clients and loses nothing that was kept.",
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class NodeAddCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private final RunningClusterOptions options = new RunningClusterOptions();

    @Override
    public Integer call() throws ClusterFailedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        out.println(
                options.cluster()
                        .add(
                                options.limit(),
                                line -> {
                                    err.println(line);
                                    err.flush();
                                }));
        out.flush();
        return 0;
    }
}
