package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an instrument keeps what it found, if it is to be kept. */
final class OutOption {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Keep every figure, tables and a page with plots in this directory.")
    private @Nullable Path out;

    void apply(BenchOptions.Builder options) {
        options.out(out);
    }
}
