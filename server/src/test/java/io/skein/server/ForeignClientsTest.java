package io.skein.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that others wrote: Eclipse Paho for MQTT 3.1.1 and 5, and those of Mosquitto. */
class ForeignClientsTest {
    private static final Path MOSQUITTO_PUB = Path.of("/usr/bin/mosquitto_pub");

    /** Few: these clients leave Nagle on, which costs 40 ms for each at QoS 1. */
    private static final int MESSAGES = 20;

    private static TestNode node;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        node = TestNode.start(directory);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String uri() {
        return "tcp://127.0.0.1:" + node.port();
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 1", "3, 2", "4, 0", "4, 1", "4, 2"})
    void paho3PublishesAndSubscribes(int version, int qos) throws Exception { // [MQTT-7.0.0-2]
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(version);
        options.setMaxInflight(200); // it counts a publish as under way for a moment after its end
        try (var client =
                new org.eclipse.paho.client.mqttv3.MqttClient(
                        uri(), "paho-" + version + "-" + qos, null)) {
            client.connect(options);
            client.subscribe(
                    "paho/+/" + version, qos, (topic, message) -> received.add(topic + message));
            for (int i = 0; i < MESSAGES; i++) {
                client.publish(
                        "paho/x/" + version,
                        ("-" + i).getBytes(StandardCharsets.UTF_8),
                        qos,
                        false);
            }
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(received.poll(10, TimeUnit.SECONDS))
                        .isEqualTo("paho/x/" + version + "-" + i);
            }
            client.disconnect();
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void paho5PublishesAndSubscribes(int qos) throws Exception {
        BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(uri(), "paho-5-" + qos, null);
        try {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setReceiveMaximum(20);
            client.connect(options);
            client.subscribe(
                    new MqttSubscription[] {new MqttSubscription("paho5/#", qos)},
                    new IMqttMessageListener[] {(topic, message) -> received.add(message)});
            for (int i = 0; i < MESSAGES; i++) {
                client.publish(
                        "paho5/x", String.valueOf(i).getBytes(StandardCharsets.UTF_8), qos, false);
            }
            for (int i = 0; i < MESSAGES; i++) {
                MqttMessage message = received.poll(10, TimeUnit.SECONDS);
                assertThat(new String(message.getPayload(), StandardCharsets.UTF_8))
                        .isEqualTo(String.valueOf(i));
                assertThat(message.getQos()).isEqualTo(qos);
            }
        } finally {
            client.disconnect();
            client.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"31, 0", "31, 1", "311, 1", "311, 2", "5, 0", "5, 1", "5, 2"})
    // [MQTT-7.0.0-2]
    void mosquittoPublishesAndSubscribes(String version, int qos, @TempDir Path directory)
            throws Exception {
        Assumptions.assumeTrue(Files.exists(MOSQUITTO_PUB), "mosquitto-clients is not installed");
        Path out = directory.resolve("out");
        List<String> subscribe = mosquitto("sub", version, "sub-" + version + qos);
        subscribe.addAll(List.of("-t", "mosquitto/#", "-q", "2", "-C", "2", "-W", "15", "-v"));
        Process subscriber =
                new ProcessBuilder(subscribe)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        await().until(() ->
                node.node().clients(100).get().stream()
                        .anyMatch(c ->
                                c.clientId().equals("sub-" + version + qos)
                                        && c.subscriptions() == 1));

        for (String message : List.of("one", "two")) {
            List<String> publish = mosquitto("pub", version, "pub-" + version);
            publish.addAll(List.of("-t", "mosquitto/a", "-m", message, "-q", String.valueOf(qos)));
            assertThat(new ProcessBuilder(publish).inheritIO().start().waitFor()).isZero();
        }

        assertThat(subscriber.waitFor()).isZero();
        assertThat(Files.readAllLines(out)).containsExactly("mosquitto/a one", "mosquitto/a two");
    }

    private static List<String> mosquitto(String what, String version, String clientId) {
        return new ArrayList<>(
                List.of(
                        "mosquitto_" + what,
                        "-V",
                        version,
                        "-p",
                        String.valueOf(node.port()),
                        "-i",
                        clientId));
    }

    @Test
    void aRetainedMessageAndAWillReachPaho() throws Exception {
        BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(uri(), "mourner", null);
        try (RawClient dying = node.raw()) {
            dying.send(RawClient.connectPacketWithWill("dying", "wills/dying", "gone"));
            dying.next();
            client.connect();
            client.publish("wills/kept", "kept".getBytes(StandardCharsets.UTF_8), 1, true);
            client.subscribe(
                    new MqttSubscription[] {new MqttSubscription("wills/#", 1)},
                    new IMqttMessageListener[] {(topic, message) -> received.add(message)});
            MqttMessage retained = received.poll(10, TimeUnit.SECONDS);
            assertThat(retained.isRetained()).isTrue();
            assertThat(retained.toString()).isEqualTo("kept");

            dying.reset();

            assertThat(received.poll(10, TimeUnit.SECONDS).toString()).isEqualTo("gone");
        } finally {
            client.disconnect();
            client.close();
        }
    }
}
