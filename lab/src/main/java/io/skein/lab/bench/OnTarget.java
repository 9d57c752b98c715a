package io.skein.lab.bench;

import io.skein.lab.StopSignal;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.result.RunFolder;
import io.skein.lab.target.Scratch;
import io.skein.lab.target.Target;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The frame of an instrument: its folder is made, and its target there while it measures. */
public final class OnTarget {
    private OnTarget() {}

    /** What is done with a target. */
    @FunctionalInterface
    public interface Task<T> {
        /**
         * Measures.
         *
         * @param options those of the instrument, with the addresses and the credentials of the
         *     target
         */
        T run(Target target, BenchOptions options) throws LoadFailedException, IOException;
    }

    /**
     * Does as {@link #run} and tells what went wrong.
     *
     * @param instrument stands before what went wrong
     * @param err gets that, and what the start of a target has to say
     * @return what the task returns, {@link BenchCommand#INTERRUPTED} if it failed after the signal
     *     was raised, {@link BenchCommand#FAILED} if it failed otherwise
     */
    public static int command(
            String instrument,
            BenchOptions options,
            StopSignal stop,
            PrintStream err,
            Task<Integer> task) {
        try {
            return run(options, err::println, stop, task);
        } catch (LoadFailedException | TargetFailedException | IOException e) {
            err.println(instrument + ": " + e.getMessage());
            return stop.isRaised() ? BenchCommand.INTERRUPTED : BenchCommand.FAILED;
        }
    }

    /**
     * Makes the folder that the options name, if they do, and runs a task. A target that has to be
     * started for it is stopped at the end; one that runs already is left alone.
     *
     * @param progress gets what the start of a target has to say
     * @param stop ends the start early
     * @throws TargetFailedException if the target cannot be started
     * @throws IOException if the folder cannot be made, or the task throws it
     */
    public static <T> T run(
            BenchOptions options, Consumer<String> progress, StopSignal stop, Task<T> task)
            throws LoadFailedException, TargetFailedException, IOException {
        Path folder = options.out();
        if (folder != null) {
            RunFolder.make(folder);
        }
        String launch = options.launch();
        if (launch == null) {
            try (Target target =
                    Targets.at(options.targets(), options.username(), options.password())) {
                return task.run(target, options);
            }
        }
        try (Scratch scratch = Scratch.in(folder);
                Target target = open(launch, scratch, progress, stop)) {
            return task.run(target, options.at(target));
        }
    }

    private static Target open(
            String launch, Scratch scratch, Consumer<String> progress, StopSignal stop)
            throws TargetFailedException {
        try {
            return Targets.shipped().open(launch, scratch.directory(), progress, stop);
        } catch (IllegalArgumentException e) {
            throw new TargetFailedException(String.valueOf(e.getMessage()), e);
        }
    }
}
