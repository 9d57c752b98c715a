package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.Durations;
import io.skein.lab.capacity.CapacityOptions;
import io.skein.lab.capacity.Scale;
import io.skein.lab.workload.Rhythm;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab capacity}: how much a broker takes before latency breaks a bound. */
@Command(
        name = "capacity",
        description = {
            "Finds the largest load at which the 99th percentile of latency stays under a bound and nothing"
                    + " is lost: doubles the load until it is broken, then bisects.",
            "",
            "Each probe is a bench of --duration. A probe that breaks the bound is repeated; where the"
                    + " generator was late in it, the knee is a lower bound and said to be one. The exit code is 0 if the search came to its end, 1 if nothing was"
                    + " measured, 3 if the broker was lost, 130 if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CapacityCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private LoadOptions load = new LoadOptions();

    @Option(
            names = "--scale",
            paramLabel = "WHAT",
            defaultValue = "rate",
            description =
                    "What grows: rate (messages per second of the clients given), or clients (publishers,"
                            + " subscribers and topics alike, with --rate for each such set; default:"
                            + " ${DEFAULT-VALUE}).")
    private String scale = "";

    @Option(
            names = "--p99",
            paramLabel = "TIME",
            defaultValue = "10ms",
            description = "The bound (default: ${DEFAULT-VALUE}).")
    private String bound = "";

    @Option(
            names = "--rate",
            paramLabel = "MSGS_PER_S",
            description = "With --scale clients: of the clients given, once (default: 1).")
    private @Nullable Double rate;

    @Option(
            names = "--from",
            paramLabel = "LOAD",
            description =
                    "The first load (default: 1000 messages per second, or 10 times the clients).")
    private @Nullable Double from;

    @Option(
            names = "--minimum",
            paramLabel = "LOAD",
            defaultValue = "1",
            description = "Below this nothing is tried (default: ${DEFAULT-VALUE}).")
    private double minimum;

    @Option(
            names = "--maximum",
            paramLabel = "LOAD",
            description =
                    "Above this nothing is tried (default: 10,000,000 messages per second, or 100,000"
                            + " times the clients).")
    private @Nullable Double maximum;

    @Option(
            names = "--precision",
            paramLabel = "PERCENT",
            defaultValue = "5",
            description = "How near the knee is to be found (default: ${DEFAULT-VALUE}).")
    private double precision;

    @Option(
            names = "--arrivals",
            paramLabel = "RHYTHM",
            description = "fixed (default), poisson or burst:MESSAGES.")
    private @Nullable String arrivals;

    @Mixin private AgentsOptions agents = new AgentsOptions();

    @Mixin private SpreadOption spread = new SpreadOption();

    @Mixin private OutOption out = new OutOption();

    @Override
    public Integer call() {
        return io.skein.lab.capacity.CapacityCommand.run(options(), System.out, System.err);
    }

    private CapacityOptions options() {
        try {
            Scale what = scale();
            if (what == Scale.RATE && rate != null) {
                throw new IllegalArgumentException(
                        "the rate is what is searched for: --from is the first; --rate goes with"
                                + " --scale clients");
            }
            BenchOptions.Builder options = load.options(spec).rate(rate == null ? 1 : rate);
            Given.apply(arrivals, text -> options.rhythm(rhythm(text)));
            options.agents(agents.options(spread.spread()));
            out.apply(options);
            boolean clients = what == Scale.CLIENTS;
            return new CapacityOptions(
                    options.build(),
                    what,
                    Durations.parse(bound),
                    from == null ? (clients ? 10 : 1_000) : from,
                    minimum,
                    maximum == null ? (clients ? 100_000 : 10_000_000) : maximum,
                    1 + precision / 100);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Scale scale() {
        return switch (scale) {
            case "rate" -> Scale.RATE;
            case "clients" -> Scale.CLIENTS;
            default ->
                    throw new IllegalArgumentException(
                            "--scale '" + scale + "' is neither rate nor clients");
        };
    }

    private static Rhythm rhythm(String text) {
        Rhythm rhythm = Rhythm.parse(text);
        if (rhythm instanceof Rhythm.Ramp) {
            throw new IllegalArgumentException("a probe has one load; it cannot be a ramp");
        }
        return rhythm;
    }
}
