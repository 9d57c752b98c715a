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

    /**
     * Waits.
     *
     * @throws ChaosFailedException if the nodes do not form a cluster within a minute
     */
    void await() throws ChaosFailedException {
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        List<MqttClient> clients = new ArrayList<>();
        try (ClientLoops loops = ClientLoops.open(1)) {
            for (int node = 0; node < addresses.size(); node++) {
                clients.add(subscriber(loops, node, arrived));
            }
            int all = addresses.size() * addresses.size();
            long begin = System.nanoTime();
            while (arrived.size() < all) {
                if (System.nanoTime() - begin > LIMIT_NANOS || stop.isRaised()) {
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
                answer(client.disconnect());
            }
        }
    }

    private MqttClient subscriber(ClientLoops loops, int node, Set<String> arrived)
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
        MqttClient client = answer(loops.connect(addresses.get(node), options, listener));
        answer(client.subscribe(TopicFilter.of(TOPIC + "+"), QoS.AT_LEAST_ONCE));
        return client;
    }

    private <T> T answer(CompletableFuture<T> future) throws ChaosFailedException {
        if (!stop.awaitOr(future, ANSWER_NANOS)) {
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
