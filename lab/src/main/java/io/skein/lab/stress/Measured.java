package io.skein.lab.stress;

import io.netty.buffer.ByteBuf;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishFrame;
import io.skein.lab.client.PublishFrameListener;
import io.skein.lab.measure.LoopCounter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The analyser's ear in one run: accounts for what arrives on its connection, without printing,
 * waiting or making objects meanwhile. Accounts may be looked into when the connection is closed.
 */
final class Measured implements ClientListener, PublishFrameListener {
    private static final byte[] PREFIX = Protocol.COUNTERS.getBytes(StandardCharsets.US_ASCII);

    private final long run;
    private final StreamAccount[] streams;
    private final CounterPayload payload = new CounterPayload();
    private final LoopCounter arrivals = new LoopCounter();
    private final LoopCounter stale = new LoopCounter();
    private volatile @Nullable ConnectionLoss loss;

    /**
     * An ear for instances 1 to N.
     *
     * @param run number that payloads of this run carry; below 0 for publishers of others, whose
     *     payloads carry none
     */
    Measured(long run, int instances) {
        this.run = run;
        this.streams = new StreamAccount[instances];
        for (int i = 0; i < instances; i++) {
            streams[i] = new StreamAccount();
        }
    }

    @Override
    public PublishFrameListener frames() {
        return this;
    }

    @Override
    public void onPublish(MqttClient client, ByteBuf buffer, PublishFrame frame) {
        int instance = instance(buffer, frame);
        if (instance < 1
                || instance > streams.length
                || !payload.read(buffer, frame.payloadIndex(), frame.payloadLength())
                || payload.run() != run) {
            stale.increment();
            return;
        }
        streams[instance - 1].arrived(payload.counter(), client.readAtNanos(), payload.dueNanos());
        arrivals.increment();
    }

    /** The number behind {@code counter/}, -1 if it is none. */
    private static int instance(ByteBuf buffer, PublishFrame frame) {
        int end = frame.topicIndex() + frame.topicLength();
        int value = 0;
        for (int at = frame.topicIndex() + PREFIX.length; at < end; at++) {
            int digit = buffer.getByte(at) - '0';
            if (digit < 0 || digit > 9 || value > 1_000_000) {
                return digit == '/' - '0' ? value : -1;
            }
            value = value * 10 + digit;
        }
        return -1;
    }

    @Override
    public void onClosed(MqttClient client, ConnectionLoss why) {
        if (!why.wanted()) {
            loss = why;
        }
    }

    /** How the connection ended before its time, null if it did not. */
    @Nullable ConnectionLoss loss() {
        return loss;
    }

    /** Messages of this run so far, repetitions included; for any thread. */
    long arrivals() {
        return arrivals.get();
    }

    /** Messages of this run without repetitions; when the connection is closed. */
    long distinct() {
        return Arrays.stream(streams).mapToLong(StreamAccount::distinct).sum();
    }

    /** Messages that do not belong to this run; for any thread. */
    long stale() {
        return stale.get();
    }

    StreamAccount stream(int instance) {
        return streams[instance - 1];
    }
}
