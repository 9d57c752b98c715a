package io.skein.cli;

import io.skein.lab.stress.StressOptions;
import io.skein.lab.stress.StressSeries;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein lab stress}: the matrix of 180 runs, whole. */
@Command(
        name = "stress",
        description = {
            "Runs the stress matrix against a broker: QoS of publishers and of the analyser, delay between"
                    + " messages, number of instances.",
            "",
            "DIR/matrix.csv has a row for each run, DIR/report.html the plots and the verdict. The exit"
                    + " code is 0 if all runs are there, 1 if nothing was measured, 3 if some are not,"
                    + " 130 if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class StressCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "URL|NAME",
            required = true,
            description =
                    "A broker: mqtt[s]://HOST:PORT, or one to start for it: see 'skein lab targets'. Of"
                            + " several addresses, with commas between them, the analyser takes the first"
                            + " and the publishers the last. Given several times: one after the other, each"
                            + " in a directory of its own, with one report of all.")
    private List<String> targets = List.of();

    @Mixin private MatrixOptions matrix = new MatrixOptions();

    @Override
    public Integer call() {
        StressOptions options = matrix.options(targets.getFirst(), true, false, spec);
        return targets.size() == 1
                ? io.skein.lab.stress.StressCommand.run(options, System.out, System.err)
                : StressSeries.run(targets, options, System.out, System.err);
    }
}
