package io.skein.lab.load;

import io.netty.buffer.ByteBuf;
import io.skein.lab.client.PublishFrame;
import io.skein.lab.measure.SequenceLedger;
import io.skein.lab.workload.Stamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber in one round: judges every message and accounts for it, without an object per
 * message. Belongs to its client's event loop.
 */
final class SubscriberRound {
    private final int index;
    private final int loop;
    private final int topicNumber;
    private final int topics;
    private final List<PublisherAccount> publishers;
    private final boolean shared;
    private final @Nullable SequenceLedger[] ledgers;
    private final Stamp stamp;
    private final LoopMeter meter;

    /**
     * @param publishers those of this topic: publisher {@code p} stands at {@code p / topics}
     * @param shared whether others get the messages that this one does not
     */
    SubscriberRound(
            int index,
            int loop,
            int topicNumber,
            int topics,
            List<PublisherAccount> publishers,
            boolean shared,
            Stamp stamp,
            LoopMeter meter) {
        this.index = index;
        this.loop = loop;
        this.topicNumber = topicNumber;
        this.topics = topics;
        this.publishers = publishers;
        this.shared = shared;
        this.ledgers = new @Nullable SequenceLedger[publishers.size()];
        this.stamp = stamp;
        this.meter = meter;
    }

    int index() {
        return index;
    }

    int topicNumber() {
        return topicNumber;
    }

    List<PublisherAccount> publishers() {
        return publishers;
    }

    /** The account of one of {@link #publishers}, or null if nothing came of it. */
    @Nullable SequenceLedger ledger(int position) {
        return ledgers[position];
    }

    /** A message came. */
    void onPublish(ByteBuf buffer, PublishFrame frame, long readAtNanos) {
        int at = frame.payloadIndex();
        Stamp.Verdict verdict = stamp.judge(buffer, at, frame.payloadLength());
        if (verdict != Stamp.Verdict.OURS) {
            (verdict == Stamp.Verdict.STALE ? meter.stale : meter.corrupted).increment();
            return;
        }
        int publisher = stamp.publisher(buffer, at);
        long sequence = stamp.sequence(buffer, at);
        int position = publisher / topics;
        if (publisher % topics != topicNumber
                || position >= publishers.size()
                || sequence >= publishers.get(position).sent()
                || !publishers.get(position).isOnTopic(buffer, frame)) {
            meter.corrupted.increment(); // whole, but it came where it does not belong
            return;
        }
        account(
                publishers.get(position),
                ledgerAt(position),
                sequence,
                readAtNanos - meter.startNanos - stamp.intended(buffer, at));
    }

    private void account(
            PublisherAccount publisher, SequenceLedger ledger, long sequence, long latencyNanos) {
        long before = ledger.highest();
        meter.received.increment();
        if (ledger.record(sequence) == SequenceLedger.Arrival.DUPLICATE) {
            return;
        }
        meter.distinct.increment();
        meter.latency.record(latencyNanos);
        long rise = shared ? 1 : ledger.highest() - before;
        if (rise > 0) {
            publisher.arrived(loop, rise);
        }
    }

    private SequenceLedger ledgerAt(int position) {
        SequenceLedger ledger = ledgers[position];
        if (ledger == null) {
            ledger = new SequenceLedger();
            ledgers[position] = ledger;
        }
        return ledger;
    }
}
