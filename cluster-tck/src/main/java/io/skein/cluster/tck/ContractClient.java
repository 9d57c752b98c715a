package io.skein.cluster.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.broker.Connection;
import io.skein.broker.ConnectionOutput;
import io.skein.broker.Peer;
import io.skein.cluster.Message;
import io.skein.cluster.SessionHead;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an MQTT 5 client that speaks packets with a {@link ContractNode}. Methods that
 * wait for the broker fail after {@link #PATIENCE}.
 */
final class ContractClient {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final String namespace;
    private final String clientId;
    private final ContractLoop loop;
    private final CompletableFuture<ConnAck> connAck = new CompletableFuture<>();
    private final CompletableFuture<ReasonCode> closed = new CompletableFuture<>();
    private final Map<Integer, CompletableFuture<ReasonCode>> answers = new ConcurrentHashMap<>();
    private final List<Message> arrivals = new CopyOnWriteArrayList<>();
    private final AtomicInteger packetIds = new AtomicInteger();
    private final Set<Integer> received = ConcurrentHashMap.newKeySet();
    private volatile boolean silent;
    private volatile boolean withholding;
    private volatile ReasonCode closeReason = ReasonCode.SUCCESS;
    private volatile @Nullable Connection connection;

    private ContractClient(ContractNode node, String name) {
        this.name = name;
        this.namespace = node.namespace;
        this.clientId = namespace + name;
        this.loop = node.loop(node.broker().shardIndexFor(clientId));
    }

    static <T> T get(CompletionStage<T> stage, String what) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain: " + what, e);
        } catch (ExecutionException e) {
            throw new AssertionError("failed: " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + what, e);
        }
    }

    // Connecting.

    /** A client whose session ends with its connection. */
    static ContractClient connect(ContractNode node, String clientId) {
        return connect(node, clientId, true, 0, null);
    }

    /** A client whose session is there to stay. */
    static ContractClient persistent(ContractNode node, String clientId) {
        return connect(node, clientId, false, SessionHead.NEVER_EXPIRES, null);
    }

    static ContractClient connect(
            ContractNode node,
            String clientId,
            boolean cleanStart,
            long expirySeconds,
            @Nullable Will will) {
        ContractClient client = begin(node, clientId, cleanStart, expirySeconds, will);
        assertThat(get(client.connAck, clientId + " is connected").reason())
                .isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    /** Sends CONNECT and does not wait for the answer. */
    static ContractClient begin(
            ContractNode node,
            String clientId,
            boolean cleanStart,
            long expirySeconds,
            @Nullable Will will) {
        ContractClient client = new ContractClient(node, clientId);
        client.begin(node, cleanStart, expirySeconds, will);
        return client;
    }

    private void begin(
            ContractNode node, boolean cleanStart, long expirySeconds, @Nullable Will will) {
        Properties properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                        .build();
        Connect packet =
                new Connect(
                        ProtocolVersion.MQTT_5,
                        clientId,
                        cleanStart,
                        0,
                        properties,
                        will,
                        null,
                        null);
        Peer peer = new Peer("contract", "contract", null);
        int shard = node.broker().shardIndexFor(clientId);
        Output output = new Output();
        loop.execute(
                now -> connection = node.broker().shard(shard).connect(packet, output, peer, now));
    }

    /** The same client on a connection that comes after this one, with its session state. */
    ContractClient again(ContractNode to) {
        ContractClient next = new ContractClient(to, name);
        next.received.addAll(received);
        next.begin(to, false, SessionHead.NEVER_EXPIRES, null);
        assertThat(get(next.connAck, clientId + " is back").sessionPresent()).isTrue();
        return next;
    }

    boolean sessionPresent() {
        return get(connAck, "CONNACK").sessionPresent();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** Why the broker has closed the connection. */
    ReasonCode closeReason() {
        return get(closed, clientId + " is closed by the broker");
    }

    /** QoS 1 messages are not acknowledged from now on. */
    void withholdAcknowledgements() {
        withholding = true;
    }

    /** DISCONNECT, the orderly end. */
    void disconnect() {
        send(new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
        get(closed, "the connection ends");
    }

    /** The network connection breaks. */
    void breakOff() {
        silent = true;
        CompletableFuture<Void> noticed = new CompletableFuture<>();
        loop.execute(now -> {
            if (connection != null) {
                connection.closed(now);
            }
            noticed.complete(null);
        });
        get(noticed, "the node notices the broken connection");
    }

    // Requests.

    ReasonCode subscribe(String filter, QoS qos) {
        int packetId = packetIds.incrementAndGet();
        return ask(
                packetId,
                new Subscribe(
                        packetId,
                        List.of(new Subscription(filter(filter), qos)),
                        Properties.EMPTY));
    }

    ReasonCode unsubscribe(String filter) {
        int packetId = packetIds.incrementAndGet();
        return ask(packetId, new Unsubscribe(packetId, List.of(filter(filter)), Properties.EMPTY));
    }

    /** Publishes and waits for the acknowledgement, at QoS 2 for PUBCOMP. */
    ReasonCode publish(String topic, String text, QoS qos) {
        return get(send(topic, text, qos, false), "acknowledgement of " + text);
    }

    ReasonCode retain(String topic, String text, QoS qos) {
        return get(send(topic, text, qos, true), "acknowledgement of retained " + text);
    }

    /** Publishes; completes with the acknowledgement. */
    CompletableFuture<ReasonCode> send(String topic, String text, QoS qos, boolean retain) {
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : packetIds.incrementAndGet();
        CompletableFuture<ReasonCode> answer = new CompletableFuture<>();
        if (packetId == 0) {
            answer.complete(ReasonCode.SUCCESS);
        } else {
            answers.put(packetId, answer);
        }
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        send(
                new Publish(
                        TopicName.of(namespace + topic),
                        payload,
                        qos,
                        retain,
                        false,
                        packetId,
                        Properties.EMPTY));
        return answer;
    }

    private TopicFilter filter(String text) {
        TopicFilter plain = TopicFilter.of(text);
        return plain.isShared()
                ? TopicFilter.of(
                        "$share/"
                                + plain.shareGroup()
                                + "/"
                                + namespace
                                + plain.withoutShare().text())
                : TopicFilter.of(namespace + text);
    }

    private ReasonCode ask(int packetId, Packet packet) {
        CompletableFuture<ReasonCode> answer = new CompletableFuture<>();
        answers.put(packetId, answer);
        send(packet);
        return get(answer, "answer to " + packet);
    }

    private void send(Packet packet) {
        loop.execute(now -> {
            if (connection != null) {
                connection.received(packet, now);
            }
        });
    }

    // What has arrived.

    List<String> texts() {
        return arrivals.stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    void awaitTexts(String... texts) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts()).containsExactly(texts));
    }

    void awaitCount(int count) {
        await().atMost(PATIENCE).until(() -> arrivals.size() >= count);
    }

    /** The broker's side; runs on the shard's thread. */
    private final class Output implements ConnectionOutput {
        @Override
        public void send(Packet packet) {
            if (!silent) {
                arrived(packet);
            }
        }

        @Override
        public int publish(
                Message message,
                QoS qos,
                boolean retain,
                boolean duplicate,
                int packetId,
                List<Integer> subscriptionIdentifiers,
                long expirySeconds) {
            if (!silent) {
                arrived(message, qos, packetId);
            }
            return 1 + message.payload().length;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void setReading(boolean reading) {
            // Packets that arrive before CONNACK are the connection's to keep.
        }

        @Override
        public void close() {
            loop.execute(now -> {
                if (connection != null) {
                    connection.closed(now);
                }
                closed.complete(closeReason);
            });
        }
    }

    private void arrived(Message message, QoS qos, int packetId) {
        // The answer is on its way before the test can see the message and break the connection.
        switch (qos) {
            case AT_MOST_ONCE -> arrivals.add(message);
            case AT_LEAST_ONCE -> {
                if (!withholding) {
                    send(new PubAck(packetId));
                }
                arrivals.add(message);
            }
            case EXACTLY_ONCE -> {
                send(new PubRec(packetId));
                if (received.add(packetId)) {
                    arrivals.add(message);
                }
            }
        }
    }

    private void arrived(Packet packet) {
        switch (packet) {
            case ConnAck ack -> connAck.complete(ack);
            case Disconnect disconnect -> closeReason = disconnect.reason();
            case SubAck ack -> answer(ack.packetId(), ack.reasons().getFirst());
            case UnsubAck ack -> answer(ack.packetId(), ack.reasons().getFirst());
            case PubAck ack -> answer(ack.packetId(), ack.reason());
            case PubRec rec -> {
                if (rec.reason().isError()) {
                    answer(rec.packetId(), rec.reason());
                } else {
                    send(new PubRel(rec.packetId()));
                }
            }
            case PubComp comp -> answer(comp.packetId(), comp.reason());
            case PubRel rel -> {
                received.remove(rel.packetId());
                send(new PubComp(rel.packetId()));
            }
            default -> throw new AssertionError("a server does not send " + packet);
        }
    }

    private void answer(int packetId, ReasonCode reason) {
        CompletableFuture<ReasonCode> waiting = answers.remove(packetId);
        if (waiting != null) {
            waiting.complete(reason);
        }
    }
}
