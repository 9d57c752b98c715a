package io.skein.lab.edge;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.PreparedPublish;
import io.skein.lab.load.KernelThread;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * All devices, on one event loop: each publishes its readings when they are due, then the marker
 * that ends its stream. Latency counts from the instant a reading was due, so nothing has to be in
 * time for the figures to be right; how late this fleet was is told all the same.
 */
final class DeviceFleet {
    /** Connections under way at once: the backlog of a broker may be as short as a hundred. */
    private static final int CONNECTING_LIMIT = 80;

    private static final int TURN_LIMIT = 256;
    private static final int LOSSES_TOLD = 20;

    private final EventLoop loop;
    private final short tag;
    private final long durationNanos;
    private final List<Device> devices = new ArrayList<>();
    private final PriorityQueue<Device> due =
            new PriorityQueue<>(Comparator.comparingLong(Device::dueNanos));
    private final Histogram lateness = LatencyRecorder.emptyHistogram();
    private final List<String> losses = new ArrayList<>();
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private long startNanos;
    private long heldBack;
    private int connecting;
    private int connections;
    private @Nullable ScheduledFuture<?> timer;

    /**
     * Devices that are not connected yet.
     *
     * @param topics what device <i>i</i> publishes to is topic <i>i</i> mod their number
     */
    DeviceFleet(
            EventLoop loop,
            DevicePlan plan,
            QoS qos,
            List<TopicName> topics,
            short tag,
            long durationNanos) {
        this.loop = loop;
        this.tag = tag;
        this.durationNanos = durationNanos;
        for (int i = 0; i < plan.devices(); i++) {
            DevicePlan.Line line = plan.line(i);
            TopicName topic = topics.get(i % topics.size());
            devices.add(
                    new Device(
                            this,
                            i,
                            line,
                            line.readings(durationNanos),
                            frame(topic, qos, line.payloadBytes()),
                            frame(topic, qos, ReadingPayload.BYTES)));
        }
    }

    private static PreparedPublish frame(TopicName topic, QoS qos, int bytes) {
        return new PreparedPublish(ProtocolVersion.MQTT_5, topic, qos, new byte[bytes]);
    }

    /** Connects all; completes exceptionally if one of them cannot. */
    CompletableFuture<Boolean> connect(
            ClientLoops loops, int loopIndex, BrokerAddress address, Side side, String run) {
        loop.execute(() -> {
            KernelThread.current().wakeInTime();
            connectMore(loops, loopIndex, address, side, run);
        });
        return connected;
    }

    private void connectMore(
            ClientLoops loops, int loopIndex, BrokerAddress address, Side side, String run) {
        while (connecting < devices.size() && connecting - connections < CONNECTING_LIMIT) {
            Device device = devices.get(connecting++);
            loops.connect(loopIndex, address, side.options("device", run), device)
                    .whenCompleteAsync(
                            (client, failure) -> {
                                if (failure != null) {
                                    connected.completeExceptionally(failure);
                                    return;
                                }
                                device.connected(client);
                                connections++;
                                if (connections == devices.size()) {
                                    connected.complete(true);
                                } else if (!connected.isDone()) {
                                    connectMore(loops, loopIndex, address, side, run);
                                }
                            },
                            loop);
        }
    }

    /** Publishes from this instant on; completes when all is sent and answered. */
    CompletableFuture<Boolean> start(long nanos) {
        loop.execute(() -> {
            startNanos = nanos;
            due.addAll(devices);
            pump();
        });
        return done;
    }

    private void pump() {
        timer = null;
        long now = System.nanoTime() - startNanos;
        for (int i = 0; i < TURN_LIMIT; i++) {
            Device head = due.peek();
            if (head == null) {
                onSettled();
                return;
            }
            if (head.dueNanos() > now) {
                now = System.nanoTime() - startNanos;
                if (head.dueNanos() > now) {
                    pumpIn(head.dueNanos() - now);
                    return;
                }
            }
            due.remove();
            if (head.send(now) && !head.isDone()) {
                due.add(head);
            }
        }
        pumpIn(0); // what has arrived is read in between
    }

    private void pumpIn(long nanos) {
        ScheduledFuture<?> before = timer;
        if (before != null) {
            before.cancel(false);
        }
        timer = loop.schedule(this::pump, nanos, TimeUnit.NANOSECONDS);
    }

    /** The instant at which markers are due. */
    long durationNanos() {
        return durationNanos;
    }

    short tag() {
        return tag;
    }

    void onSent(long latenessNanos, boolean wasHeldBack) {
        if (wasHeldBack) {
            heldBack++;
        } else {
            lateness.recordValue(Math.clamp(latenessNanos, 0, LatencyRecorder.NANOS_MAXIMUM));
        }
    }

    /** A device that was held back may try again. */
    void resume(Device device) {
        due.add(device);
        pumpIn(0);
    }

    void onSettled() {
        if (due.isEmpty() && !done.isDone() && devices.stream().allMatch(this::isOver)) {
            done.complete(true);
        }
    }

    private boolean isOver(Device device) {
        return device.isDone() && device.isSettled();
    }

    void onLost(int device, ConnectionLoss loss) {
        if (losses.size() < LOSSES_TOLD) {
            losses.add("device %d: %s".formatted(device, loss.message()));
        }
    }

    /** What was done up to now. */
    CompletableFuture<FleetAccount> account() {
        return CompletableFuture.supplyAsync(
                () -> {
                    FleetAccount.Sum sum = new FleetAccount.Sum();
                    devices.forEach(device -> device.addTo(sum));
                    return new FleetAccount(
                            sum.sent,
                            sum.acknowledged,
                            sum.refused,
                            sum.unsettled,
                            sum.unsent,
                            heldBack,
                            lateness.copy(),
                            List.copyOf(losses));
                },
                loop);
    }
}
