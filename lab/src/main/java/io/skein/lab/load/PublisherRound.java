package io.skein.lab.load;

import io.netty.buffer.ByteBuf;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.PreparedPublish;
import io.skein.lab.client.PublishCallback;
import io.skein.lab.measure.LoopCounter;
import io.skein.lab.measure.SequenceLedger;
import io.skein.lab.workload.PayloadSizes;
import io.skein.lab.workload.Stamp;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicName;

/**
 * One publisher in one round: sends stamped messages and keeps account of them. Belongs to its
 * client's event loop, but for the counters.
 */
final class PublisherRound extends PublisherAccount implements PublishCallback {
    private final Member member;
    private final int loop;
    private final PayloadSizes sizes;
    private final PreparedPublish frame;
    private final Stamp stamp;
    private final LoopMeter meter;
    private final Pump pump;
    private final SequenceLedger acknowledged = new SequenceLedger();
    private final LoopCounter sent = new LoopCounter();

    /** For each event loop: what its subscribers have told with {@link #arrived(int, long)}. */
    private final LoopCounter[] arrived;

    private long settled;
    private long givenUp;
    private long writtenOffDeliveries;

    // State of the pump, kept here so that it needs no map.
    long due;
    boolean blocked;
    boolean ready;
    long progressSeen;
    long progressSeenAtNanos;

    PublisherRound(
            Member member,
            int index,
            int loop,
            int loops,
            int deliveries,
            TopicName topic,
            PayloadSizes sizes,
            PreparedPublish frame,
            Stamp stamp,
            LoopMeter meter,
            Pump pump) {
        super(index, deliveries, topic);
        this.member = member;
        this.loop = loop;
        this.sizes = sizes;
        this.frame = frame;
        this.stamp = stamp;
        this.meter = meter;
        this.pump = pump;
        this.arrived = new LoopCounter[loops];
        for (int i = 0; i < loops; i++) {
            arrived[i] = new LoopCounter();
        }
    }

    int loop() {
        return loop;
    }

    Pump pump() {
        return pump;
    }

    /** Messages handed to the connection; the next sequence number. */
    @Override
    long sent() {
        return sent.get();
    }

    @Override
    SequenceLedger acknowledged() {
        return acknowledged;
    }

    boolean canSend() {
        return !member.isNapping() && member.client().canSend(frame.qos());
    }

    boolean isAlive() {
        return member.isAlive();
    }

    /** Sends the next message; the caller has asked {@link #canSend}. */
    void send(long intendedNanos) {
        long sequence = sent.get();
        int length = sizes.bytes(index(), sequence);
        ByteBuf out = member.client().send(frame, length, sequence, this);
        stamp.write(
                out,
                out.writerIndex() - length,
                length,
                index(),
                sequence,
                intendedNanos - meter.startNanos);
        sent.increment();
        meter.sent.increment();
    }

    /**
     * Messages sent that the slowest of ways has not settled: not acknowledged (above QoS 0), or
     * not received, on average over the deliveries due. A lost message is settled when a later one
     * arrives.
     */
    long outstanding() {
        long out = sent.get();
        long unacknowledged = frame.qos() == QoS.AT_MOST_ONCE ? 0 : out - settled;
        int deliveries = deliveries();
        if (deliveries == 0) {
            return unacknowledged;
        }
        long unreceived = out * deliveries - Math.max(arrivals(), writtenOffDeliveries);
        return Math.max(unacknowledged, (unreceived + deliveries - 1) / deliveries);
    }

    /** Whether nothing waits for an acknowledgement. */
    boolean isSettled() {
        return frame.qos() == QoS.AT_MOST_ONCE || settled + givenUp == sent.get();
    }

    /** Changes whenever the target has got something done for this publisher. */
    long progress() {
        return settled + arrivals();
    }

    /** Gives up on what was sent and never arrived, so that the window opens again. */
    void writeOff() {
        writtenOffDeliveries = sent.get() * deliveries();
    }

    @Override
    void arrived(int atLoop, long rise) {
        arrived[atLoop].add(rise);
        pump.progressed(this);
    }

    private long arrivals() {
        long sum = 0;
        for (LoopCounter counter : arrived) {
            sum += counter.get();
        }
        return sum;
    }

    @Override
    public void settled(long token, ReasonCode reason) {
        settled++;
        if (reason.isError()) {
            meter.refused.increment();
        } else {
            acknowledged.record(token);
            meter.acknowledged.increment();
        }
        pump.progressed(this);
    }

    @Override
    public void lost(long token, ConnectionLoss loss) {
        givenUp++;
        meter.unsettled.increment();
    }
}
