package io.skein.lab.capture;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Records a run, or reads what was recorded, and tells the MQTT in it. */
public final class CaptureCommand {
    /** Recorded and read. */
    public static final int OK = 0;

    /** Nothing was recorded or read. */
    public static final int FAILED = 1;

    /** The capture is there, but the command that was to be captured failed. */
    public static final int COMMAND_FAILED = 3;

    private static final String CAPTURE = "capture.pcap";
    private static final String LISTING = "listing.txt";
    private static final String FLIGHTS = "flights.csv";
    private static final String LOG = "capture.log";
    private static final long FOREVER_NANOS = Duration.ofDays(365).toNanos();
    private static final long STOP_SECONDS = 15;

    private final CaptureOptions options;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;

    private CaptureCommand(
            CaptureOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /**
     * Records or reads. An end of the process that somebody asks for ends the recording; what was
     * recorded is read all the same.
     *
     * @return {@link #OK}, {@link #FAILED} or {@link #COMMAND_FAILED}
     */
    public static int run(CaptureOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    static int run(CaptureOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        try {
            return new CaptureCommand(options, stop, out, err).run();
        } catch (IOException | UncheckedIOException e) {
            err.println("capture: " + e.getMessage());
            return FAILED;
        }
    }

    private int run() throws IOException {
        Path file = options.read();
        if (file != null) {
            if (!Files.isRegularFile(file)) {
                throw new IOException("there is no file " + file);
            }
            if (options.out() != null) {
                RunFolder.open(options.out());
            }
            list(file, options.out());
            return OK;
        }
        Path folder = options.out();
        if (folder == null) {
            throw new IllegalStateException("the options require a folder");
        }
        RunFolder.open(folder);
        Path capture = folder.resolve(CAPTURE);
        if (Files.exists(capture)) {
            throw new IOException(folder + " holds another capture; name a fresh directory");
        }
        int exit = record(capture, folder.resolve(LOG));
        list(capture, folder);
        return exit;
    }

    private int record(Path capture, Path log) throws IOException {
        int exit = OK;
        Recorder recorder =
                Recorder.start(
                        options.program(), options.device(), options.ports(), capture, log, stop);
        try (recorder) {
            err.println("capture: recording " + options.ports() + " on " + options.device());
            Duration duration = options.duration();
            long nanos = duration == null ? FOREVER_NANOS : duration.toNanos();
            if (options.command().isEmpty()) {
                stop.await(nanos);
            } else {
                exit = runCommand(nanos);
            }
            recorder.linger(stop);
        }
        long dropped = recorder.dropped();
        if (dropped > 0) {
            err.println(
                    "capture: the kernel had no room for %,d frames; the listing will have gaps"
                            .formatted(dropped));
        }
        return exit;
    }

    private int runCommand(long nanos) throws IOException {
        Process process = new ProcessBuilder(options.command()).inheritIO().start();
        boolean ended = stop.awaitOr(process.onExit(), nanos);
        if (!ended) {
            process.destroy();
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            return OK;
        }
        if (process.exitValue() != 0) {
            err.println("capture: the command ended with exit code " + process.exitValue());
            return COMMAND_FAILED;
        }
        return OK;
    }

    private void list(Path capture, @Nullable Path folder) throws IOException {
        CaptureSummary summary;
        if (folder == null) {
            try (InputStream in = Files.newInputStream(capture)) {
                summary = CaptureListing.read(in, options.ports(), out::println);
            }
        } else {
            Path listing = folder.resolve(LISTING);
            try (InputStream in = Files.newInputStream(capture);
                    BufferedWriter writer = Files.newBufferedWriter(listing)) {
                summary = CaptureListing.read(in, options.ports(), line -> write(writer, line));
            }
            WholeFile.write(folder.resolve(FLIGHTS), summary.csv());
            out.println("listing       " + listing);
        }
        summary.lines().forEach(out::println);
        out.flush();
    }

    private static void write(BufferedWriter writer, String line) {
        try {
            writer.write(line);
            writer.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the listing: " + e.getMessage(), e);
        }
    }
}
