package io.skein.lab.devices;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.bench.Bench;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchListener;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.bench.OnTarget;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.report.Numbers;
import io.skein.lab.result.Environment;
import io.skein.lab.result.RunFolder;
import io.skein.lab.target.Target;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A population as a command: progress and errors to one stream, the table to another. */
public final class DevicesCommand {
    private final DevicesOptions options;
    private final StopSignal stop;

    /** Of all classes, by the user or by one of them that cannot be measured. */
    private final StopSignal ending;

    private final PrintStream out;
    private final PrintStream err;
    private final Instant startedAt = Instant.now();

    /** Of a class that failed by itself, not because the others were ended. */
    private final AtomicReference<@Nullable LoadFailedException> firstFailure =
            new AtomicReference<>();

    private DevicesCommand(
            DevicesOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.stop = stop;
        this.ending = stop.branch();
        this.out = out;
        this.err = err;
    }

    /**
     * Runs all classes at once and tells of it. While it runs, an end of the process that somebody
     * asks for lets it write what it has first.
     *
     * @return the codes of {@link BenchCommand}
     */
    public static int run(DevicesOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    public static int run(
            DevicesOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        DevicesCommand command = new DevicesCommand(options, stop, out, err);
        return OnTarget.command(
                "devices",
                options.bench(),
                stop,
                err,
                (target, there) -> command.told(command.measure(target, there)));
    }

    private DevicesResult measure(Target target, BenchOptions there) throws LoadFailedException {
        List<DeviceClass> classes = options.population().classes();
        err.printf(
                Locale.ROOT,
                "%s: %,d clients in %d classes%n",
                options.population().name(),
                options.population().clients(options.scale()),
                classes.size());
        StartTogether start = new StartTogether(classes.size(), ending);
        List<FutureTask<BenchResult>> running = new ArrayList<>();
        for (DeviceClass devices : classes) {
            BenchListener listener =
                    start.listener((phase, second) -> tell(devices, phase, second));
            BenchOptions load = options.bench(there, devices);
            FutureTask<BenchResult> task =
                    new FutureTask<>(
                            orEnd(devices, () -> Bench.run(load, target, ending, listener)));
            running.add(task);
            Thread.ofPlatform().name("lab-" + devices.name()).daemon(true).start(task);
        }
        List<ClassResult> results = new ArrayList<>();
        @Nullable LoadFailedException failure = null;
        for (int i = 0; i < running.size(); i++) {
            try {
                results.add(new ClassResult(classes.get(i), running.get(i).get()));
            } catch (ExecutionException e) {
                failure = failure(classes.get(i), e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                stop.raise();
                i--; // it ends soon, with what it has
            }
        }
        @Nullable LoadFailedException first = firstFailure.get();
        if (first != null) {
            throw first;
        } else if (failure != null) {
            throw failure;
        }
        return new DevicesResult(
                options, target.described(), Environment.here(), startedAt, results);
    }

    /** One class that cannot be measured ends the others: alone they are another experiment. */
    private <T> Callable<T> orEnd(DeviceClass devices, Callable<T> task) {
        return () -> {
            try {
                return task.call();
            } catch (LoadFailedException | RuntimeException e) {
                if (!ending.isRaised()) {
                    firstFailure.compareAndSet(null, failure(devices, e));
                }
                ending.raise();
                throw e;
            }
        };
    }

    private static LoadFailedException failure(DeviceClass devices, Throwable cause) {
        return new LoadFailedException(
                "class '%s': %s".formatted(devices.name(), cause.getMessage()), cause);
    }

    private void tell(DeviceClass devices, BenchListener.Phase phase, RoundProgress second) {
        if (phase == BenchListener.Phase.MEASURING) {
            err.printf(
                    Locale.ROOT,
                    "%5.0f s  %-20s sent %s/s   received %s/s   p99 %s%n",
                    second.elapsedNanos() / 1e9,
                    devices.name(),
                    Numbers.brief(second.sentPerSecond()),
                    Numbers.brief(second.receivedPerSecond()),
                    Numbers.micros(second.latency().p99()));
        }
    }

    private int told(DevicesResult result) throws IOException {
        out.print(DevicesTable.of(result));
        Path folder = options.bench().out();
        if (folder != null) {
            DevicesFolder.write(result, folder);
            out.println("report        " + folder.resolve(RunFolder.REPORT));
        }
        out.flush();
        return result.classes().stream()
                .mapToInt(each -> BenchCommand.exitCode(each.bench()))
                .max()
                .orElse(BenchCommand.FAILED);
    }
}
