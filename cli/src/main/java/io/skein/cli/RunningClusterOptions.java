package io.skein.cli;

import io.skein.cli.up.RunningCluster;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which cluster of {@code skein up} is meant, and how long its nodes may take. */
final class RunningClusterOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "The directory of the cluster, as 'skein up' has it (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("");

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long a node may take until it serves, or until it has given away what it has for"
                            + " others (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    RunningCluster cluster() {
        return new RunningCluster(data);
    }

    Duration limit() {
        return Duration.ofSeconds(timeoutSeconds);
    }
}
