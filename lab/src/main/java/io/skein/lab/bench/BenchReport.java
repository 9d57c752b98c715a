package io.skein.lab.bench;

import io.skein.lab.agent.AgentResult;
import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.Counts;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.ReconnectFigures;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.result.WholeFile;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Rhythm;
import io.skein.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A bench result for people (a table) and for programs (JSON). */
public final class BenchReport {
    private final BenchResult result;
    private final StringBuilder out = new StringBuilder();

    private BenchReport(BenchResult result) {
        this.result = result;
    }

    /** The result as a table of text, lines ending in {@code \n}. */
    public static String table(BenchResult result) {
        return new BenchReport(result).table();
    }

    /** The result as JSON. */
    public static String json(BenchResult result) throws IOException {
        return BenchJson.text(result);
    }

    /** Writes the result as JSON, whole or not at all. */
    public static void writeJson(BenchResult result, Path file) throws IOException {
        WholeFile.write(file, BenchJson.text(result));
    }

    /**
     * Finds out before a run whether its result can be written.
     *
     * @throws IOException with a message for the user if not
     */
    public static void requireWritable(Path file) throws IOException {
        WholeFile.requireWritable(file);
    }

    static String targets(BenchOptions options) {
        return options.targets().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private String table() {
        RoundResult round = result.round();
        Counts counts = round.counts();
        BenchOptions options = result.options();
        line("target", targets(options));
        line("workload", workload(options));
        line(
                "sent",
                "%,d   %s/s%s%s"
                        .formatted(
                                counts.sent(),
                                rate(round.sentPerSecond()),
                                some(counts.unsent(), "due but not taken by the target"),
                                some(counts.refused(), "refused")));
        if (options.workload().qos().value() > 0) {
            line(
                    "acknowledged",
                    "%,d%s"
                            .formatted(
                                    counts.acknowledged(),
                                    some(counts.unsettled(), "without answer")));
        }
        line(
                "received",
                "%,d of %,d expected   %s/s"
                        .formatted(
                                counts.received(),
                                counts.expected(),
                                rate(round.receivedPerSecond())));
        line(
                "",
                "lost %,d   duplicated %,d   out of order %,d   corrupted %,d%s"
                        .formatted(
                                counts.lost(),
                                counts.duplicated(),
                                counts.outOfOrder(),
                                counts.corrupted(),
                                some(
                                        counts.lostAcknowledged(),
                                        "of the lost had been acknowledged")));
        latency(round.latency(), options);
        reconnects(round.reconnects());
        generator(round.generator());
        agents();
        target();
        verdict();
        return out.toString();
    }

    static String workload(BenchOptions options) {
        String arrivals =
                switch (options.arrivals()) {
                    case Arrivals.Paced paced ->
                            "open loop, "
                                    + rate(paced.messagesPerSecond())
                                    + " msg/s"
                                    + (paced.rhythm() instanceof Rhythm.Even
                                            ? ""
                                            : " (" + paced.rhythm() + ")");
                    case Arrivals.Saturating saturating ->
                            "closed loop, window " + saturating.window();
                };
        Workload workload = options.workload();
        return "%d publishers, %d %ssubscribers%s, %d topics, %s, %s%s bytes, MQTT %s, %s, %s"
                .formatted(
                        workload.publishers(),
                        workload.subscribers(),
                        workload.persistent() ? "persistent " : "",
                        switch (workload.subscribing()) {
                            case EACH -> "";
                            case WILDCARD -> " with wildcards";
                            case SHARED -> " in groups";
                        },
                        workload.topics(),
                        qualities(workload),
                        workload.retained() ? "retained, " : "",
                        workload.payload(),
                        BenchJson.protocol(options),
                        arrivals,
                        Durations.format(options.duration()));
    }

    private static String qualities(Workload workload) {
        int sent = workload.qos().value();
        int received = workload.subscriberQos().value();
        return sent == received ? "QoS " + sent : "QoS %d to %d".formatted(sent, received);
    }

    private void latency(LatencySummary latency, BenchOptions options) {
        if (latency.count() == 0) {
            return;
        }
        line(
                "latency",
                "p50 %s   p90 %s   p99 %s   p99.9 %s   p99.99 %s   max %s"
                        .formatted(
                                known(latency.p50()),
                                known(latency.p90()),
                                known(latency.p99()),
                                known(latency.p999()),
                                known(latency.p9999()),
                                known(latency.max())));
        line(
                "",
                options.arrivals() instanceof Arrivals.Paced
                        ? "from the instant a message was due to its arrival"
                        : "from sending to arrival under full load: queues, not what a device would see");
    }

    private void reconnects(@Nullable ReconnectFigures reconnects) {
        if (reconnects != null) {
            line(
                    "reconnects",
                    "%,d   connecting p50 %s   p99 %s   max %s%s%s"
                            .formatted(
                                    reconnects.count(),
                                    micros(reconnects.connecting().p50()),
                                    micros(reconnects.connecting().p99()),
                                    micros(reconnects.connecting().max()),
                                    some(reconnects.failed(), "attempts failed"),
                                    some(reconnects.sessionsLost(), "sessions forgotten")));
        }
    }

    private void generator(GeneratorFigures generator) {
        String lateness =
                generator.lateness().count() == 0
                        ? ""
                        : "late p50 %s   p99 %s   max %s   "
                                .formatted(
                                        micros(generator.lateness().p50()),
                                        micros(generator.lateness().p99()),
                                        micros(generator.lateness().max()));
        line(
                "generator",
                "%sCPU %.2f cores   busiest loop %.0f %% + %.0f %% without a processor%s"
                        .formatted(
                                lateness,
                                generator.cpuShare(),
                                generator.busiestLoopShare() * 100,
                                generator.starvedLoopShare() * 100,
                                some(generator.heldBack(), "held back by the target")));
    }

    /** A latency, or that the clocks are not good enough for it. */
    private String known(double micros) {
        AgentsReport agents = result.agents();
        return agents == null || agents.knows(micros) ? micros(micros) : "not known";
    }

    private void agents() {
        AgentsReport agents = result.agents();
        if (agents == null) {
            return;
        }
        for (AgentResult agent : agents.agents()) {
            GeneratorFigures generator = agent.round().generator();
            line(
                    "agent",
                    "%s   sent %s/s   received %s/s   late p99 %s   CPU %.2f cores   %s"
                            .formatted(
                                    agent.address(),
                                    rate(agent.round().sentPerSecond()),
                                    rate(agent.round().receivedPerSecond()),
                                    micros(generator.lateness().p99()),
                                    generator.cpuShare(),
                                    Verdict.generatorReasons(
                                                            result.options(),
                                                            agent,
                                                            result.target())
                                                    .isEmpty()
                                            ? "valid"
                                            : "NOT valid"));
            line(
                    "",
                    "clock off by %s, known to %s; drift %.1f ppm, give or take %.1f"
                            .formatted(
                                    signedMicros(agent.clock().offsetNanos() / 1e3),
                                    micros(Math.ceil(agent.clock().boundNanos() / 1e3)),
                                    agent.clock().driftPartsPerMillion(),
                                    agent.clock().driftErrorPartsPerMillion()));
        }
        line(
                "clocks",
                agents.latencyErrorNanos() == 0
                        ? "each message came back to the agent that sent it: latency has no error of clocks"
                        : "latency may be off by %s either way; what is smaller is not known"
                                .formatted(micros(Math.ceil(agents.latencyErrorNanos() / 1e3))));
    }

    private static String signedMicros(double micros) {
        return (micros < 0 ? "-" : "") + micros(Math.abs(micros));
    }

    private void target() {
        BenchResult.TargetUsage usage = result.target();
        if (usage == null) {
            line("target CPU", "not measured: " + String.join("; ", result.targetNotes()));
            return;
        }
        line(
                "target CPU",
                "%.2f s   %.2f us per message (sent to it or delivered by it)   %.2f cores   RSS %.1f MiB"
                        .formatted(
                                usage.cpuSeconds(),
                                usage.cpuMicrosPerMessage(),
                                usage.cpuShare(),
                                usage.residentBytes() / 1048576.0));
    }

    private void verdict() {
        if (result.generatorBound()) {
            line(
                    "note",
                    "the generator was the limit: counts hold, the rate is a lower bound of what the target can do");
        }
        result.losses().stream()
                .limit(3)
                .forEach(lost ->
                        line("connection", lost.clientId() + " lost: " + lost.loss().message()));
        line(
                "valid",
                (result.isValid() ? "yes" : "NO: " + String.join("; ", result.invalidReasons()))
                        + (result.isPartial() ? " (partial)" : ""));
    }

    private void line(String name, String text) {
        out.append(String.format(Locale.ROOT, "%-13s %s\n", name, text));
    }

    private static String some(long count, String what) {
        return count == 0 ? "" : "   (%,d %s)".formatted(count, what);
    }

    static String rate(double perSecond) {
        return perSecond >= 100
                ? String.format(Locale.ROOT, "%,d", Math.round(perSecond))
                : String.format(Locale.ROOT, "%.1f", perSecond);
    }

    /** A time with the unit that suits it. */
    static String micros(double micros) {
        return micros < 1_000
                ? String.format(Locale.ROOT, "%.0f us", micros)
                : micros < 1_000_000
                        ? String.format(Locale.ROOT, "%.2f ms", micros / 1_000)
                        : String.format(Locale.ROOT, "%.2f s", micros / 1_000_000);
    }
}
