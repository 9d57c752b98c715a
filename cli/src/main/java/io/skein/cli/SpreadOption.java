package io.skein.cli;

import io.skein.lab.workload.Spread;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How agents share a load that has topics. */
final class SpreadOption {
    @Option(
            names = "--spread",
            paramLabel = "HOW",
            description =
                    "How agents share the clients: topics (whole topics, default where there are enough),"
                            + " clients (in turns), sides (the first half publishes, the others subscribe).")
    private @Nullable String spread;

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is none
     */
    @Nullable Spread spread() {
        return spread == null ? null : Spread.parse(spread);
    }
}
