package io.skein.benchmarks.overload;

import io.skein.lab.StopSignal;
import io.skein.lab.bench.Bench;
import io.skein.lab.bench.BenchListener;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.BrokerUrl;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundProgress;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * The latency of a steady load at QoS 1 before, while and after a broker has a burden to bear: a
 * storm of connections, clients that stop in the middle of a packet, a subscriber that never reads.
 * Latency counts from the instant a message was due.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.overload.Overload mqtt://HOST:PORT [seconds]
 * [connections of the storm]}
 */
public final class Overload {
    private static final int RATE = 2_000;
    private static final int PAIRS = 10;

    private final BrokerAddress broker;
    private final Duration duration;

    private Overload(BrokerAddress broker, Duration duration) {
        this.broker = broker;
        this.duration = duration;
    }

    /** Runs the three experiments against a broker that is running. */
    public static void main(String[] arguments) throws Exception {
        BrokerAddress broker = BrokerUrl.parse(arguments[0]).address();
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Overload overload = new Overload(broker, Duration.ofSeconds(seconds));
        System.out.printf(
                "%-13s %-7s %9s %9s %9s %9s %6s  %s%n",
                "burden", "when", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "lost", "generator");
        for (Disturbance.Kind kind : Disturbance.Kind.values()) {
            boolean chosen = kind == Disturbance.Kind.STORM && arguments.length > 2;
            int count = chosen ? Integer.parseInt(arguments[2]) : kind.standardCount;
            overload.bear(kind, count);
        }
        System.exit(0);
    }

    private void bear(Disturbance.Kind kind, int count)
            throws IOException, InterruptedException, LoadFailedException {
        report(kind, "before", load(BenchListener.NONE));
        Process burden =
                new ProcessBuilder(
                                System.getProperty("java.home") + File.separator + "bin/java",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Disturbance.class.getName(),
                                kind.name(),
                                broker.host(),
                                Integer.toString(broker.port()),
                                Integer.toString(count))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(burden.getInputStream(), StandardCharsets.UTF_8))) {
            if (!"ready".equals(out.readLine())) {
                throw new IOException("the burden did not start");
            }
            try (OutputStream in = burden.getOutputStream()) { // its end ends the burden
                report(kind, "during", load(new Begin(in)));
            }
            System.out.printf("%-13s %s%n", "", out.readLine());
        } finally {
            burden.destroy();
            burden.waitFor();
        }
        report(kind, "after", load(BenchListener.NONE));
    }

    /** Lets the burden begin with the first second that is measured. */
    private static final class Begin implements BenchListener {
        private final OutputStream burden;
        private boolean begun;

        Begin(OutputStream burden) {
            this.burden = burden;
        }

        @Override
        public void onProgress(Phase phase, RoundProgress progress) {
            if (begun || phase != Phase.MEASURING) {
                return;
            }
            begun = true;
            try {
                burden.write('\n');
                burden.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private BenchResult load(BenchListener listener) throws LoadFailedException {
        BenchOptions options =
                BenchOptions.builder()
                        .target(broker)
                        .publishers(PAIRS)
                        .subscribers(PAIRS)
                        .topics(PAIRS)
                        .qos(1)
                        .rate(RATE)
                        .duration(duration)
                        .warmup(Duration.ofSeconds(2))
                        .build();
        return Bench.run(options, new StopSignal(), listener);
    }

    private static void report(Disturbance.Kind kind, String when, BenchResult result) {
        Histogram latency = result.round().latencyNanos();
        System.out.printf(
                Locale.ROOT,
                "%-13s %-7s %9.2f %9.2f %9.2f %9.2f %6d  %s%n",
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                when,
                millis(latency, 50),
                millis(latency, 99),
                millis(latency, 99.9),
                millis(latency, 100),
                result.round().counts().lost(),
                result.isValid() ? "in time" : String.join("; ", result.invalidReasons()));
    }

    private static double millis(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
