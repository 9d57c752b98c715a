package io.skein.lab.stress;

import io.netty.channel.EventLoop;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishCallback;
import io.skein.lab.load.KernelThread;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.ThreadClock;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One instance in one run: publishes a counter on a connection of its own, from {@link #start} on,
 * for the duration, then waits for what the broker owes it. Nothing is queued: what the connection
 * does not take is not sent, and counted. After {@link #connect} everything happens on its event
 * loop.
 */
final class CounterPublisher implements ClientListener, PublishCallback {
    /** Unacknowledged messages at most, what most client libraries have. */
    static final int WINDOW = 20;

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int TURN_LIMIT = 256;

    private final Protocol.Request request;
    private final int instance;
    private final long run;
    private final QoS qos;
    private final TopicName topic;
    private final Histogram lateness = LatencyRecorder.emptyHistogram();
    private final CompletableFuture<Protocol.Account> done = new CompletableFuture<>();
    private @Nullable MqttClient client;
    private long startNanos;
    private long endNanos;
    private long stoppedNanos;
    private long cpuNanos;
    private long sent;
    private long acknowledged;
    private long refused;
    private long failed;
    private boolean blocked;
    private boolean ending;
    private boolean waiting;
    private boolean read;
    private String lost = "";

    /** An instance; {@code run} is what its payloads carry, below 0 for nothing. */
    CounterPublisher(Protocol.Request request, int instance, long run) {
        this.request = request;
        this.instance = instance;
        this.run = run;
        this.qos = QoS.of(request.qos());
        this.topic = TopicName.of(Protocol.counterTopic(instance, request.qos(), request.delay()));
    }

    /** Connects; what comes of it. */
    CompletableFuture<CounterPublisher> connect(
            ClientLoops loops, BrokerAddress address, StressConnection connection) {
        return loops.connect(address, connection.options("pub-" + instance + "-data"), this)
                .thenApply(connected -> {
                    KernelThread.current().wakeInTime();
                    client = connected;
                    return this;
                });
    }

    int instance() {
        return instance;
    }

    /** Publishes from this instant on; completes when that is over and settled. */
    CompletableFuture<Protocol.Account> start(long nanos) {
        loop().execute(() -> {
            startNanos = nanos;
            cpuNanos = ThreadClock.cpuNanos(Thread.currentThread().threadId());
            endNanos = nanos + TimeUnit.MILLISECONDS.toNanos(request.durationMs());
            loop().schedule(
                            this::stop,
                            Math.max(0, endNanos - System.nanoTime()),
                            TimeUnit.NANOSECONDS);
            pump();
        });
        return done;
    }

    /** Ends before its time; {@link #start}'s future completes soon. */
    void end() {
        loop().execute(this::stop);
    }

    /** Leaves without having published. */
    void leave() {
        MqttClient connected = client;
        if (connected != null) {
            connected.disconnect();
        }
    }

    private EventLoop loop() {
        return client().eventLoop();
    }

    private MqttClient client() {
        MqttClient connected = client;
        if (connected == null) {
            throw new IllegalStateException("not connected");
        }
        return connected;
    }

    private void pump() {
        waiting = false;
        for (int i = 0; i < TURN_LIMIT && !ending; i++) {
            long now = System.nanoTime();
            long due = request.delay() == 0 ? now : dueNanos(sent);
            if (due >= endNanos) {
                return;
            }
            if (due > now) {
                blocked = false;
                later(due - now);
                return;
            }
            if (!hasRoom()) {
                blocked = true; // goes on with the next acknowledgement, or when the socket takes
                // more
                return;
            }
            if (!blocked && request.delay() > 0) {
                lateness.recordValue(Math.min(now - due, LatencyRecorder.NANOS_MAXIMUM));
            }
            send(due);
        }
        if (!ending) {
            later(0); // what has arrived is read in between
        }
    }

    private boolean hasRoom() {
        long outstanding = qos == QoS.AT_MOST_ONCE ? 0 : sent - acknowledged - refused - failed;
        return outstanding < WINDOW && client().canSend(qos);
    }

    private void send(long due) {
        byte[] payload =
                CounterPayload.text(sent, run, WallClock.at(due))
                        .getBytes(StandardCharsets.US_ASCII);
        sent++;
        client().publish(
                        new Publish(topic, payload, qos, false, false, 0, Properties.EMPTY),
                        sent,
                        this);
    }

    private long dueNanos(long counter) {
        return startNanos + counter * TimeUnit.MILLISECONDS.toNanos(request.delay());
    }

    private void later(long nanos) {
        if (!waiting) {
            waiting = true;
            loop().schedule(this::pump, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void stop() {
        if (!ending) {
            ending = true;
            cpuNanos = ThreadClock.cpuNanos(Thread.currentThread().threadId()) - cpuNanos;
            stoppedNanos = Math.min(System.nanoTime(), endNanos);
            loop().schedule(this::giveUp, SETTLE_NANOS, TimeUnit.NANOSECONDS);
            // Answered after all that was sent was read: what still lies in a buffer of this
            // process
            // when the connection closes was never sent, and would pass for lost.
            client().ping()
                    .thenAccept(_ -> {
                        read = true;
                        finishIfSettled();
                    });
        }
    }

    private void finishIfSettled() {
        if (read && (qos == QoS.AT_MOST_ONCE || acknowledged + refused + failed == sent)) {
            finish();
        }
    }

    private void giveUp() {
        if (!read && lost.isEmpty() && !done.isDone()) {
            lost = "the broker did not read what was sent within 5 s";
        }
        finish();
    }

    private void finish() {
        if (!done.isDone()) {
            long nanos = Math.max(1, stoppedNanos - startNanos);
            long due =
                    request.delay() == 0
                            ? sent
                            : Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(request.delay()));
            done.complete(
                    new Protocol.Account(
                            request.run(),
                            instance,
                            sent,
                            acknowledged,
                            refused,
                            qos == QoS.AT_MOST_ONCE ? 0 : sent - acknowledged - refused,
                            Math.max(0, due - sent),
                            nanos,
                            lateness.getValueAtPercentile(99) / 1e3,
                            (double) cpuNanos / nanos,
                            lost));
            if (read) {
                client().disconnect();
            } else {
                client().abort(); // what still waits to be sent is not to arrive in the next run
            }
        }
    }

    @Override
    public void settled(long token, ReasonCode reason) {
        if (qos == QoS.AT_MOST_ONCE) {
            return;
        }
        if (reason.isError()) {
            refused++;
        } else {
            acknowledged++;
        }
        resume();
        finishIfSettled();
    }

    @Override
    public void lost(long token, ConnectionLoss loss) {
        failed++;
    }

    @Override
    public void onWritable(MqttClient writable) {
        resume();
    }

    private void resume() {
        if (blocked && !ending) {
            later(0);
        }
    }

    @Override
    public void onClosed(MqttClient closed, ConnectionLoss loss) {
        if (!loss.wanted() && !done.isDone()) {
            lost = loss.message();
            if (startNanos != 0) {
                stop();
                finish();
            }
        }
    }
}
