package io.skein.cli;

import io.skein.lab.target.Targets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skein lab targets}: the brokers that the laboratory can start by itself. */
@Command(
        name = "targets",
        description = "Lists the brokers that --target can start, besides addresses of any other.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class TargetsCommand implements Runnable {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().println(Targets.shipped().help());
        spec.commandLine()
                .getOut()
                .println(
                        "FILE.yaml    A broker of your own; docs/LAB.md tells what stands in the file.");
    }
}
