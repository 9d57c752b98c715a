package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.edge.EdgeCommand;
import io.skein.lab.edge.EdgeOptions;
import io.skein.lab.link.LinkProfiles;
import io.skein.mqtt.QoS;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab edge-cloud}: when is a broker in the plant worth it? */
@Command(
        name = "edge-cloud",
        description = {
            "Compares a broker in the plant with one in the cloud, and with one that forwards, over emulated"
                    + " links: latency, loss, bytes, processors, and what it costs.",
            "",
            "DIR/report.html has plots and break-even, DIR/scenarios.csv a row for each scenario. DIR/costs.yaml"
                    + " is yours to edit; the same command then draws the report again without measuring. The"
                    + " exit code is 0 if all is there, 1 if nothing was measured, 3 if something is missing,"
                    + " 130 if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class EdgeCloudCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "URL|NAME",
            description =
                    "The broker on both sides: mqtt://HOST:PORT, or one to start, for each side by itself: see"
                            + " 'skein lab targets'.")
    private @Nullable String target;

    @Option(
            names = "--edge",
            paramLabel = "URL|NAME",
            description = "The broker in the plant (default: as --target).")
    private @Nullable String edge;

    @Option(
            names = "--cloud",
            paramLabel = "URL|NAME",
            description = "The broker in the cloud (default: as --target).")
    private @Nullable String cloud;

    @Mixin private BegunOutOption out = new BegunOutOption();

    @Option(
            names = "--link",
            paramLabel = "NAME[:KEY=VALUE,...]",
            description =
                    "A link between plant and cloud; may be repeated (default: lan, fibre, 5g, transatlantic"
                            + " and satellite). See 'skein lab link'.")
    private List<String> links = new ArrayList<>();

    @Option(
            names = "--plant-link",
            paramLabel = "NAME[:KEY=VALUE,...]",
            defaultValue = "lan",
            description = "The link between devices and the edge (default: ${DEFAULT-VALUE}).")
    private String plantLink = "";

    @Mixin private LinksOption means = new LinksOption();

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many devices, each with its connection (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "readings",
            description =
                    "What they are: readings (10 bytes, once a second; default), factory or metering.")
    private String profile = "";

    @Option(
            names = "--rate",
            paramLabel = "MSGS_PER_S",
            defaultValue = "0",
            description = "Readings of all devices per second (default: what the profile says).")
    private double rate;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many topics they share (default: ${DEFAULT-VALUE}).")
    private int topics;

    @Option(
            names = "--qos",
            paramLabel = "QOS",
            defaultValue = "1",
            description = "Of devices, forwarder and consumer (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "20s",
            description = "How long each scenario sends (default: ${DEFAULT-VALUE}).")
    private String duration = "";

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "2s",
            description =
                    "Of that, at the beginning: counted, but not in the latency (default: ${DEFAULT-VALUE}).")
    private String warmup = "";

    @Mixin private DrainOptions drain = new DrainOptions("5s");

    @Option(
            names = "--costs",
            paramLabel = "FILE",
            description = "A cost model to copy to DIR/costs.yaml (default: an example).")
    private @Nullable Path costs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of jitter and loss (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() {
        return EdgeCommand.run(options(), System.out, System.err);
    }

    private EdgeOptions options() {
        try {
            List<String> names =
                    links.isEmpty()
                            ? List.of("lan", "fibre", "5g", "transatlantic", "satellite")
                            : links;
            return new EdgeOptions(
                    side(edge, "--edge"),
                    side(cloud, "--cloud"),
                    LinkProfiles.parse(plantLink),
                    names.stream().map(LinkProfiles::parse).toList(),
                    means.means(),
                    devices,
                    profile,
                    rate,
                    topics,
                    QoS.of(qos),
                    Durations.parse(duration),
                    Durations.parse(warmup),
                    drain.quiet(),
                    drain.limit(),
                    costs,
                    out.folder(),
                    seed,
                    Typed.command(spec));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String side(@Nullable String given, String option) {
        String name = given == null ? target : given;
        if (name == null) {
            throw new IllegalArgumentException("which broker? Say --target, or " + option);
        }
        return name;
    }
}
