package io.skein.lab.stress;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The role of the publishers {@code pub-1} to {@code pub-N}: listens for requests, publishes, tells
 * what it did, listens again. Serves our analyser, which says when to begin, and those of others,
 * who send three requests and wait. Connects again where the connection is lost. Everything happens
 * on one event loop of its own.
 */
final class Publishers implements ClientListener, AutoCloseable {
    private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientLoops loops = ClientLoops.open(1);
    private final BrokerAddress address;
    private final StressConnection connection;
    private final int first;
    private final int last;
    private final long durationMillis;
    private final Consumer<String> log;
    private final List<CounterPublisher> active = new ArrayList<>();
    private volatile boolean closed;
    private @Nullable MqttClient control;
    private Protocol.@Nullable Request armed;
    private @Nullable Integer requestedQos;
    private @Nullable Integer requestedDelay;
    private @Nullable Integer requestedInstances;

    /**
     * Instances {@code first} to {@code last}.
     *
     * @param durationMillis of runs whose analyser does not tell how long
     * @param log hears a line about each run
     */
    Publishers(
            BrokerAddress address,
            StressConnection connection,
            int first,
            int last,
            long durationMillis,
            Consumer<String> log) {
        this.address = address;
        this.connection = connection;
        this.first = first;
        this.last = last;
        this.durationMillis = durationMillis;
        this.log = log;
    }

    /** Connects and subscribes; from then on it serves. */
    CompletableFuture<SubAck> open() {
        return loops.connect(address, connection.options("pub-%d-%d".formatted(first, last)), this)
                .thenCompose(client -> {
                    control = client;
                    return client.subscribe(TopicFilter.of(Protocol.REQUESTS), QoS.AT_LEAST_ONCE);
                });
    }

    @Override
    public void onClosed(MqttClient client, ConnectionLoss loss) {
        if (!closed) {
            log.accept("connection lost: " + loss.message());
            reconnect(client);
        }
    }

    private void reconnect(MqttClient before) {
        before.eventLoop()
                .schedule(
                        () -> {
                            if (!closed) {
                                open().exceptionally(_ -> {
                                    reconnect(before);
                                    return null;
                                });
                            }
                        },
                        RECONNECT_NANOS,
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void onPublish(MqttClient client, Publish message) {
        String text = new String(message.payload(), StandardCharsets.UTF_8).strip();
        try {
            switch (message.topic().toString()) {
                case Protocol.RUN -> arm(Protocol.parse(message.payload(), Protocol.Request.class));
                case Protocol.GO -> go(text);
                case Protocol.QOS -> requestedQos = Integer.valueOf(text);
                case Protocol.DELAY -> requestedDelay = Integer.valueOf(text);
                case Protocol.INSTANCES -> requestedInstances = Integer.valueOf(text);
                default -> log.accept("ignored a request on " + message.topic());
            }
            beginIfRequested();
        } catch (IllegalArgumentException e) {
            log.accept("ignored %s '%s': %s".formatted(message.topic(), text, e.getMessage()));
        }
    }

    /** An analyser of others: three requests, in any order, are a run. */
    private void beginIfRequested() {
        Integer qos = requestedQos;
        Integer delay = requestedDelay;
        Integer instances = requestedInstances;
        if (qos == null || delay == null || instances == null || !active.isEmpty()) {
            return;
        }
        requestedQos = null;
        requestedDelay = null;
        requestedInstances = null;
        Protocol.Request request = new Protocol.Request("", qos, delay, instances, durationMillis);
        log.accept("run: %s".formatted(request));
        prepare(
                request,
                -1,
                publisher ->
                        publisher
                                .start(System.nanoTime())
                                .thenAccept(account -> {
                                    active.remove(publisher);
                                    log.accept("done: " + account);
                                    beginIfRequested();
                                }));
    }

    private void arm(Protocol.Request request) {
        active.forEach(CounterPublisher::leave);
        active.clear();
        armed = request;
        prepare(
                request,
                Long.parseLong(request.run()),
                publisher -> {
                    active.add(publisher);
                    tell(
                            Protocol.READY + publisher.instance(),
                            request.run().getBytes(StandardCharsets.UTF_8));
                });
    }

    private void prepare(Protocol.Request request, long run, Consumer<CounterPublisher> then) {
        for (int i = first; i <= Math.min(last, request.instancecount()); i++) {
            new CounterPublisher(request, i, run)
                    .connect(loops, address, connection)
                    .whenComplete((publisher, failure) -> {
                        if (failure == null) {
                            then.accept(publisher);
                        } else {
                            log.accept("cannot connect a publisher: " + failure.getMessage());
                        }
                    });
        }
    }

    private void go(String run) {
        Protocol.Request request = armed;
        if (request == null || !request.run().equals(run)) {
            return; // of a run that is over, or of others
        }
        long now = System.nanoTime();
        for (CounterPublisher publisher : List.copyOf(active)) {
            publisher
                    .start(now)
                    .thenAccept(account ->
                            tell(Protocol.DONE + publisher.instance(), Protocol.bytes(account)));
        }
    }

    private void tell(String topic, byte[] payload) {
        MqttClient client = control;
        if (client != null) {
            client.publish(
                    new Publish(
                            TopicName.of(topic),
                            payload,
                            QoS.AT_LEAST_ONCE,
                            false,
                            false,
                            0,
                            Properties.EMPTY));
        }
    }

    @Override
    public void close() {
        closed = true;
        loops.close();
    }
}
