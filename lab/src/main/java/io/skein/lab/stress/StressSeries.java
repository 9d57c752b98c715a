package io.skein.lab.stress;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.compare.ReportCommand;
import io.skein.lab.result.Passwords;
import io.skein.lab.result.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix against several targets, one after the other: a folder for each within that of the
 * options, and one report of all side by side. The same command goes on where it was interrupted.
 */
public final class StressSeries {
    private StressSeries() {}

    /**
     * Does what is still to be done. While it runs, an end of the process that somebody asks for
     * lets it write its reports first.
     *
     * @param targets two or more, as {@code --target} takes them
     * @param options of every matrix; their target counts for nothing
     * @return {@link StressCommand#OK} if all runs of all targets are there, {@link
     *     StressCommand#FAILED} if nothing was measured at any, {@link StressCommand#INTERRUPTED}
     *     if it was stopped, otherwise {@link StressCommand#TARGET_LOST}
     */
    public static int run(
            List<String> targets, StressOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(targets, options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    public static int run(
            List<String> targets,
            StressOptions options,
            StopSignal stop,
            PrintStream out,
            PrintStream err) {
        try {
            RunFolder.open(options.out());
        } catch (IOException e) {
            err.println("stress: " + e.getMessage());
            return StressCommand.FAILED;
        }
        List<Integer> codes = new ArrayList<>();
        List<Path> measured = new ArrayList<>();
        for (String target : targets) {
            Path folder = options.out().resolve(folder(codes.size() + 1, target));
            if (stop.isRaised()) {
                codes.add(StressCommand.INTERRUPTED);
            } else {
                err.println("target " + Passwords.hidden(target));
                codes.add(StressCommand.run(options.at(target, folder), stop, out, err));
            }
            if (Files.exists(folder.resolve(RunFolder.RESULT))) {
                measured.add(folder);
            }
        }
        if (!measured.isEmpty()) {
            int reported =
                    ReportCommand.run(measured, options.out().resolve(RunFolder.REPORT), out, err);
            if (reported != ReportCommand.OK) {
                return StressCommand.FAILED;
            }
        }
        return code(codes);
    }

    private static int code(List<Integer> codes) {
        return codes.contains(StressCommand.INTERRUPTED)
                ? StressCommand.INTERRUPTED
                : codes.stream().distinct().count() == 1
                        ? codes.getFirst()
                        : StressCommand.TARGET_LOST;
    }

    /** The number keeps the order, and apart what differs in signs that no file name has. */
    static String folder(int number, String target) {
        String name = Passwords.hidden(target).replaceAll("[^A-Za-z0-9._=-]+", "-");
        return number + "-" + name.substring(0, Math.min(name.length(), 60));
    }
}
