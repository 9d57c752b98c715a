package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One fault that is to be made again and again.
 *
 * @param target of the drivers, with options
 * @param fault that takes a node away: kill, restart, freeze or partition
 * @param repetitions how often, 1 to 10,000
 * @param publishesPerSecond of all publishers together, above 0 and at most 20,000
 * @param hold how long a node is away before the fault is undone, 1 s to 10 min
 * @param seed what the nodes and pauses follow from
 * @param out where the records are kept
 * @param commandLine how to repeat it
 */
public record RepetitionOptions(
        String target,
        FaultKind fault,
        int repetitions,
        double publishesPerSecond,
        Duration hold,
        long seed,
        Path out,
        String commandLine) {
    private static final Set<FaultKind> KINDS =
            EnumSet.of(FaultKind.KILL, FaultKind.RESTART, FaultKind.FREEZE, FaultKind.PARTITION);
    private static final int REPETITIONS_LIMIT = 10_000;
    private static final double RATE_LIMIT = 20_000;
    private static final Duration HOLD_LEAST = Duration.ofSeconds(1);
    private static final Duration HOLD_MOST = Duration.ofMinutes(10);

    /** Checks the bounds. */
    public RepetitionOptions {
        if (!KINDS.contains(fault)) {
            throw new IllegalArgumentException(
                    "%s takes no node away; what does is %s"
                            .formatted(
                                    fault.word(),
                                    KINDS.stream()
                                            .map(FaultKind::word)
                                            .collect(Collectors.joining(", "))));
        }
        if (repetitions < 1 || repetitions > REPETITIONS_LIMIT) {
            throw new IllegalArgumentException(
                    "repetitions are 1 to %,d, not %,d".formatted(REPETITIONS_LIMIT, repetitions));
        }
        if (!(publishesPerSecond > 0 && publishesPerSecond <= RATE_LIMIT)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "the rate is above 0 and at most %,.0f messages per second, not %s",
                            RATE_LIMIT,
                            publishesPerSecond));
        }
        if (hold.compareTo(HOLD_LEAST) < 0 || hold.compareTo(HOLD_MOST) > 0) {
            throw new IllegalArgumentException(
                    "a node is away for 1 s to 10 m, not for %d ms".formatted(hold.toMillis()));
        }
    }

    /** Where clients of a node that is away go: elsewhere, unless their sessions stay behind. */
    boolean roaming() {
        return KnownPromises.sessionsMove(target);
    }
}
