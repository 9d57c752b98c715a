package io.skein.lab.chaos;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code skein lab chaos --seeds}: one run after the other, and a table of all. */
public final class ChaosSeeds {
    /** The table as CSV, in the directory of all runs; whole after every run. */
    public static final String FILE = "seeds.csv";

    private static final int RUNS_LIMIT = 100_000;

    private final Path directory;
    private final PrintStream out;
    private final PrintStream err;
    private final List<ChaosReport> reports = new ArrayList<>();

    private ChaosSeeds(Path directory, PrintStream out, PrintStream err) {
        this.directory = directory;
        this.out = out;
        this.err = err;
    }

    /**
     * Numbers with commas between them, and ranges of them: {@code 1..50,77}.
     *
     * @return each once, in their order
     * @throws IllegalArgumentException if something in it is neither, or there are too many
     */
    public static List<Long> parse(String text) {
        Set<Long> seeds = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            int dots = part.indexOf("..");
            long first = number(dots < 0 ? part : part.substring(0, dots), text);
            long last = dots < 0 ? first : number(part.substring(dots + 2), text);
            if (last < first || last - first >= RUNS_LIMIT) {
                throw new IllegalArgumentException(
                        "'%s' is no range of at most %,d seeds, such as 1..50"
                                .formatted(part, RUNS_LIMIT));
            }
            for (long seed = first; seed <= last; seed++) {
                seeds.add(seed);
            }
        }
        return List.copyOf(seeds);
    }

    private static long number(String word, String text) {
        try {
            return Long.parseLong(word.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' of --seeds %s is no number; seeds are written as 1..50 or 1,5,9"
                            .formatted(word, text),
                    e);
        }
    }

    /** Where the run of a seed is kept. */
    public static Path directoryOf(Path directory, long seed) {
        return directory.resolve("seed-" + seed);
    }

    /**
     * Makes all runs, or as many as there are before the process is asked to end.
     *
     * @param runs each with a seed and a directory of its own
     * @param directory of all runs
     * @return the worst exit code of {@link ChaosCommand} that a run had: stopped, violated,
     *     failed, unknown, held
     */
    public static int run(
            List<ChaosOptions> runs, Path directory, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(runs, directory, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    static int run(
            List<ChaosOptions> runs,
            Path directory,
            StopSignal stop,
            PrintStream out,
            PrintStream err) {
        return new ChaosSeeds(directory, out, err).run(runs, stop);
    }

    private int run(List<ChaosOptions> runs, StopSignal stop) {
        for (ChaosOptions options : runs) {
            if (stop.isRaised()) {
                break;
            }
            err.printf("run %d of %d, seed %d%n", reports.size() + 1, runs.size(), options.seed());
            reports.add(ChaosCommand.report(options, stop, out, err));
            write();
        }
        out.print(table());
        out.flush();
        return stop.isRaised() ? ChaosCommand.INTERRUPTED : worst();
    }

    private int worst() {
        return Stream.of(ChaosCommand.VIOLATED, ChaosCommand.FAILED, ChaosCommand.UNKNOWN)
                .filter(code -> reports.stream().anyMatch(report -> report.code() == code))
                .findFirst()
                .orElse(ChaosCommand.HELD);
    }

    private void write() {
        StringBuilder csv = new StringBuilder();
        csv.append("seed,verdict,seconds,published,acknowledged,received,words\n");
        for (ChaosReport report : reports) {
            csv.append(
                    String.format(
                            Locale.ROOT,
                            "%d,%s,%.1f,%d,%d,%d,\"%s\"%n",
                            report.seed(),
                            report.verdict(),
                            report.seconds(),
                            report.published(),
                            report.acknowledged(),
                            report.received(),
                            report.words().replace("\"", "\"\"")));
        }
        try {
            Files.createDirectories(directory);
            WholeFile.write(directory.resolve(FILE), csv.toString());
        } catch (IOException e) {
            err.println("chaos: cannot write %s: %s".formatted(FILE, e.getMessage()));
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(
                        "%n%10s  %-9s %8s %10s  %s%n",
                        "seed",
                        "verdict",
                        "seconds",
                        "published",
                        "first violation, or why nothing can be told"));
        double seconds = 0;
        long published = 0;
        for (ChaosReport report : reports) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%10d  %-9s %8.1f %,10d  %s%n",
                            report.seed(),
                            report.verdict(),
                            report.seconds(),
                            report.published(),
                            report.words()));
            seconds += report.seconds();
            published += report.published();
        }
        String verdicts =
                Stream.of("held", "violated", "unknown", "failed", "stopped")
                        .map(this::counted)
                        .filter(count -> !count.isEmpty())
                        .collect(Collectors.joining(", "));
        return table.append(
                        String.format(
                                Locale.ROOT,
                                "%,d runs in %,.0f s, %,d messages published: %s%n",
                                reports.size(),
                                seconds,
                                published,
                                verdicts))
                .toString();
    }

    private String counted(String verdict) {
        long count = reports.stream().filter(each -> each.verdict().equals(verdict)).count();
        return count == 0 ? "" : "%,d %s".formatted(count, verdict);
    }
}
