package io.skein.server.links;

import static io.skein.server.links.Islands.all;
import static io.skein.server.links.Islands.await;
import static io.skein.server.links.Islands.awaitConnected;
import static io.skein.server.links.Islands.client;
import static io.skein.server.links.Islands.link;
import static io.skein.server.links.Islands.publish;
import static io.skein.server.links.Islands.shown;
import static io.skein.server.links.Islands.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import io.skein.server.TestNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node tells of its links, what they carry at the beginning, and what stays of them. */
class LinkStateTest {
    @TempDir private Path directory;

    @Test
    void aLinkThatIsDownTooLongIsAnAlarmUntilItIsBack() throws Exception {
        FarBroker far = new FarBroker((publish, line) -> line.take(publish));
        far.close();
        try (TestNode edge =
                Islands.start(
                        directory,
                        "edge",
                        link(0, "far", far.port(), "# out 2", "alarm-seconds=1"))) {
            Mqtt5BlockingClient device = client(edge, "device");
            publish(device, "t", 1, "one");
            publish(device, "t", 2, "two");
            await().untilAsserted(() -> {
                assertThat(state(edge, "far").path("alarm").asBoolean()).isTrue();
                assertThat(state(edge, "far").path("queued").asLong()).isEqualTo(2);
            });
            assertThat(shown(edge, "/metrics"))
                    .contains(
                            "skein_link_connected{link=\"far\"} 0\n",
                            "skein_link_alarm{link=\"far\"} 1\n",
                            "skein_link_queued_messages{link=\"far\"} 2\n");
            assertThat(shown(edge, "/api/v1/node")).contains("\"alarms\":[{\"name\":\"far\"");
        }
    }

    @Test
    void metricsAndTheAdminApiSayWhatALinkHasCarried() throws Exception {
        try (FarBroker far = new FarBroker((publish, line) -> line.take(publish));
                TestNode edge =
                        Islands.start(directory, "edge", link(0, "far", far.port(), "# out 2"))) {
            Mqtt5BlockingClient device = client(edge, "device");
            publish(device, "t", 1, "one");
            await().untilAsserted(() ->
                    assertThat(shown(edge, "/metrics"))
                            .contains(
                                    "skein_link_connected{link=\"far\"} 1\n",
                                    "skein_link_alarm{link=\"far\"} 0\n",
                                    "skein_link_queued_messages{link=\"far\"} 0\n",
                                    "skein_link_connects_total{link=\"far\"} 1\n",
                                    "skein_link_messages_sent_total{link=\"far\"} 1\n"));
            far.cut();
            await().untilAsserted(() ->
                    assertThat(state(edge, "far").path("connects").asLong()).isEqualTo(2));
            assertThat(state(edge, "far").path("detail").asText()).isEqualTo("MQTT 5");
        }
    }

    @Test
    void retainedMessagesFromBeforeTheLinkAndTheirEndPass() throws Exception {
        try (TestNode cloud = Islands.start(directory, "cloud")) {
            try (TestNode edge = Islands.start(directory, "edge")) {
                Mqtt5BlockingClient device = client(edge, "device");
                retain(device, "r/1", "first");
                retain(device, "r/2", "second");
                device.disconnect();
            }
            Mqtt5BlockingClient office = client(cloud, "office");
            retain(office, "d/1", "down");
            try (TestNode edge =
                    Islands.start(
                            directory,
                            "edge",
                            link(0, "cloud", cloud.port(), "r/# out 2,d/# in 2"))) {
                await().untilAsserted(() -> {
                    assertThat(cloud.node().retainedMessages()).isEqualTo(3);
                    assertThat(edge.node().retainedMessages()).isEqualTo(3);
                });
                Mqtt5Publishes all = office.publishes(MqttGlobalPublishFilter.ALL);
                office.subscribeWith().topicFilter("r/1").qos(MqttQos.AT_LEAST_ONCE).send();
                assertThat(all.receive(20, TimeUnit.SECONDS))
                        .hasValueSatisfying(one -> {
                            assertThat(one.isRetain()).isTrue();
                            assertThat(Islands.text(one)).isEqualTo("first");
                        });
                Mqtt5BlockingClient device = client(edge, "device");
                retain(device, "r/1", "");
                await().untilAsserted(
                                () -> assertThat(cloud.node().retainedMessages()).isEqualTo(2));
            }
        }
    }

