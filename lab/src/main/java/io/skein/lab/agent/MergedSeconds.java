package io.skein.lab.agent;

import io.skein.lab.load.RoundProgress;
import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.LatencySummary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The seconds of several generators as one: the n-th of each belong together, since all began at
 * the same instant. Used by one thread.
 */
final class MergedSeconds {
    private final List<Deque<Message.Second>> waiting = new ArrayList<>();
    private final List<Message.Second> last = new ArrayList<>();
    private final List<RoundProgress> seconds = new ArrayList<>();
    private final RoundProgress.Listener listener;

    MergedSeconds(int generators, RoundProgress.Listener listener) {
        this.listener = listener;
        for (int i = 0; i < generators; i++) {
            waiting.add(new ArrayDeque<>());
            last.add(new Message.Second(0, false, 0, 0, 0, 0, ""));
        }
    }

    /**
     * Another second of a generator.
     *
     * @throws IllegalArgumentException if its histogram is damaged
     */
    void add(int generator, Message.Second second) {
        waiting.get(generator).add(second);
        while (waiting.stream().noneMatch(Deque::isEmpty)) {
            merge();
        }
    }

    /** No more will come: what some have more than others counts too. */
    List<RoundProgress> end() {
        while (!waiting.stream().allMatch(Deque::isEmpty)) {
            merge();
        }
        return List.copyOf(seconds);
    }

    private void merge() {
        Histogram latency = LatencyRecorder.emptyHistogram();
        double sentPerSecond = 0;
        double receivedPerSecond = 0;
        for (int i = 0; i < waiting.size(); i++) {
            Message.Second second = waiting.get(i).poll();
            if (second != null) {
                last.set(i, second);
                sentPerSecond += second.sentPerSecond();
                receivedPerSecond += second.receivedPerSecond();
                latency.add(Histograms.of(second.latencyNanos()));
            }
        }
        RoundProgress progress =
                new RoundProgress(
                        last.stream().mapToLong(Message.Second::elapsedNanos).max().orElse(0),
                        last.stream().allMatch(Message.Second::draining),
                        last.stream().mapToLong(Message.Second::sent).sum(),
                        last.stream().mapToLong(Message.Second::received).sum(),
                        sentPerSecond,
                        receivedPerSecond,
                        LatencySummary.of(latency));
        seconds.add(progress);
        listener.onSecond(progress, latency);
    }
}
