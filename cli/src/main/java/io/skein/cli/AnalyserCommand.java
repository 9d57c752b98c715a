package io.skein.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein lab analyser}: the matrix with publishers that run elsewhere. */
@Command(
        name = "analyser",
        description = {
            "Runs the stress matrix with publishers that run elsewhere: 'skein lab publisher', or those of"
                    + " somebody else.",
            "",
            "Latency includes the difference of the machines' clocks. Exit codes are those of 'stress'."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class AnalyserCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "URL",
            required = true,
            description = "The broker where the publishers listen.")
    private String target = "";

    @Option(
            names = "--foreign-publishers",
            description =
                    "The publishers know request/qos, request/delay and request/instancecount only. What"
                            + " they sent is then told by their highest counters.")
    private boolean foreign;

    @Mixin private MatrixOptions matrix = new MatrixOptions();

    @Override
    public Integer call() {
        return io.skein.lab.stress.StressCommand.run(
                matrix.options(target, false, foreign, spec), System.out, System.err);
    }
}
