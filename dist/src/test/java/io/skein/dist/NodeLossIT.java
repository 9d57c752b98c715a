package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallbackExtended;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of nodes, and of what watches over them. */
class NodeLossIT {

    @Test
    void aClusterGoesOnWithoutANodeAndTakesItBack(@TempDir Path directory) throws Exception {
        try (UpCluster cluster = UpCluster.start(directory, 3)) {
            try (Traveller traveller = new Traveller(cluster);
                    var witness =
                            Mosquitto.sub(cluster.port(3), "-q", "1", "-t", "loss/#")
                                    .subscribed()) {
                Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "loss/a", "-m", "before");
                traveller.awaitMessages("before");

                cluster.kill(1);

                Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "loss/a", "-m", "while away");
                traveller.awaitMessages("before", "while away");
                assertThat(traveller.servers()).hasSize(2).first().isEqualTo(cluster.tcp(1));
                witness.awaitMessages("loss/a 1 0 before", "loss/a 1 0 while away");
                cluster.supervisor()
                        .awaitErr(
                                Pattern.compile(
                                        "node-1 \\(pid \\d+\\) was killed \\(signal 9\\).*restart it"
                                                + " with: \\S+skein broker --config "));
                assertThat(cluster.node(1).path("state").asText()).isEqualTo("dead");
                cluster.awaitMembers(2, 2);

                restartFirst(cluster);
            }
            cluster.stopCleanly();
            assertThat(cluster.file().path("state").asText()).isEqualTo("stopped");
        }
    }

    @Test
    void aNodeThatWasFrozenTakesPartAgain(@TempDir Path directory) throws Exception {
        try (UpCluster cluster = UpCluster.start(directory, 3)) {
            cluster.freeze(2);
            cluster.awaitMembers(1, 2);
            Mosquitto.pub(cluster.port(1), "-q", "1", "-t", "frozen/a", "-m", "without it");
            cluster.thaw(2);
            cluster.awaitMembers(1, 3);
            cluster.awaitMembers(2, 3);

            for (int sub = 1; sub <= 3; sub++) {
                for (int pub = 1; pub <= 3; pub++) {
                    String topic = "frozen/%d/%d".formatted(pub, sub);
                    try (var there =
                            Mosquitto.sub(cluster.port(sub), "-q", "1", "-t", topic).subscribed()) {
                        Mosquitto.pub(cluster.port(pub), "-q", "1", "-t", topic, "-m", "again");
                        there.awaitMessages(topic + " 1 0 again");
                    }
                }
            }
            cluster.stopCleanly();
        }
    }

    private static void restartFirst(UpCluster cluster) {
        try (Child node = cluster.restart(1)) {
            assertThat(node.awaitOut("ready "))
                    .startsWith("ready architecture=grid nodes=3 mqtt://127.0.0.1:");
            cluster.awaitMembers(3, 3);
            try (var sub =
                    Mosquitto.sub(cluster.port(1), "-q", "1", "-t", "loss/again").subscribed()) {
                Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "loss/again", "-m", "after");
                sub.awaitMessages("loss/again 1 0 after");
            }
            node.terminate();
            assertThat(node.awaitExit()).as(node.toString()).isZero();
        }
    }

    @Test
    void nodesEndWithTheSupervisorHoweverItEnds(@TempDir Path directory) {
        try (UpCluster cluster = UpCluster.start(directory, 2)) {
            List<ProcessHandle> nodes = List.of(cluster.process(1), cluster.process(2));

            cluster.supervisor().kill();

            await().atMost(Child.LIMIT)
                    .until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(cluster.ports()).allMatch(Ports::isFree);
        }
    }

    @Test
    void aNodeThatDiesComesBackByItselfWhereThatIsAskedFor(@TempDir Path directory) {
        try (UpCluster cluster = UpCluster.start(directory, 2, "--restart")) {
            long pid = cluster.process(2).pid();

            cluster.kill(2);

            await().atMost(Child.LIMIT)
                    .until(() -> {
                        long now = cluster.node(2).path("pid").asLong();
                        return now != 0 && now != pid;
                    });
            cluster.awaitMembers(2, 2);
            cluster.stopCleanly();
        }
    }

    /**
     * A client with a persistent session that knows all nodes and goes to the next when it must.
     */
    private static final class Traveller implements MqttCallbackExtended, AutoCloseable {
        private final List<String> received = new CopyOnWriteArrayList<>();
        private final List<String> servers = new CopyOnWriteArrayList<>();
        private final MqttClient client;

        Traveller(UpCluster cluster) throws MqttException {
            client = new MqttClient(cluster.tcp(1), "traveller", new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setServerURIs(new String[] {cluster.tcp(1), cluster.tcp(2), cluster.tcp(3)});
            options.setCleanSession(false);
            options.setAutomaticReconnect(true);
            client.setCallback(this);
            client.connect(options);
            client.subscribe("loss/a", 1);
        }

        /** The nodes it was connected to, in this order. */
        List<String> servers() {
            return servers;
        }

        void awaitMessages(String... expected) {
            await("messages of the traveller, so far " + received)
                    .atMost(Child.LIMIT)
                    .until(() -> received.size() >= expected.length);
            assertThat(received).containsExactly(expected);
        }

        @Override
        public void connectComplete(boolean again, String server) {
            servers.add(server);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void connectionLost(@Nullable Throwable cause) {
            // it connects again by itself
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // it publishes nothing
        }

        @Override
        public void close() throws MqttException {
            client.disconnectForcibly(0, 1_000);
            client.close(true);
        }
    }
}
