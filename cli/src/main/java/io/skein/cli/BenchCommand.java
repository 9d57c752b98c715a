package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.workload.Rhythm;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab bench}: one load against any broker, every message accounted for. */
@Command(
        name = "bench",
        description = {
            "Puts a load on any MQTT broker and tells what became of every message.",
            "",
            "With --rate, latency counts from the moment a message was due to be sent; without, each"
                    + " publisher keeps a window of messages under way. The exit code is 0 if it was"
                    + " measured as planned, 1 if nothing was measured, 3 if the broker was lost, 130"
                    + " if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private LoadOptions load = new LoadOptions();

    @Option(
            names = "--rate",
            paramLabel = "MSGS_PER_S",
            description =
                    "Messages per second of all publishers together (default: as fast as the broker"
                            + " takes them).")
    private @Nullable Double rate;

    @Option(
            names = "--arrivals",
            paramLabel = "RHYTHM",
            description =
                    "With --rate: fixed (default), poisson, burst:MESSAGES, or ramp:FROM_PER_SECOND,"
                            + " which ends at the rate.")
    private @Nullable String arrivals;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Without --rate: messages of a publisher under way (default: 64).")
    private @Nullable Integer window;

    @Mixin private AgentsOptions agents = new AgentsOptions();

    @Mixin private SpreadOption spread = new SpreadOption();

    @Option(names = "--json", paramLabel = "FILE", description = "Write every figure to a file.")
    private @Nullable Path json;

    @Mixin private OutOption out = new OutOption();

    @Override
    public Integer call() {
        return io.skein.lab.bench.BenchCommand.run(options(), System.out, System.err);
    }

    private BenchOptions options() {
        try {
            BenchOptions.Builder options = load.options(spec);
            Given.apply(rate, options::rate);
            Given.apply(arrivals, text -> options.rhythm(Rhythm.parse(text)));
            Given.apply(window, options::window);
            options.agents(agents.options(spread.spread()));
            Given.apply(json, options::json);
            out.apply(options);
            return options.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
