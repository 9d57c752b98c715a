package io.skein.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein lab report}: runs side by side. */
@Command(
        name = "report",
        description = {
            "Compares runs of one kind: 'bench', 'stress', 'capacity', 'connections', 'devices',"
                    + " 'edge-cloud' or 'failover'. A table here, and a page with plots that needs no other file.",
            "",
            "The exit code is 0 if the page was written, 1 if a directory holds no result, or they"
                    + " are of different kinds."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ReportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            arity = "1..*",
            description = "What --out named, or a directory of such directories.")
    private List<Path> folders = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "comparison.html",
            description = "Where the page goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        return io.skein.lab.compare.ReportCommand.run(folders, out, System.out, System.err);
    }
}
