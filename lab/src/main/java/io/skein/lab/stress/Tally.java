package io.skein.lab.stress;

import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Makes the figures of a run from what was counted; the one place where anything is divided. */
final class Tally {
    private static final int SYS_LIMIT = 200;

    private Tally() {}

    /**
     * What a run consists of.
     *
     * @param accounts of the publishers, by their number less one; null for one that did not tell
     */
    record Parts(
            Cell cell,
            Instant startedAt,
            Measured measured,
            List<Protocol.@Nullable Account> accounts,
            boolean ours,
            String problem,
            double seconds,
            double analyserLoopShare,
            List<Moment> moments,
            List<Reading> readings) {}

    static RunResult failed(Cell cell, Instant startedAt, String problem) {
        Parts nothing =
                new Parts(
                        cell,
                        startedAt,
                        new Measured(0, cell.instances()),
                        List.of(),
                        true,
                        problem,
                        0,
                        Double.NaN,
                        List.of(),
                        List.of());
        return result(nothing, "failed");
    }

    static RunResult measured(Parts parts) {
        return result(parts, parts.problem().isEmpty() ? "complete" : "partial");
    }

    private static RunResult result(Parts parts, String status) {
        Cell cell = parts.cell();
        Histogram gaps = LatencyRecorder.emptyHistogram();
        Histogram latency = LatencyRecorder.emptyHistogram();
        List<RunResult.PublisherResult> publishers = new ArrayList<>();
        List<String> disconnects = new ArrayList<>();
        double sendingSeconds = 0;
        double spanSeconds = 0;
        Sums sums = new Sums();
        for (int i = 1; i <= cell.instances(); i++) {
            StreamAccount stream = parts.measured().stream(i);
            Protocol.Account account =
                    i <= parts.accounts().size() ? parts.accounts().get(i - 1) : null;
            double sending = account == null ? parts.seconds() : account.sendingNanos() / 1e9;
            double span = stream.spanNanos() / 1e9;
            sendingSeconds = Math.max(sendingSeconds, sending);
            spanSeconds = Math.max(spanSeconds, span);
            gaps.add(stream.gaps());
            latency.add(stream.latency());
            publishers.add(sums.add(i, stream, account, Math.max(sending, span)));
            if (account != null && !account.lost().isEmpty()) {
                disconnects.add("publisher " + i + ": " + account.lost());
            }
        }
        var loss = parts.measured().loss();
        if (loss != null) {
            disconnects.add("analyser: " + loss.message());
        }
        Map<String, Double> first = new TreeMap<>();
        Map<String, Double> last = new TreeMap<>();
        sys(parts.readings(), first, last);
        Map<String, Double> change = new TreeMap<>();
        last.forEach((name, value) -> change.put(name, value - first.getOrDefault(name, value)));
        long lost = Math.max(0, sums.sent - sums.received);
        return new RunResult(
                cell.id(),
                cell.publisherQos().value(),
                cell.analyserQos().value(),
                cell.delayMillis(),
                cell.instances(),
                status.equals("complete") && !disconnects.isEmpty() ? "partial" : status,
                parts.problem(),
                parts.startedAt().toString(),
                sendingSeconds,
                parts.ours(),
                sums.sent,
                sums.acknowledged,
                sums.refused,
                sums.unsettled,
                sums.unsent,
                sums.received,
                lost,
                sums.duplicated,
                sums.outOfOrder,
                parts.measured().stale(),
                percent(lost, sums.sent),
                percent(sums.outOfOrder, sums.received),
                cell.ratePerSecond(),
                ratio(sums.sent, sendingSeconds),
                ratio(sums.received, Math.max(sendingSeconds, spanSeconds)),
                at(gaps, 50) / 1e6,
                at(gaps, 95) / 1e6,
                at(gaps, 99) / 1e6,
                at(latency, 50) / 1e3,
                at(latency, 99) / 1e3,
                at(latency, 100) / 1e3,
                Histograms.text(latency),
                sums.latenessP99Micros,
                sums.loopCpuShare,
                parts.analyserLoopShare(),
                publishers,
                disconnects,
                mean(parts.moments(), Moment::cpuShare),
                max(parts.moments(), Moment::cpuShare),
                max(parts.moments(), Moment::residentBytes),
                max(parts.moments(), Moment::threads),
                max(parts.moments(), Moment::descriptors),
                parts.moments().stream()
                        .mapToDouble(moment -> moment.host().idleShare())
                        .average()
                        .orElse(Double.NaN),
                last,
                change);
    }

    /** Sums over the publishers. */
    private static final class Sums {
        private long sent;
        private long acknowledged;
        private long refused;
        private long unsettled;
        private long unsent;
        private long received;
        private long duplicated;
        private long outOfOrder;
        private double latenessP99Micros;
        private double loopCpuShare;

        RunResult.PublisherResult add(
                int instance,
                StreamAccount stream,
                Protocol.@Nullable Account account,
                double seconds) {
            long theirs = account == null ? stream.highest() + 1 : account.sent();
            sent += theirs;
            received += stream.distinct();
            duplicated += stream.duplicates();
            outOfOrder += stream.outOfOrder();
            if (account != null) {
                acknowledged += account.acknowledged();
                refused += account.refused();
                unsettled += account.unsettled();
                unsent += account.unsent();
                latenessP99Micros = Math.max(latenessP99Micros, account.latenessP99Micros());
                loopCpuShare = Math.max(loopCpuShare, account.loopCpuShare());
            }
            return new RunResult.PublisherResult(
                    instance,
                    theirs,
                    stream.distinct(),
                    Math.max(0, theirs - stream.distinct()),
                    stream.duplicates(),
                    stream.outOfOrder(),
                    ratio(stream.distinct(), seconds));
        }
    }

    private static void sys(
            List<Reading> readings, Map<String, Double> first, Map<String, Double> last) {
        for (Reading reading : readings) {
            if (reading.source().equals("$SYS")
                    && (last.size() < SYS_LIMIT || last.containsKey(reading.name()))) {
                first.putIfAbsent(reading.name(), reading.value());
                last.put(reading.name(), reading.value());
            }
        }
    }

    private static double at(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0
                ? Double.NaN
                : histogram.getValueAtPercentile(percentile);
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? Double.NaN : 100.0 * part / whole;
    }

    private static double ratio(long count, double seconds) {
        return seconds == 0 ? Double.NaN : count / seconds;
    }

    private static double mean(List<Moment> moments, ToDoubleFunction<Moment> value) {
        return watched(moments).mapToDouble(value).average().orElse(Double.NaN);
    }

    private static double max(List<Moment> moments, ToDoubleFunction<Moment> value) {
        return watched(moments).mapToDouble(value).max().orElse(Double.NaN);
    }

    /** A target that is not on this machine has no processes to look into. */
    private static Stream<Moment> watched(List<Moment> moments) {
        return moments.stream().filter(moment -> !moment.processes().isEmpty());
    }
}
