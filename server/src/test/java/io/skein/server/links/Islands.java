package io.skein.server.links;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.skein.server.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Nodes of the architecture bridge, and what tests do with them. */
final class Islands {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Islands() {}

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    /** Starts an island; the directory is its own if the name is. */
    static TestNode start(Path directory, String name, String... settings) throws Exception {
        return TestNode.start(
                directory.resolve(name),
                Stream.concat(
                                Stream.of(
                                        "architecture=bridge",
                                        "node.name=" + name,
                                        "threads=1",
                                        "durability=os"),
                                Stream.of(settings))
                        .toArray(String[]::new));
    }

    /** The settings of a link. */
    static String[] link(int place, String name, int port, String topics, String... more) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "name=" + name,
                                "address=mqtt://127.0.0.1:" + port,
                                "topics=" + topics,
                                "retry-seconds-maximum=1"));
        settings.addAll(List.of(more)); // the last of a key counts
        return settings.stream()
                .map(setting -> "cluster.links." + place + "." + setting)
                .toArray(String[]::new);
    }

    static String[] all(String[]... settings) {
        return Stream.of(settings).flatMap(Stream::of).toArray(String[]::new);
    }

    static Mqtt5BlockingClient client(TestNode node, String id) {
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier(id)
                        .serverAddress(node.address())
                        .buildBlocking();
        client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
        return client;
    }

    static void publish(Mqtt5BlockingClient client, String topic, int qos, String text) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.fromCode(qos))
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    /** What the admin API of a node says of one of its links. */
    static JsonNode state(TestNode node, String link) throws IOException {
        for (JsonNode one : JSON.readTree(shown(node, "/api/v1/links")).path("links")) {
            if (one.path("name").asText().equals(link)) {
                return one;
            }
        }
        throw new AssertionError("no link " + link);
    }

    static String shown(TestNode node, String path) throws IOException {
        URI uri = node.admin(path);
        try (InputStream answer = uri.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static void awaitConnected(TestNode node, String link) {
        await().untilAsserted(() ->
                assertThat(state(node, link).path("state").asText()).isEqualTo("connected"));
    }
}
