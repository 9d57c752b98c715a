package io.skein.lab.capacity;

import io.skein.lab.agent.AgentOptions;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.load.RoundResult;
import io.skein.lab.report.Numbers;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A search for people who read terminals. */
final class CapacityTable {
    private CapacityTable() {}

    /** One probe as it is done. */
    static String line(int number, Probe probe, CapacityOptions options) {
        RoundResult round = probe.result().round();
        return String.format(
                Locale.ROOT,
                "%3d  %12s %s   received %s/s   p50 %s   p99 %s   lost %,d   %s%s",
                number,
                Numbers.brief(probe.load()),
                options.scale().unit(),
                Numbers.brief(round.receivedPerSecond()),
                Numbers.micros(round.latency().p50()),
                Numbers.micros(round.latency().p99()),
                round.counts().lost(),
                probe.judgement().name().toLowerCase(Locale.ROOT),
                probe.reasons().isEmpty() ? "" : ": " + String.join("; ", probe.reasons()));
    }

    /** All probes by load, and what was found. */
    static String of(CapacityResult result) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%14s %11s %11s %9s %9s %9s %9s %7s  %s%n",
                        result.options().scale().unit().equals("msg/s") ? "msg/s" : "clients x",
                        "sent/s",
                        "received/s",
                        "p50",
                        "p99",
                        "p99.9",
                        "lost",
                        "cores",
                        ""));
        result.probes().stream()
                .sorted(Comparator.comparingDouble(Probe::load))
                .forEach(probe -> text.append(row(probe)));
        AgentOptions agents = result.options().bench().agents();
        if (!agents.isEmpty()) {
            text.append("Load by agents ").append(agents.names()).append(".\n");
        }
        result.sentences().forEach(sentence -> text.append(sentence).append('\n'));
        return text.toString();
    }

    private static String row(Probe probe) {
        RoundResult round = probe.result().round();
        BenchResult.@Nullable TargetUsage usage = probe.result().target();
        return String.format(
                Locale.ROOT,
                "%14s %11s %11s %9s %9s %9s %,9d %7s  %s%n",
                Numbers.brief(probe.load()),
                Numbers.brief(round.sentPerSecond()),
                Numbers.brief(round.receivedPerSecond()),
                Numbers.micros(round.latency().p50()),
                Numbers.micros(round.latency().p99()),
                Numbers.micros(round.latency().p999()),
                round.counts().lost(),
                usage == null ? "-" : String.format(Locale.ROOT, "%.2f", usage.cpuShare()),
                probe.judgement().name().toLowerCase(Locale.ROOT));
    }
}