    @Test
    void aNodeThatStopsWaitsForTheAnswersToWhatItHasSent() throws Exception {
        CountDownLatch sent = new CountDownLatch(2);
        try (FarBroker far =
                new FarBroker((publish, line) -> {
                    sent.countDown();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                    line.take(publish);
                })) {
            String[] link = link(0, "far", far.port(), "# out 2");
            try (TestNode edge = Islands.start(directory, "edge", link)) {
                awaitConnected(edge, "far");
                Mqtt5BlockingClient device = client(edge, "device");
                publish(device, "t", 2, "one");
                publish(device, "t", 1, "two");
                assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
            }
            try (TestNode edge = Islands.start(directory, "edge", link)) {
                publish(client(edge, "device"), "t", 1, "three");
                await().untilAsserted(() -> assertThat(far.taken()).contains("three"));
            }
            assertThat(far.taken()).containsExactly("one", "two", "three");
        }
    }

    @Test
    void messagesOfDifferentQualityLeaveInTheOrderInWhichTheyCame() throws Exception {
        FarBroker away = new FarBroker((publish, line) -> line.take(publish));
        away.close();
        List<String> expected = new ArrayList<>();
        try (TestNode edge =
                Islands.start(directory, "edge", link(0, "far", away.port(), "# out 2"))) {
            Mqtt5BlockingClient device = client(edge, "device");
            for (int i = 0; i < 100; i++) {
                expected.add(Integer.toString(i));
                publish(device, "t", 2 - i % 2, expected.getLast());
            }
            try (FarBroker far =
                    new FarBroker(away.port(), (publish, line) -> line.take(publish))) {
                await().untilAsserted(() -> assertThat(far.taken()).hasSize(expected.size()));
                assertThat(far.taken()).isEqualTo(expected);
            }
        }
    }

    @Test
    void whatCameFromTheFarSideIsNotQueuedForIt() throws Exception {
        try (TestNode cloud = Islands.start(directory, "cloud", link(0, "edge", 9, "# out 2"));
                TestNode edge =
                        Islands.start(
                                directory, "edge", link(0, "cloud", cloud.port(), "# out 2"))) {
            publish(client(edge, "device"), "t", 2, "from the edge");
            await().untilAsserted(() ->
                    assertThat(cloud.node().counters().messagesReceived()).isEqualTo(1));
            publish(client(cloud, "office"), "t", 2, "for the edge");
            await().untilAsserted(() ->
                    assertThat(state(cloud, "edge").path("queued").asLong()).isPositive());
            assertThat(state(cloud, "edge").path("queued").asLong()).isEqualTo(1);
        }
    }

    private static void retain(Mqtt5BlockingClient client, String topic, String text) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    @Test
    void theSessionOfALinkThatIsNotConfiguredQueuesNothingMoreAndEnds() throws Exception {
        String session = "$skein/link/old";
        String[] kept = link(0, "kept", 9, "t/# out 1");
        try (TestNode edge =
                Islands.start(directory, "edge", all(kept, link(1, "old", 9, "t/# out 1")))) {
            publish(client(edge, "device"), "t/1", 1, "waits");
            await().untilAsserted(() ->
                    assertThat(state(edge, "old").path("queued").asLong()).isEqualTo(1));
        }
        for (int start = 0; start < 2; start++) {
            try (TestNode edge = Islands.start(directory, "edge", kept)) {
                publish(client(edge, "device"), "t/1", 1, "not for the old one");
                await().untilAsserted(() -> {
                    String clients = shown(edge, "/api/v1/clients");
                    assertThat(clients)
                            .containsPattern(
                                    "\"clientId\":\"\\Q"
                                            + session
                                            + "\\E\"[^}]*\"subscriptions\":0,\"queued\":1,");
                });
            }
        }
        try (FarBroker far = new FarBroker((publish, line) -> line.take(publish));
                TestNode edge =
                        Islands.start(
                                directory,
                                "edge",
                                all(kept, link(1, "old", far.port(), "t/# out 1")))) {
            awaitConnected(edge, "old");
            await().untilAsserted(() -> assertThat(far.taken()).containsExactly("waits"));
        }
    }

    @Test
    void theLimitOfClientsOnHowLongSessionsLastIsNotThatOfLinks() throws Exception {
        try (TestNode edge =
                Islands.start(
                        directory,
                        "edge",
                        all(
                                link(0, "far", 9, "# out 1"),
                                new String[] {"limits.session-expiry-seconds-maximum=1"}))) {
            client(edge, "passing").disconnect();
            await().untilAsserted(() ->
                    assertThat(shown(edge, "/api/v1/clients")).doesNotContain("passing"));
            publish(client(edge, "device"), "t", 1, "kept");
            await().untilAsserted(() ->
                    assertThat(state(edge, "far").path("queued").asLong()).isEqualTo(1));
        }
    }
}
