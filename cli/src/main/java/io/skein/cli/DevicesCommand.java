package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.devices.DevicesOptions;
import io.skein.lab.devices.Population;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.server.config.NearestName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab devices}: a population of devices, all classes at once. */
@Command(
        name = "devices",
        description = {
            "Puts a population of devices on a broker: classes with rates, payloads and QoS of their own, all"
                    + " at once, each message accounted for.",
            "",
            "Shipped are factory, city, vehicles and greenhouse. The exit codes are those of 'skein lab"
                    + " bench'."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class DevicesCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--population",
            paramLabel = "NAME|FILE",
            required = true,
            description = "Who they are: a shipped name, or an experiment file with 'classes'.")
    private String population = "";

    @Option(
            names = "--scale",
            paramLabel = "TIMES",
            defaultValue = "1",
            description = "How many times the population there is (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Mixin private RunOptions run = new RunOptions();

    @Mixin private AgentsOptions agents = new AgentsOptions();

    @Mixin private SpreadOption spread = new SpreadOption();

    @Mixin private OutOption out = new OutOption();

    @Override
    public Integer call() {
        return io.skein.lab.devices.DevicesCommand.run(options(), System.out, System.err);
    }

    private DevicesOptions options() {
        try {
            BenchOptions.Builder options = run.options(spec);
            out.apply(options);
            ExperimentText text = ExperimentText.of(population);
            ExperimentFile file = text.parse();
            return new DevicesOptions(
                    options.build(),
                    Population.of(file, text.name(), NearestName::of),
                    scale,
                    agents.options(spread.spread()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
