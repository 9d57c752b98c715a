package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.Durations;
import io.skein.lab.client.TlsFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab bench}: one load against any broker, every message accounted for. */
@Command(
        name = "bench",
        description = {
            "Puts a load on any MQTT broker and tells what became of every message.",
            "",
            "With --rate, latency counts from the moment a message was due to be sent; without, each"
                    + " publisher keeps a window of messages under way. The exit code is 0 if it was"
                    + " measured as planned, 1 if nothing was measured, 3 if the broker was lost, 130"
                    + " if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "URL[,URL...]|NAME",
            required = true,
            description =
                    "Brokers: mqtt[s]://HOST:PORT or ws[s]://HOST:PORT/PATH, with commas between them;"
                            + " clients are spread over them. Or a broker to start for the bench: see"
                            + " 'skein lab targets'.")
    private String target = "";

    @Option(
            names = "--publishers",
            paramLabel = "N",
            description = "How many clients publish (default: 1).")
    private @Nullable Integer publishers;

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            description = "How many clients subscribe (default: 1).")
    private @Nullable Integer subscribers;

    @Option(
            names = "--topics",
            paramLabel = "N",
            description = "How many topics they share (default: 1).")
    private @Nullable Integer topics;

    @Option(names = "--qos", paramLabel = "QOS", description = "0 (default), 1 or 2.")
    private @Nullable Integer qos;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "Bytes of each payload (default: 64).")
    private @Nullable Integer payloadBytes;

    @Option(
            names = "--shared",
            description =
                    "The subscribers of a topic share one subscription: one gets each message.")
    private boolean shared;

    @Option(
            names = "--persistent",
            description = "The subscribers have sessions that outlive their connections.")
    private boolean persistent;

    @Option(
            names = "--rate",
            paramLabel = "MSGS_PER_S",
            description =
                    "Messages per second of all publishers together (default: as fast as the broker"
                            + " takes them).")
    private @Nullable Double rate;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Without --rate: messages of a publisher under way (default: 64).")
    private @Nullable Integer window;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "How long, such as 500ms, 10s (default) or 2m.")
    private @Nullable String duration;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            description = "The same before it, left out of every figure (default: 1s).")
    private @Nullable String warmup;

    @Option(
            names = "--drain-quiet",
            paramLabel = "TIME",
            description =
                    "How long nothing may arrive until what is missing counts as lost (default: 5s).")
    private @Nullable String drainQuiet;

    @Option(
            names = "--drain-limit",
            paramLabel = "TIME",
            description = "How long that may take in all (default: 1m).")
    private @Nullable String drainLimit;

    @Option(
            names = "--lateness-limit",
            paramLabel = "TIME",
            description =
                    "With --rate: how late this generator may be (99th percentile) for its figures"
                            + " to be valid (default: 1ms).")
    private @Nullable String latenessLimit;

    @Option(
            names = "--protocol",
            paramLabel = "VERSION",
            description = "3.1, 3.1.1 (default) or 5.")
    private @Nullable String protocol;

    @Option(names = "--username", paramLabel = "NAME", description = "User name of every client.")
    private @Nullable String username;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            description = "Password of every client.")
    private @Nullable String password;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "For mqtts:// and wss://: trust these certificates (PEM).")
    private @Nullable Path caFile;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Certificate of every client (PEM).")
    private @Nullable Path certFile;

    @Option(names = "--key", paramLabel = "FILE", description = "The certificate's key (PEM).")
    private @Nullable Path keyFile;

    @Option(names = "--insecure", description = "For mqtts:// and wss://: accept any certificate.")
    private boolean insecure;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops of this generator (default: 1).")
    private @Nullable Integer threads;

    @Option(names = "--seed", paramLabel = "N", description = "Of what is random (default: 1).")
    private @Nullable Long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every figure to a file.")
    private @Nullable Path json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Keep every figure, tables and a page with plots in this directory.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        return io.skein.lab.bench.BenchCommand.run(options(), System.out, System.err);
    }

    private BenchOptions options() {
        try {
            BenchOptions.Builder options = BenchOptions.builder().target(target);
            Given.apply(publishers, options::publishers);
            Given.apply(subscribers, options::subscribers);
            Given.apply(topics, options::topics);
            Given.apply(qos, options::qos);
            Given.apply(payloadBytes, options::payloadBytes);
            options.shared(shared).persistent(persistent);
            Given.apply(rate, options::rate);
            Given.apply(window, options::window);
            Given.apply(duration, text -> options.duration(Durations.parse(text)));
            Given.apply(warmup, text -> options.warmup(Durations.parse(text)));
            Given.apply(drainQuiet, text -> options.drainQuiet(Durations.parse(text)));
            Given.apply(drainLimit, text -> options.drainLimit(Durations.parse(text)));
            Given.apply(latenessLimit, text -> options.latenessLimit(Durations.parse(text)));
            Given.apply(protocol, options::protocol);
            if (username != null || password != null) {
                options.credentials(username, password);
            }
            options.tls(new TlsFiles(caFile, certFile, keyFile, insecure));
            Given.apply(threads, options::threads);
            Given.apply(seed, options::seed);
            Given.apply(json, options::json);
            Given.apply(out, options::out);
            return options.commandLine(typed()).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String typed() {
        return "skein "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }
}
