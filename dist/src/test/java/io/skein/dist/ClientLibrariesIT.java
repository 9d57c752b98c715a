package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries that applications use: publisher on one node, subscriber on another. */
@ExtendWith(SharedCluster.class)
class ClientLibrariesIT {
    private static final int MESSAGES = 100;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void pahoOfVersion3GetsEveryMessageOnceAndInOrder(int qos, UpCluster cluster) throws Exception {
        String topic = "paho3/" + qos;
        List<String> received = new CopyOnWriteArrayList<>();
        try (MqttClient subscriber = paho3(cluster.tcp(2));
                MqttClient publisher = paho3(cluster.tcp(1))) {
            subscriber.subscribe(
                    topic, qos, (_, message) -> received.add(text(message.getPayload())));
            for (String number : numbers()) {
                publisher.publish(topic, bytes(number), qos, false);
            }

            awaitNumbers(received);
            publisher.disconnect();
            subscriber.disconnect();
        }
    }

    private static MqttClient paho3(String server) throws MqttException {
        MqttClient client =
                new MqttClient(server, MqttClient.generateClientId(), new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(MESSAGES);
        client.connect(options);
        return client;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void pahoOfVersion5GetsEveryMessageOnceInOrderAndWithItsProperties(int qos, UpCluster cluster)
            throws Exception {
        String topic = "paho5/" + qos;
        List<String> received = new CopyOnWriteArrayList<>();
        List<MqttProperties> properties = new CopyOnWriteArrayList<>();
        var subscriber = paho5(cluster.tcp(3), "paho5-sub-" + qos);
        var publisher = paho5(cluster.tcp(2), "paho5-pub-" + qos);
        try {
            IMqttMessageListener listener =
                    (_, message) -> {
                        properties.add(message.getProperties());
                        received.add(text(message.getPayload()));
                    };
            subscriber
                    .subscribe(
                            new MqttSubscription[] {new MqttSubscription(topic, qos)},
                            null,
                            null,
                            new IMqttMessageListener[] {listener},
                            new MqttProperties())
                    .waitForCompletion(Child.LIMIT.toMillis());
            for (String number : numbers()) {
                publisher.publish(topic, message(number, qos));
            }

            awaitNumbers(received);
            assertThat(properties)
                    .allSatisfy(each -> {
                        assertThat(each.getContentType()).isEqualTo("text/plain");
                        assertThat(each.getUserProperties())
                                .containsExactly(new UserProperty("from", "node 2"));
                    });
        } finally {
            publisher.disconnectForcibly(0, 1_000, false);
            publisher.close(true);
            subscriber.disconnectForcibly(0, 1_000, false);
            subscriber.close(true);
        }
    }

    private static org.eclipse.paho.mqttv5.client.MqttAsyncClient paho5(String server, String id)
            throws org.eclipse.paho.mqttv5.common.MqttException {
        var client =
                new org.eclipse.paho.mqttv5.client.MqttAsyncClient(
                        server, id, new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(MESSAGES);
        client.connect(options).waitForCompletion(Child.LIMIT.toMillis());
        return client;
    }

    private static MqttMessage message(String text, int qos) {
        MqttProperties properties = new MqttProperties();
        properties.setContentType("text/plain");
        properties.setUserProperties(List.of(new UserProperty("from", "node 2")));
        return new MqttMessage(bytes(text), qos, false, properties);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void hivemqOfVersion5GetsEveryMessageOnceAndInOrder(int qos, UpCluster cluster)
            throws Exception {
        MqttQos level = MqttQos.fromCode(qos);
        Mqtt5BlockingClient subscriber = hivemq5(cluster.port(1));
        Mqtt5BlockingClient publisher = hivemq5(cluster.port(3));
        try (var messages = subscriber.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            subscriber.subscribeWith().topicFilter("hive5/" + qos).qos(level).send();
            for (String number : numbers()) {
                publisher
                        .publishWith()
                        .topic("hive5/" + qos)
                        .qos(level)
                        .payload(bytes(number))
                        .send();
            }
            for (String number : numbers()) {
                Mqtt5Publish message =
                        messages.receive(Child.LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                                .orElseThrow();
                assertThat(text(message.getPayloadAsBytes())).isEqualTo(number);
            }
            assertThat(messages.receiveNow()).isEmpty();
        } finally {
            publisher.disconnect();
            subscriber.disconnect();
        }
    }

    private static Mqtt5BlockingClient hivemq5(int port) {
        Mqtt5BlockingClient client =
                Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildBlocking();
        client.connect();
        return client;
    }

    @Test
    void hivemqOfVersion3ReachesHivemqOfVersion5(UpCluster cluster) throws Exception {
        Mqtt5BlockingClient subscriber = hivemq5(cluster.port(2));
        Mqtt3BlockingClient publisher =
                Mqtt3Client.builder()
                        .serverHost("127.0.0.1")
                        .serverPort(cluster.port(1))
                        .buildBlocking();
        publisher.connect();
        try (var messages = subscriber.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            subscriber.subscribeWith().topicFilter("hive3/#").qos(MqttQos.EXACTLY_ONCE).send();
            publisher
                    .publishWith()
                    .topic("hive3/to/5")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(bytes("hello"))
                    .send();

            Mqtt5Publish message =
                    messages.receive(Child.LIMIT.toMillis(), TimeUnit.MILLISECONDS).orElseThrow();
            assertThat(text(message.getPayloadAsBytes())).isEqualTo("hello");
            assertThat(message.getQos()).isEqualTo(MqttQos.EXACTLY_ONCE);
        } finally {
            publisher.disconnect();
            subscriber.disconnect();
        }
    }

    private static List<String> numbers() {
        return IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    }

    private static void awaitNumbers(List<String> received) {
        await().atMost(Child.LIMIT).until(() -> received.size() >= MESSAGES);
        assertThat(received).isEqualTo(numbers());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
