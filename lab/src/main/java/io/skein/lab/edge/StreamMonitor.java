package io.skein.lab.edge;

import io.netty.buffer.ByteBuf;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.LoopCounter;
import io.skein.lab.measure.SequenceLedger;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * Accounts for what arrives at one place, to the message, until the markers of all devices have
 * come: the end of the stream, to the instant. Written by one event loop; {@link #arrivals} may be
 * asked for by any thread, the rest when the loop has done.
 */
final class StreamMonitor {
    private final DevicePlan plan;
    private final short tag;
    private final long warmupNanos;
    private final SequenceLedger[] ledgers;
    private final BitSet marked;
    private final Histogram latency = LatencyRecorder.emptyHistogram();
    private final CompletableFuture<Long> ended = new CompletableFuture<>();
    private volatile long startNanos;
    private final LoopCounter arrivals = new LoopCounter();
    private long stale;
    private long received;
    private long markedReadings;
    private long lastNanos;

    /** A monitor of one run; latency counts for what was due after the warm-up. */
    StreamMonitor(DevicePlan plan, short tag, long warmupNanos) {
        this.plan = plan;
        this.tag = tag;
        this.warmupNanos = warmupNanos;
        this.ledgers = new SequenceLedger[plan.devices()];
        for (int i = 0; i < ledgers.length; i++) {
            ledgers[i] = new SequenceLedger();
        }
        this.marked = new BitSet(plan.devices());
    }

    /** The instant that all times of the plan count from; before anything arrives. */
    void start(long nanos) {
        startNanos = nanos;
    }

    /** A payload came. */
    void arrived(ByteBuf buffer, int index, int length, long readAtNanos) {
        if (length < ReadingPayload.BYTES
                || ReadingPayload.tag(buffer, index) != tag
                || ReadingPayload.device(buffer, index) >= ledgers.length) {
            stale++;
            return;
        }
        arrivals.increment();
        int device = ReadingPayload.device(buffer, index);
        int sequence = ReadingPayload.sequence(buffer, index);
        if (ReadingPayload.isMarker(buffer, index)) {
            mark(device, sequence, readAtNanos);
            return;
        }
        received++;
        lastNanos = readAtNanos;
        long dueNanos = plan.line(device).dueNanos(sequence);
        if (ledgers[device].record(sequence) != SequenceLedger.Arrival.DUPLICATE
                && dueNanos >= warmupNanos) {
            latency.recordValue(
                    Math.clamp(
                            readAtNanos - startNanos - dueNanos, 0, LatencyRecorder.NANOS_MAXIMUM));
        }
    }

    private void mark(int device, int sent, long readAtNanos) {
        if (!marked.get(device)) {
            marked.set(device);
            markedReadings += sent;
            if (marked.cardinality() == ledgers.length) {
                ended.complete(readAtNanos);
            }
        }
    }

    /** Completes with the instant at which the last marker was read; on the loop. */
    CompletableFuture<Long> ended() {
        return ended;
    }

    /** Readings and markers so far. */
    long arrivals() {
        return arrivals.get();
    }

    /** Readings, repetitions included. */
    long received() {
        return received;
    }

    /** Readings that the markers speak of; those of all devices once it {@link #ended}. */
    long markedReadings() {
        return markedReadings;
    }

    /** Payloads that belong to another run, or to none. */
    long stale() {
        return stale;
    }

    /** When the last reading came, by {@link System#nanoTime}; 0 if none did. */
    long lastNanos() {
        return lastNanos;
    }

    /** From the instant a reading was due to its arrival, each once. */
    Histogram latency() {
        return latency;
    }

    long distinct() {
        return sum(SequenceLedger::distinct);
    }

    long duplicates() {
        return sum(SequenceLedger::duplicates);
    }

    long outOfOrder() {
        return sum(SequenceLedger::outOfOrder);
    }

    private long sum(ToLongFunction<SequenceLedger> count) {
        long sum = 0;
        for (SequenceLedger ledger : ledgers) {
            sum += count.applyAsLong(ledger);
        }
        return sum;
    }
}
