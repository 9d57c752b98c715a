package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.chaos.RepetitionOptions;
import io.skein.lab.fault.FaultKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab failover}: how long clients wait when a node is lost, many times over. */
@Command(
        name = "failover",
        description = {
            "Starts a cluster, loses a node of it again and again under a steady load, and tells how long"
                    + " subscribers and publishers waited, how long the cluster took to be whole again,"
                    + " and which acknowledged messages were lost.",
            "",
            "The same seed hits the same nodes. The exit code is 0 if nothing acknowledged was lost, 1 if"
                    + " there was no run, 3 if something was lost, 4 if a repetition did not come to its"
                    + " end, 130 if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class FailoverCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            required = true,
            description =
                    "What is started, such as skein-grid-3, skein-redis-3, skein-bridge-3, skein: see"
                            + " 'skein lab targets'.")
    private String target = "";

    @Option(
            names = "--fault",
            paramLabel = "KIND",
            defaultValue = "kill",
            description =
                    "What happens to the node: kill, restart, freeze or partition (default:"
                            + " ${DEFAULT-VALUE}).")
    private String fault = "";

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            description =
                    "How long the node is away before it is started, continued or joined again (default:"
                            + " 5s; of freeze and partition 15s, for clients notice neither at once).")
    private @Nullable String hold;

    @Option(
            names = "--rate",
            paramLabel = "MSGS_PER_S",
            defaultValue = "500",
            description =
                    "Messages per second of all publishers together (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "What nodes and pauses follow from (default: a new one, which is printed).")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the records, the figures and what the nodes wrote are kept.")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        return io.skein.lab.failover.FailoverCommand.run(options(), System.out, System.err);
    }

    private RepetitionOptions options() {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
        try {
            FaultKind kind = kind();
            Duration away = hold == null ? usualHold(kind) : Durations.parse(hold);
            return new RepetitionOptions(
                    target, kind, repetitions, rate, away, chosen, out, again(away, chosen));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private FaultKind kind() {
        List<FaultKind> kinds = FaultKind.parse(fault);
        if (kinds.size() != 1) {
            throw new IllegalArgumentException(
                    "'%s' are several faults; --fault takes one".formatted(fault));
        }
        return kinds.getFirst();
    }

    private static Duration usualHold(FaultKind kind) {
        return Duration.ofSeconds(kind == FaultKind.FREEZE || kind == FaultKind.PARTITION ? 15 : 5);
    }

    private String again(Duration away, long chosen) {
        return "skein lab failover --target %s --fault %s --repetitions %d --hold %s --rate %s --seed %d --out DIR"
                .formatted(target, fault, repetitions, Durations.format(away), rate, chosen);
    }
}
