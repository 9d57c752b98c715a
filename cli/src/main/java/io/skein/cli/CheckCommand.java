package io.skein.cli;

import io.skein.lab.check.Promises;
import io.skein.server.config.NearestName;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein lab check}: judges a recorded run again. */
@Command(
        name = "check",
        description = {
            "Judges the record of a run by the promises of its broker: what was acknowledged and lost, delivered twice, out of"
                    + " order, to the wrong ones, or not at all. Writes verdict.json and report.html into the directory.",
            "",
            "The exit code is 0 only if every promise held, 3 if one did not, 4 if of one it cannot be told, 1 if there is no"
                    + " record."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            description = "The directory of a run, or a history.jsonl; may be compressed (.gz).")
    private Path folder = Path.of("");

    @Option(
            names = "--promises",
            paramLabel = "NAME|FILE",
            defaultValue = "everything",
            description =
                    "What the broker promises: a YAML file, or skein-standalone, skein-standalone-os, skein-standalone-none,"
                            + " skein-grid, skein-bridge, mosquitto, rabbitmq, everything (default: ${DEFAULT-VALUE}).")
    private String promises = "";

    @Override
    public Integer call() {
        return io.skein.lab.check.CheckCommand.run(folder, promises(), System.out, System.err);
    }

    private Promises promises() {
        try {
            return Promises.of(promises, NearestName::of);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
