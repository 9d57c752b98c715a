package io.skein.lab.edge;

import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Numbers;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.ProcessSample;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** All that was seen of one scenario, and what follows from it. */
record Outcome(
        EdgeOptions options,
        Scenario scenario,
        DevicePlan plan,
        Instant startedAt,
        long startNanos,
        FleetAccount fleet,
        StreamMonitor monitor,
        StreamMonitor atTheEdge,
        @Nullable Forwarder forwarder,
        double linkRoundTripMicros,
        @Nullable String consumerLoss,
        boolean stopped,
        Meters before,
        Meters after,
        List<Moment> edgeMoments,
        List<Moment> cloudMoments) {
    private static final Path PROC = Path.of("/proc");

    /** How far the measured round trip may be from what was asked for without being told. */
    private static final double ROUND_TRIP_MICROS = 1_000;

    private static final double ROUND_TRIP_SHARE = 0.1;

    ScenarioResult result() {
        List<String> problems = problems();
        return new ScenarioResult(
                scenario.route().name(),
                scenario.link().name(),
                problems.isEmpty() ? ScenarioResult.COMPLETE : ScenarioResult.PARTIAL,
                String.join("; ", problems),
                notes(),
                startedAt.toString(),
                messages(),
                times(),
                new ScenarioResult.Wire(
                        Meters.between(before.plant(), after.plant()),
                        Meters.between(before.wide(), after.wide())),
                use());
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (stopped) {
            problems.add("interrupted");
        }
        if (!fleet.losses().isEmpty()) {
            problems.add("connections lost: " + String.join(", ", fleet.losses()));
        }
        if (consumerLoss != null) {
            problems.add("the consumer's connection was lost: " + consumerLoss);
        }
        if (forwarder != null && forwarder.loss() != null) {
            problems.add(forwarder.loss());
        }
        return problems;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (fleet.heldBack() > 0) {
            notes.add(
                    "%,d readings waited in their device: the connection took no more"
                            .formatted(fleet.heldBack()));
        }
        if (forwarder != null && forwarder.refused() > 0) {
            notes.add("the cloud refused %,d messages".formatted(forwarder.refused()));
        }
        if (Math.abs(linkRoundTripMicros - askedMicros())
                > Math.max(ROUND_TRIP_MICROS, ROUND_TRIP_SHARE * askedMicros())) {
            notes.add(
                    "the round trip of the links was measured as %s where %s was asked for"
                            .formatted(
                                    Numbers.micros(linkRoundTripMicros),
                                    Numbers.micros(askedMicros())));
        }
        if (!monitor.ended().isDone()) {
            notes.add("not all markers came: the end is where nothing came any more");
        }
        return notes;
    }

    /** The round trip of all links of the way, as it was asked for. */
    private double askedMicros() {
        Route route = scenario.route();
        long nanos =
                (route.usesEdge() ? options.plantLink().roundTripNanos() : 0)
                        + (route.usesCloud() ? scenario.link().roundTripNanos() : 0);
        return nanos / 1e3;
    }

    private ScenarioResult.Messages messages() {
        return new ScenarioResult.Messages(
                plan.readings(options.duration().toNanos()),
                fleet.sent(),
                fleet.acknowledged(),
                fleet.refused(),
                fleet.unsettled(),
                fleet.unsent(),
                fleet.heldBack(),
                monitor.received(),
                fleet.sent() - monitor.distinct(),
                monitor.duplicates(),
                monitor.outOfOrder(),
                monitor.stale(),
                forwarder == null ? 0 : forwarder.forwarded(),
                monitor.ended().isDone());
    }

    private ScenarioResult.Times times() {
        double duration = options.duration().toNanos() / 1e9;
        double ended = endedAfterSeconds();
        return new ScenarioResult.Times(
                duration,
                ended,
                fleet.sent() / duration,
                monitor.distinct() / Math.max(duration, ended),
                LatencySummary.of(monitor.latency()),
                LatencySummary.of(atTheEdge.latency()),
                Histograms.text(monitor.latency()),
                Histograms.text(atTheEdge.latency()),
                0, // devices and consumer are in one process
                fleet.latenessNanos().getValueAtPercentile(99) / 1e3,
                linkLatenessP99Micros(),
                linkRoundTripMicros);
    }

    private double endedAfterSeconds() {
        long last = monitor.ended().isDone() ? monitor.ended().join() : monitor.lastNanos();
        return last == 0 ? 0 : (last - startNanos) / 1e9;
    }

    private double linkLatenessP99Micros() {
        Histogram lateness = after.linkLatenessSince(before);
        return lateness.getTotalCount() == 0 ? Double.NaN : lateness.getValueAtPercentile(99) / 1e3;
    }

    private ScenarioResult.Use use() {
        List<Moment> moments = edgeMoments.isEmpty() ? cloudMoments : edgeMoments;
        return new ScenarioResult.Use(
                side(edgeMoments),
                side(cloudMoments),
                (after.devicesCpuNanos() - before.devicesCpuNanos()) / 1e9,
                (after.forwarderCpuNanos() - before.forwarderCpuNanos()) / 1e9,
                (after.consumerCpuNanos() - before.consumerCpuNanos()) / 1e9,
                (after.linksCpuNanos() - before.linksCpuNanos()) / 1e9,
                ProcessSample.of(PROC, ProcessHandle.current().pid())
                        .map(ProcessSample::residentBytes)
                        .orElse(0L),
                moments.stream()
                        .mapToDouble(moment -> moment.host().idleShare())
                        .average()
                        .orElse(Double.NaN));
    }

    /** A broker, by the samples in which its processes were seen. */
    private ScenarioResult.SideUse side(List<Moment> moments) {
        List<Moment> seen =
                moments.stream().filter(moment -> !moment.processes().isEmpty()).toList();
        if (seen.isEmpty()) {
            return ScenarioResult.SideUse.NONE;
        }
        double cpuSeconds = 0;
        long from = startNanos;
        for (Moment moment : seen) {
            cpuSeconds += moment.cpuShare() * Math.max(0, moment.atNanos() - from) / 1e9;
            from = moment.atNanos();
        }
        double seconds = Math.max(1e-9, (seen.getLast().atNanos() - startNanos) / 1e9);
        return new ScenarioResult.SideUse(
                cpuSeconds,
                cpuSeconds / seconds,
                seen.stream().mapToLong(Moment::residentBytes).max().orElse(0),
                fleet.sent() == 0 ? Double.NaN : cpuSeconds * 1e6 / fleet.sent());
    }
}
