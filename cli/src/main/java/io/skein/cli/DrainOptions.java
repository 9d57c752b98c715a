package io.skein.cli;

import io.skein.lab.bench.Durations;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long messages under way are waited for at the end of a run. */
final class DrainOptions {
    @Option(
            names = "--drain-quiet",
            paramLabel = "TIME",
            description =
                    "How long nothing may arrive until what is missing counts as lost (default:"
                            + " ${DEFAULT-VALUE}).")
    private String quiet;

    @Option(
            names = "--drain-limit",
            paramLabel = "TIME",
            description = "How long that may take in all (default: ${DEFAULT-VALUE}).")
    private String limit = "1m";

    /** With this default of the quiet time, as a user would write it. */
    DrainOptions(String quiet) {
        this.quiet = quiet;
    }

    /**
     * How long nothing may arrive.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    Duration quiet() {
        return Durations.parse(quiet);
    }

    /**
     * How long the wait may be in all.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    Duration limit() {
        return Durations.parse(limit);
    }
}
