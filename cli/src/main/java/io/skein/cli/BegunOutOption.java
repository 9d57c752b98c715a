package io.skein.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where an experiment of many parts keeps them, and finds those that it has already. */
final class BegunOutOption {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description =
                    "Where results go. What is there already is not measured again: the same command goes on"
                            + " after an interruption.")
    private Path out = Path.of("");

    Path folder() {
        return out;
    }
}
