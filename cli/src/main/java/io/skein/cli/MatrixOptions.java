package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.stress.Matrix;
import io.skein.lab.stress.StressOptions;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The matrix, for those who run it whole and those who only analyse. */
final class MatrixOptions {
    @Mixin private BegunOutOption out = new BegunOutOption();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long a run sends, such as 5s (default: ${DEFAULT-VALUE}).")
    private String duration = "";

    @Option(
            names = "--qos",
            split = ",",
            paramLabel = "QOS",
            defaultValue = "0,1,2",
            description = "Of publishers and analyser, each with each (default: ${DEFAULT-VALUE}).")
    private List<Integer> qos = List.of();

    @Option(
            names = "--delays",
            split = ",",
            paramLabel = "MS",
            defaultValue = "0,1,2,4",
            description = "Between two messages of an instance (default: ${DEFAULT-VALUE}).")
    private List<Integer> delays = List.of();

    @Option(
            names = "--instances",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2,3,4,5",
            description = "How many publish (default: ${DEFAULT-VALUE}).")
    private List<Integer> instances = List.of();

    @Mixin private DrainOptions drain = new DrainOptions("1s");

    @Mixin private BrokerLogin login = new BrokerLogin();

    StressOptions options(String target, boolean ownPublishers, boolean foreign, CommandSpec spec) {
        try {
            return new StressOptions(
                    target,
                    new Matrix(qos, delays, instances),
                    Durations.parse(duration),
                    drain.quiet(),
                    drain.limit(),
                    out.folder(),
                    login.username(),
                    login.password(),
                    login.tls(),
                    ownPublishers,
                    foreign,
                    Typed.command(spec));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
