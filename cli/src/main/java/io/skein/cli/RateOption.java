package io.skein.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How fast clients are moved. */
final class RateOption {
    private static final int MAXIMUM = 100_000;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Clients moved in a second by each node, 1 to 100,000 (default:"
                            + " ${DEFAULT-VALUE}).")
    private int perSecond;

    /**
     * Clients a second.
     *
     * @throws ParameterException if they are out of range
     */
    int perSecond(CommandSpec spec) {
        if (perSecond < 1 || perSecond > MAXIMUM) {
            throw new ParameterException(
                    spec.commandLine(), "--rate is 1 to " + MAXIMUM + ", not " + perSecond);
        }
        return perSecond;
    }
}
