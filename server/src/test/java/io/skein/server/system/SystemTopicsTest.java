package io.skein.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.DelegatingArchitecture;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over the wire: the node's own topics, and what is saved and refused on the way. */
class SystemTopicsTest {
    @Test
    void aSubscriberIsToldOfTheNodeInMosquittosNames(@TempDir Path directory) throws Exception {
        try (TestNode node = TestNode.start(directory, "sys-interval-seconds=1");
                RawClient client = node.raw()) {
            client.connectAs("watcher");
            client.send(RawClient.subscribePacket("$SYS/#", QoS.AT_MOST_ONCE));
            Map<String, String> values = new HashMap<>();
            while (!"1".equals(values.get("$SYS/broker/clients/connected"))
                    || !values.containsKey("$SYS/broker/load/bytes/sent/15min")) {
                if (client.next() instanceof Publish publish) {
                    values.put(publish.topic().name(), text(publish));
                }
            }
            assertThat(values.get("$SYS/broker/version")).startsWith("skein version ");
            assertThat(values.get("$SYS/broker/uptime")).endsWith(" seconds");
            assertThat(values.get("$SYS/broker/subscriptions/count")).isIn("0", "1");
            assertThat(values)
                    .containsKeys(
                            "$SYS/broker/retained messages/count",
                            "$SYS/broker/store/messages/bytes",
                            "$SYS/broker/publish/messages/dropped",
                            "$SYS/broker/heap/current");
        }
    }

    @Test
    void whatIsDroppedBetweenNodesIsCountedHereAndInTheMetrics(@TempDir Path directory)
            throws Exception {
        try (TestNode node =
                        TestNode.start(directory, "architecture=lossy", "sys-interval-seconds=1");
                RawClient client = node.raw()) {
            client.connectAs("watcher");
            client.send(
                    RawClient.subscribePacket(
                            "$SYS/broker/publish/messages/dropped", QoS.AT_MOST_ONCE));
            client.next(SubAck.class);
            assertThat(text(client.next(Publish.class))).isEqualTo("7");

            try (InputStream metrics = node.admin("/metrics").toURL().openStream()) {
                assertThat(new String(metrics.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\nskein_dropped_between_nodes_total 7\n");
            }
        }
    }

    @Test
    void aClientThatAllowsAliasesIsSentANameOnce(@TempDir Path directory) throws Exception {
        String topic = "a/long/name/of/a/topic/that/comes/again/and/again";
        try (TestNode node = TestNode.start(directory, "sys-interval-seconds=0");
                RawClient client = node.raw()) {
            Properties properties =
                    Properties.builder().number(Property.TOPIC_ALIAS_MAXIMUM, 4).build();
            client.send(
                    new Connect(
                            ProtocolVersion.MQTT_5,
                            "saves",
                            true,
                            60,
                            properties,
                            null,
                            null,
                            null));
            client.next(ConnAck.class);
            client.send(RawClient.subscribePacket(topic, QoS.AT_MOST_ONCE));
            client.next(SubAck.class);
            long before = node.node().networkCounters().bytesSent.sum();
            for (int i = 0; i < 100; i++) {
                client.send(RawClient.publishPacket(topic, new byte[] {1}, QoS.AT_MOST_ONCE));
                assertThat(client.next(Publish.class).topic().name()).isEqualTo(topic);
            }
            await().untilAsserted(() ->
                    assertThat(node.node().networkCounters().bytesSent.sum() - before)
                            .isBetween(100L, 100L * 20));
        }
    }

    @Test
    void connectionsThatComeTooFastFromAnAddressAreClosed(@TempDir Path directory)
            throws Exception {
        try (TestNode node =
                TestNode.start(directory, "limits.connects-per-second-and-address=1")) {
            int refused = 0;
            for (int i = 0; i < 20; i++) {
                try (RawClient client = node.raw()) {
                    client.connectAs("c" + i);
                } catch (IOException e) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            assertThat(node.node().networkCounters().connectionsOverRate.sum()).isEqualTo(refused);
        }
    }

    /** Found by name; its links lose messages. */
    public static final class LossyArchitecture extends DelegatingArchitecture {
        /** For {@link java.util.ServiceLoader}. */
        public LossyArchitecture() {
            super("lossy", _ -> {}, 7);
        }
    }

    private static String text(Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }
}
