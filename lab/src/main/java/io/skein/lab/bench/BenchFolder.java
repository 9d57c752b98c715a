package io.skein.lab.bench;

import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.result.Csv;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.MomentColumns;
import io.skein.lab.watch.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.HistogramIterationValue;

/** A bench result as a folder: JSON, tables, and the page for people. */
final class BenchFolder {
    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private BenchFolder() {}

    static void write(BenchResult result, Path folder) throws IOException {
        WholeFile.write(folder.resolve("seconds.csv"), seconds(result));
        WholeFile.write(folder.resolve("latency.csv"), latency(result));
        WholeFile.write(folder.resolve("watch.csv"), watch(result));
        WholeFile.write(folder.resolve("figures.csv"), figures(result));
        RunFolder.write(folder, BenchPage.html(result), BenchJson.tree(result));
    }

    private static String seconds(BenchResult result) {
        Csv csv =
                new Csv(
                        List.of(
                                "at_seconds",
                                "draining",
                                "sent_per_second",
                                "received_per_second",
                                "p50_micros",
                                "p99_micros",
                                "max_micros"));
        for (RoundProgress second : result.round().seconds()) {
            csv.row(
                    second.elapsedNanos() / 1e9,
                    second.draining(),
                    second.sentPerSecond(),
                    second.receivedPerSecond(),
                    known(result, second.latency().p50()),
                    known(result, second.latency().p99()),
                    known(result, second.latency().max()));
        }
        return csv.toString();
    }

    /** An empty cell where the clocks of agents are not good enough for a latency. */
    private static double known(BenchResult result, double micros) {
        AgentsReport agents = result.agents();
        return agents == null || agents.knows(micros) ? micros : Double.NaN;
    }

    private static String latency(BenchResult result) {
        Csv csv = new Csv(List.of("percentile", "micros", "count"));
        for (HistogramIterationValue value :
                result.round().latencyNanos().percentiles(TICKS_PER_HALF_DISTANCE)) {
            csv.row(
                    value.getPercentileLevelIteratedTo(),
                    value.getValueIteratedTo() / 1e3,
                    value.getTotalCountToThisValue());
        }
        return csv.toString();
    }

    private static String watch(BenchResult result) {
        List<String> headings = new ArrayList<>(List.of("at_seconds"));
        headings.addAll(MomentColumns.names());
        Csv csv = new Csv(headings);
        for (Moment moment : result.timeLine().moments()) {
            List<Object> row = new ArrayList<>();
            row.add(result.timeLine().seconds(moment.atNanos()));
            row.addAll(MomentColumns.values(moment));
            csv.row(row.toArray());
        }
        return csv.toString();
    }

    private static String figures(BenchResult result) {
        Csv csv = new Csv(List.of("at_seconds", "source", "name", "value"));
        for (Reading reading : result.timeLine().readings()) {
            csv.row(
                    result.timeLine().seconds(reading.atNanos()),
                    reading.source(),
                    reading.name(),
                    reading.value());
        }
        return csv.toString();
    }
}
