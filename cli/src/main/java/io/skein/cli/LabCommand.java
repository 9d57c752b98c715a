package io.skein.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab}: the laboratory, which is nothing without an instrument. */
@Command(
        name = "lab",
        description = "Measures brokers, Skein's and any other.",
        subcommands = {
            BenchCommand.class,
            CapacityCommand.class,
            ConnectionsCommand.class,
            DevicesCommand.class,
            StressCommand.class,
            ChaosCommand.class,
            FailoverCommand.class,
            PublisherCommand.class,
            AnalyserCommand.class,
            ReportCommand.class,
            CheckCommand.class,
            EdgeCloudCommand.class,
            CaptureCommand.class,
            LinkCommand.class,
            AgentCommand.class,
            SinkCommand.class,
            RunCommand.class,
            TargetsCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LabCommand implements Runnable {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which instrument? A command is missing");
    }
}
