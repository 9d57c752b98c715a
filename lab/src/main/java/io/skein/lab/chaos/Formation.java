package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until nodes are a cluster: what is published on each arrives at all. Nodes that accept
 * connections may not have found each other yet.
 */
final class Formation {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Where nodes come back: a connection that stays silent is given up for another. */
    private static final long ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String TOPIC = "chaos-formation/";

    private final List<BrokerAddress> addresses;
    private final @Nullable String username;
    private final @Nullable String password;
    private final StopSignal stop;

    /** Of the nodes at these addresses. */
    Formation(
            List<BrokerAddress> addresses,
            @Nullable String username,
            @Nullable String password,
            StopSignal stop) {
        this.addresses = addresses;
        this.username = username;
        this.password = password;
        this.stop = stop;
    }

    /** Of the nodes of a cluster. */
    static Formation of(Cluster cluster, StopSignal stop) {
        return new Formation(
                cluster.addresses(),
                cluster.deployment().username(),
                cluster.deployment().password(),
                stop);
    }

    /**
     * Waits.
     *
     * @throws ChaosFailedException if the nodes do not form a cluster within a minute
     */
    void await() throws ChaosFailedException {
        await(LIMIT_NANOS, ANSWER_NANOS);
    }

    /**
     * Waits likewise while a node comes back: it may refuse connections, and close them, until it
     * has.
     *
     * @throws ChaosFailedException if the nodes form no cluster within a minute
     */
    void awaitAgain() throws ChaosFailedException {
        long begin = System.nanoTime();
        boolean formed = false;
        while (!formed) {
            try {
                await(ATTEMPT_NANOS, ATTEMPT_NANOS);
                formed = true;
            } catch (ChaosFailedException e) {
                if (System.nanoTime() - begin > LIMIT_NANOS || stop.await(PAUSE_NANOS)) {
                    throw e;
                }
            }
        }
    }

    private void await(long limitNanos, long answerNanos) throws ChaosFailedException {
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        List<MqttClient> clients = new ArrayList<>();
        try (ClientLoops loops = ClientLoops.open(1)) {
            for (int node = 0; node < addresses.size(); node++) {
                clients.add(subscriber(loops, node, arrived, answerNanos));
            }
            int all = addresses.size() * addresses.size();
            long begin = System.nanoTime();
            while (arrived.size() < all) {
                if (!clients.stream().allMatch(MqttClient::isOpen)) {
                    throw new ChaosFailedException("a node closed a connection");
                }
                if (System.nanoTime() - begin > limitNanos || stop.isRaised()) {
                    throw new ChaosFailedException(
                            "the nodes are no cluster: %d of %d ways between them carry messages"
                                    .formatted(arrived.size(), all));
                }
                for (int node = 0; node < clients.size(); node++) {
                    clients.get(node).publish(message(node));
                }
                stop.await(PAUSE_NANOS);
            }
            for (MqttClient client : clients) {
                answer(client.disconnect(), answerNanos);
            }
        }
    }

    private MqttClient subscriber(
            ClientLoops loops, int node, Set<String> arrived, long answerNanos)
            throws ChaosFailedException {
        ConnectOptions options =
                ConnectOptions.builder()
                        .version(ProtocolVersion.MQTT_3_1_1)
                        .clientId("chaos-formation-" + node)
                        .credentials(username, password)
                        .build();
        ClientListener listener =
                new ClientListener() {
                    @Override
                    public void onPublish(MqttClient client, Publish message) {
                        arrived.add(message.topic() + " at " + node);
                    }
                };
        MqttClient client =
                answer(loops.connect(addresses.get(node), options, listener), answerNanos);
        answer(client.subscribe(TopicFilter.of(TOPIC + "+"), QoS.AT_LEAST_ONCE), answerNanos);
        return client;
    }

    private <T> T answer(CompletableFuture<T> future, long limitNanos) throws ChaosFailedException {
        if (!stop.awaitOr(future, limitNanos)) {
            throw new ChaosFailedException("a node does not answer");
        }
        if (future.isCompletedExceptionally()) {
            throw new ChaosFailedException(String.valueOf(future.exceptionNow().getMessage()));
        }
        return future.join();
    }

    private static Publish message(int node) {
        return new Publish(
                TopicName.of(TOPIC + node),
                new byte[0],
                QoS.AT_MOST_ONCE,
                false,
                false,
                0,
                Properties.EMPTY);
    }
}
