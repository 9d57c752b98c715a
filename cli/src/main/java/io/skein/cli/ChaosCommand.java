package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.chaos.ChaosOptions;
import io.skein.lab.chaos.ChaosSeeds;
import io.skein.lab.chaos.Dialect;
import io.skein.lab.chaos.KnownPromises;
import io.skein.lab.check.Promises;
import io.skein.lab.fault.FaultKind;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.server.config.NearestName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab chaos}: faults under load, and what clients saw of them. */
@Command(
        name = "chaos",
        description = {
            "Starts a broker, kills, freezes and cuts off its nodes while many clients do all that MQTT"
                    + " allows, records what each of them did and saw, and judges from that record"
                    + " whether the broker kept what it promises.",
            "",
            "The same seed makes the same plan. The exit code is 0 if every declared promise held, 1 if"
                    + " there was no run, 3 if a promise was broken, 4 if the run says too little, 130"
                    + " if it was stopped; of several runs it is the worst."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ChaosCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            description = "Skein in this architecture: standalone, bridge, grid, redis.")
    private @Nullable String architecture;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "With --architecture: how many nodes (default: 1 alone, otherwise 3).")
    private @Nullable Integer nodes;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description =
                    "Another broker that is started for the run, with options: see 'skein lab targets'.")
    private @Nullable String target;

    @Option(
            names = "--faults",
            paramLabel = "KINDS",
            defaultValue = "kill,freeze,restart",
            description =
                    "With commas between them: kill, restart, freeze, partition, delay, loss, disk,"
                            + " clock, or none (default: ${DEFAULT-VALUE}).")
    private String faults = "";

    @Option(
            names = "--overlap",
            description =
                    "Two faults at a time: of a cluster on two nodes, of a single node a second one"
                            + " within a clock, delay, loss or disk.")
    private boolean overlap;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long faults come (default: ${DEFAULT-VALUE}); the drain follows.")
    private String duration = "";

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "24",
            description = "How many clients (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--rate",
            paramLabel = "MSGS_PER_S",
            defaultValue = "200",
            description =
                    "Messages per second of all publishers together (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "Publishes of a client that may be without an answer (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "What the plan follows from (default: a new one, which is printed).")
    private @Nullable Long seed;

    @Option(
            names = "--seeds",
            paramLabel = "LIST",
            description =
                    "One run for each of these seeds, such as 1..50 or 1,5,9, in directories of their own"
                            + " below --out, and a table of all at the end.")
    private @Nullable String seeds;

    @Option(
            names = "--no-shared",
            description = "Without shared subscriptions, for brokers that have none.")
    private boolean unshared;

    @Option(
            names = "--qos",
            paramLabel = "0..2",
            defaultValue = "2",
            description = "The highest quality of service that clients use (default: 2).")
    private int qos;

    @Option(
            names = "--mqtt-version",
            paramLabel = "3.1.1|5",
            description = "The one version that clients speak (default: both).")
    private @Nullable String version;

    @Option(
            names = "--promises",
            paramLabel = "NAME|FILE",
            description =
                    "What the broker promises, as 'skein lab check' takes it (default: what is known of the"
                            + " target, or everything).")
    private @Nullable String promises;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the record, the verdict and what the nodes wrote are kept.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        if (seeds != null) {
            return ChaosSeeds.run(several(seeds), directory(), System.out, System.err);
        }
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
        return io.skein.lab.chaos.ChaosCommand.run(
                options(chosen, directory()), System.out, System.err);
    }

    private Path directory() {
        return out == null ? Path.of(".") : out;
    }

    private List<ChaosOptions> several(String list) {
        if (seed != null) {
            throw new ParameterException(spec.commandLine(), "either --seed or --seeds");
        }
        try {
            return ChaosSeeds.parse(list).stream()
                    .map(each -> options(each, ChaosSeeds.directoryOf(directory(), each)))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private ChaosOptions options(long chosen, Path directory) {
        try {
            String name = target();
            return new ChaosOptions(
                    name,
                    faults.equals("none") ? List.of() : FaultKind.parse(faults),
                    overlap,
                    Durations.parse(duration),
                    clients,
                    rate,
                    window,
                    chosen,
                    dialect(),
                    Promises.of(
                            promises == null ? KnownPromises.of(name) : promises, NearestName::of),
                    directory,
                    again(name, chosen));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Dialect dialect() {
        ProtocolVersion only =
                switch (version) {
                    case null -> null;
                    case "3.1.1" -> ProtocolVersion.MQTT_3_1_1;
                    case "5" -> ProtocolVersion.MQTT_5;
                    default ->
                            throw new IllegalArgumentException(
                                    "'%s' is no version that clients speak here: 3.1.1 or 5"
                                            .formatted(version));
                };
        return new Dialect(QoS.of(qos), only, !unshared);
    }

    private String target() {
        if ((target == null) == (architecture == null)) {
            throw new IllegalArgumentException("either --architecture or --target is needed");
        }
        if (target != null) {
            if (nodes != null) {
                throw new IllegalArgumentException("--nodes goes with --architecture");
            }
            return target;
        }
        return "skein-" + architecture + (nodes == null ? "" : "-" + nodes);
    }

    private String again(String name, long chosen) {
        return "skein lab chaos --target %s --faults %s --duration %s --clients %d --rate %s --seed %d%s%s%s%s%s --out DIR"
                .formatted(
                        name,
                        faults,
                        duration,
                        clients,
                        rate,
                        chosen,
                        overlap ? " --overlap" : "",
                        unshared ? " --no-shared" : "",
                        qos == 2 ? "" : " --qos " + qos,
                        version == null ? "" : " --mqtt-version " + version,
                        window == 20 ? "" : " --window " + window);
    }
}
