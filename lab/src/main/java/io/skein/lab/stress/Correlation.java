package io.skein.lab.stress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * How two figures go together over the runs: Spearman's coefficient of their ranks, -1 to 1, which
 * does not care for scales and little for extremes.
 *
 * @param runs in which both are known
 */
record Correlation(String of, String with, double coefficient, int runs) {
    private static final int RUNS_MINIMUM = 8;

    /** Loss and rate with everything else, the strongest first. */
    static List<Correlation> all(List<RunResult> runs) {
        Map<String, ToDoubleFunction<RunResult>> ours = new LinkedHashMap<>();
        ours.put("loss", RunResult::lossPercent);
        ours.put("rate received", RunResult::receivedPerSecond);
        Map<String, ToDoubleFunction<RunResult>> others = new LinkedHashMap<>();
        others.put("CPU of the broker", RunResult::targetCpuShare);
        others.put("memory of the broker", RunResult::targetRssBytesMax);
        others.put("idle time of the machine", RunResult::hostIdleShare);
        Set<String> topics = new TreeSet<>();
        runs.forEach(run -> topics.addAll(run.sysChange().keySet()));
        topics.forEach(
                topic -> others.put(topic, run -> run.sysChange().getOrDefault(topic, Double.NaN)));
        List<Correlation> all = new ArrayList<>();
        ours.forEach((name, value) ->
                others.forEach(
                        (other, otherValue) -> add(all, name, other, runs, value, otherValue)));
        all.sort(Comparator.comparingDouble(each -> -Math.abs(each.coefficient())));
        return all;
    }

    private static void add(
            List<Correlation> all,
            String of,
            String with,
            List<RunResult> runs,
            ToDoubleFunction<RunResult> one,
            ToDoubleFunction<RunResult> other) {
        double[][] pairs =
                runs.stream()
                        .map(run -> new double[] {one.applyAsDouble(run), other.applyAsDouble(run)})
                        .filter(pair -> Double.isFinite(pair[0]) && Double.isFinite(pair[1]))
                        .toArray(double[][]::new);
        double coefficient =
                spearman(
                        Arrays.stream(pairs).mapToDouble(pair -> pair[0]).toArray(),
                        Arrays.stream(pairs).mapToDouble(pair -> pair[1]).toArray());
        if (pairs.length >= RUNS_MINIMUM && Double.isFinite(coefficient)) {
            all.add(new Correlation(of, with, coefficient, pairs.length));
        }
    }

    /** The coefficient; NaN where one of the two does not vary. */
    static double spearman(double[] one, double[] other) {
        double[] x = ranks(one);
        double[] y = ranks(other);
        double meanX = Arrays.stream(x).average().orElse(0);
        double meanY = Arrays.stream(y).average().orElse(0);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xx == 0 || yy == 0 ? Double.NaN : xy / Math.sqrt(xx * yy);
    }

    /** Places from the smallest, the mean of them for those that are equal. */
    private static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double below = 0;
            double equal = 0;
            for (double each : values) {
                below += each < values[i] ? 1 : 0;
                equal += each == values[i] ? 1 : 0;
            }
            ranks[i] = below + (equal + 1) / 2;
        }
        return ranks;
    }
}
