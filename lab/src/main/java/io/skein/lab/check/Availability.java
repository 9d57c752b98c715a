package io.skein.lab.check;

import io.skein.lab.history.Phase;
import io.skein.lab.measure.LatencyRecorder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * For how long clients asked for something and got nothing: from the first question to the next
 * answer or message of any kind.
 */
final class Availability {
    /** A wait as long as this is a time without service. */
    static final long THRESHOLD_NANOS = 1_000_000_000L;

    private static final int KEPT = 5_000;

    /** A client was without service. */
    record Interval(String client, long fromNanos, long toNanos) {
        long nanos() {
            return toNanos - fromNanos;
        }
    }

    private final List<Interval> intervals = new ArrayList<>();
    private final Map<String, Long> totals = new LinkedHashMap<>();
    private final Histogram waits = LatencyRecorder.emptyHistogram();
    private long count;

    /** A client got something. */
    void served(Client client, long nanos) {
        long waited = client.served(nanos);
        if (waited > 0) {
            waits.recordValue(Math.min(waited, LatencyRecorder.NANOS_MAXIMUM));
        }
        if (waited >= THRESHOLD_NANOS) {
            add(new Interval(client.id(), nanos - waited, nanos));
        }
    }

    private void add(Interval interval) {
        count++;
        totals.merge(interval.client(), interval.nanos(), Long::sum);
        if (intervals.size() < KEPT) {
            intervals.add(interval);
        }
    }

    /** The drain or the record ends: judges who was not served after the last fault had ended. */
    void end(RunState run, long endNanos) {
        long healed = run.nanosOf(Phase.HEALED);
        for (Client client : run.clients()) {
            long since = client.waitingSinceNanos();
            if (since >= 0 && endNanos - since >= THRESHOLD_NANOS) {
                add(new Interval(client.id(), since, endNanos));
            }
            if (client.attemptedNanos() > healed) {
                run.findings().checked(Promise.P10);
                boolean served = client.servedNanos() >= healed;
                if (!served && endNanos - Math.max(since, healed) >= THRESHOLD_NANOS) {
                    notHealed(run, client);
                }
            }
        }
    }

    private static void notHealed(RunState run, Client client) {
        run.findings()
                .add(
                        Anomaly.NOT_HEALED,
                        client.attemptedNanos(),
                        () ->
                                "%s asked after the faults had ended, and got nothing"
                                        .formatted(client.id()),
                        () -> Evidence.of(client.attempted()));
    }

    /** How many times without service there were. */
    long count() {
        return count;
    }

    /** The first of them, in the order in which they ended. */
    List<Interval> intervals() {
        return List.copyOf(intervals);
    }

    /** How long each client was without service, longest first, in nanoseconds. */
    List<Map.Entry<String, Long>> totals() {
        return totals.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .toList();
    }

    /** From questions to the next answer, in nanoseconds, short ones included. */
    Histogram waits() {
        return waits;
    }
}
