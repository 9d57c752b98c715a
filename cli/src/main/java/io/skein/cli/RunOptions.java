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

    @Mixin private DrainOptions drain = new DrainOptions("5s");

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
        options.drainQuiet(drain.quiet()).drainLimit(drain.limit());
        Given.apply(latenessLimit, text -> options.latenessLimit(Durations.parse(text)));
        return options;
    }
}
