package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.Durations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which broker and for how long: the same whatever the load is. */
final class RunOptions {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "How long, such as 500ms, 10s (default) or 2m.")
    private @Nullable String duration;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            description = "The same before it, left out of every figure (default: 1s).")
    private @Nullable String warmup;

    @Option(
            names = "--drain-quiet",
            paramLabel = "TIME",
            description =
                    "How long nothing may arrive until what is missing counts as lost (default: 5s).")
    private @Nullable String drainQuiet;

    @Option(
            names = "--drain-limit",
            paramLabel = "TIME",
            description = "How long that may take in all (default: 1m).")
    private @Nullable String drainLimit;

    @Option(
            names = "--lateness-limit",
            paramLabel = "TIME",
            description =
                    "With --rate: how late this generator may be (99th percentile) for its figures"
                            + " to be valid (default: 1ms).")
    private @Nullable String latenessLimit;

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    BenchOptions.Builder options(CommandSpec spec) {
        BenchOptions.Builder options = broker.options(spec);
        Given.apply(duration, text -> options.duration(Durations.parse(text)));
        Given.apply(warmup, text -> options.warmup(Durations.parse(text)));
        Given.apply(drainQuiet, text -> options.drainQuiet(Durations.parse(text)));
        Given.apply(drainLimit, text -> options.drainLimit(Durations.parse(text)));
        Given.apply(latenessLimit, text -> options.latenessLimit(Durations.parse(text)));
        return options;
    }
}
