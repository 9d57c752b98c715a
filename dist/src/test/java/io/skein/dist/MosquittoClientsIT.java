package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mosquitto's own clients, one on each node. */
@ExtendWith(SharedCluster.class)
class MosquittoClientsIT {

    @ParameterizedTest
    @CsvSource({
        "0, mqttv311, mqttv311",
        "1, mqttv311, mqttv5",
        "2, mqttv5, mqttv311",
        "0, mqttv5, mqttv5",
        "1, mqttv5, mqttv5",
        "2, mqttv311, mqttv31"
    })
    void aMessageReachesASubscriberOnAnotherNode(
            String qos, String publisher, String subscriber, UpCluster cluster) {
        String topic = "across/" + qos + publisher + subscriber;
        try (var sub = sub(cluster, 3, "-V", subscriber, "-q", "2", "-t", topic)) {
            Mosquitto.pub(
                    cluster.port(1), "-V", publisher, "-q", qos, "-t", topic, "-m", "hello you");

            sub.awaitMessages("%s %s 0 hello you".formatted(topic, qos));
        }
    }

    @Test
    void messagesKeepTheirOrder(UpCluster cluster) {
        try (var sub = sub(cluster, 2, "-q", "1", "-t", "order");
                Child pub =
                        Child.start(
                                List.of(
                                        "mosquitto_pub",
                                        "-p",
                                        Integer.toString(cluster.port(3)),
                                        "-q",
                                        "1",
                                        "-t",
                                        "order",
                                        "-l"))) {
            String[] numbers =
                    IntStream.range(0, 200).mapToObj(Integer::toString).toArray(String[]::new);
            pub.type(String.join("\n", numbers) + "\n");

            sub.awaitMessages(
                    Arrays.stream(numbers)
                            .map(number -> "order 1 0 " + number)
                            .toArray(String[]::new));
        }
    }

    @Test
    void aRetainedMessageIsHandedOutByEveryNodeUntilItIsCleared(UpCluster cluster) {
        Mosquitto.pub(cluster.port(1), "-q", "1", "-r", "-t", "kept/a", "-m", "one");
        for (int node = 1; node <= 3; node++) {
            try (var sub = sub(cluster, node, "-q", "1", "-t", "kept/+")) {
                sub.awaitMessages("kept/a 1 1 one");
            }
        }

        Mosquitto.pub(cluster.port(2), "-q", "1", "-r", "-t", "kept/a", "-n");
        try (var sub = sub(cluster, 3, "-q", "1", "-t", "kept/+")) {
            Mosquitto.pub(cluster.port(3), "-q", "1", "-t", "kept/b", "-m", "not retained");
            sub.awaitMessages("kept/b 1 0 not retained");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv311", "mqttv5"})
    void theWillOfAClientThatVanishesReachesAnotherNode(String version, UpCluster cluster) {
        String topic = "wills/" + version;
        try (var heir = sub(cluster, 2, "-q", "1", "-t", topic);
                var mortal =
                        sub(
                                cluster,
                                1,
                                "-V",
                                version,
                                "-t",
                                "anything",
                                "--will-topic",
                                topic,
                                "--will-payload",
                                "gone",
                                "--will-qos",
                                "1")) {
            mortal.process().kill();

            heir.awaitMessages(topic + " 1 0 gone");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv311", "mqttv5"})
    void aPersistentSessionFollowsItsClientFromNodeToNode(String version, UpCluster cluster) {
        String topic = "follows/" + version;
        String[] session = {
            "-V", version, "-c", "-i", "wanderer-" + version, "-q", "1", "-t", topic
        };
        Mosquitto.subscribeAndLeave(cluster.port(1), session);

        Mosquitto.pub(cluster.port(2), "-q", "1", "-t", topic, "-m", "first");
        try (var sub = Mosquitto.sub(cluster.port(3), session)) {
            sub.awaitMessages(topic + " 1 0 first");
        }
        Mosquitto.pub(cluster.port(3), "-q", "1", "-t", topic, "-m", "second");
        try (var sub = Mosquitto.sub(cluster.port(2), session)) {
            sub.awaitMessages(topic + " 1 0 second");
        }
    }

    @Test
    void wildcardsMatchAcrossNodes(UpCluster cluster) {
        try (var one = sub(cluster, 1, "-t", "wild/+/x");
                var all = sub(cluster, 2, "-t", "wild/#");
                var exact = sub(cluster, 3, "-t", "wild/b/y")) {
            Mosquitto.pub(cluster.port(1), "-q", "1", "-t", "wild/a/x", "-m", "1");
            Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "wild/b/y", "-m", "2");
            Mosquitto.pub(cluster.port(3), "-q", "1", "-t", "wild", "-m", "3");
            Mosquitto.pub(cluster.port(3), "-q", "1", "-t", "wild/c/x", "-m", "4");

            one.awaitMessages("wild/a/x 0 0 1", "wild/c/x 0 0 4");
            exact.awaitMessages("wild/b/y 0 0 2");
            // Three publishers: their messages may come in any order, but none twice.
            all.process().await(() -> all.messages().size() == 4);
            assertThat(all.messages())
                    .containsExactlyInAnyOrder(
                            "wild/a/x 0 0 1", "wild/b/y 0 0 2", "wild 0 0 3", "wild/c/x 0 0 4");
        }
    }

    private static Mosquitto.Subscriber sub(UpCluster cluster, int node, String... arguments) {
        return Mosquitto.sub(cluster.port(node), arguments).subscribed();
    }
}
