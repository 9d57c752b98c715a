package io.skein.server.links;

import static io.skein.server.links.Islands.await;
import static io.skein.server.links.Islands.client;
import static io.skein.server.links.Islands.link;
import static io.skein.server.links.Islands.publish;
import static io.skein.server.links.Islands.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.server.TestNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A far side that does not take a message: the link is not blocked, and nothing else is lost. */
class LinkRefusalTest {
    private static final String BAD = "bad";

    @TempDir private Path directory;

    private TestNode edge(FarBroker far, String... more) throws Exception {
        return Islands.start(directory, "edge", link(0, "far", far.port(), "# out 2", more));
    }

    /** Publishes 0 to 9, with the bad one in their midst. */
    private static void publishAll(TestNode node, int qos) {
        Mqtt5BlockingClient device = client(node, "device");
        for (int i = 0; i < 10; i++) {
            publish(device, "t/" + i, qos, Integer.toString(i));
            if (i == 4) {
                publish(device, "t/bad", qos, BAD);
            }
        }
        device.disconnect();
    }

    private static boolean isBad(Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8).equals(BAD);
    }

    private static List<String> numbers() {
        return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    }

    private static void awaitEmpty(TestNode node) {
        await().untilAsserted(
                        () -> assertThat(state(node, "far").path("queued").asLong(-1)).isZero());
    }

    @ParameterizedTest
    @CsvSource({
        "1, NOT_AUTHORIZED",
        "2, NOT_AUTHORIZED",
        "1, TOPIC_NAME_INVALID",
        "2, TOPIC_NAME_INVALID",
        "1, PAYLOAD_FORMAT_INVALID"
    })
    void aMessageThatIsRefusedForGoodIsDroppedAndCounted(int qos, ReasonCode reason)
            throws Exception {
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            if (isBad(publish)) {
                                line.answer(publish, reason);
                            } else {
                                line.take(publish);
                            }
                        });
                TestNode edge = edge(far)) {
            publishAll(edge, qos);
            await().untilAsserted(() -> assertThat(far.taken()).isEqualTo(numbers()));
            awaitEmpty(edge);
            assertThat(state(edge, "far").path("refused").asLong()).isEqualTo(1);
            assertThat(far.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aMessageThatIsRefusedWithoutAReasonIsSentAgainWhileOthersPass(int qos) throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            if (isBad(publish) && refusals.getAndIncrement() < 2) {
                                line.answer(publish, ReasonCode.UNSPECIFIED_ERROR);
                            } else {
                                line.take(publish);
                            }
                        });
                TestNode edge = edge(far)) {
            publishAll(edge, qos);
            await().untilAsserted(() -> assertThat(far.taken()).containsAll(numbers()));
            await().untilAsserted(() -> assertThat(far.taken()).contains(BAD).hasSize(11));
            awaitEmpty(edge);
            assertThat(state(edge, "far").path("refused").asLong()).isZero();
            assertThat(far.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QUOTA_EXCEEDED", "PACKET_IDENTIFIER_IN_USE"})
    void whatIsNotTakenAtTheMomentIsSentOnALaterConnection(ReasonCode reason) throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            if (refusals.getAndIncrement() < 3) {
                                line.answer(publish, reason);
                            } else {
                                line.take(publish);
                            }
                        });
                TestNode edge = edge(far)) {
            publishAll(edge, 2);
            await().untilAsserted(() -> assertThat(far.taken()).contains(BAD).hasSize(11));
            awaitEmpty(edge);
            assertThat(state(edge, "far").path("refused").asLong()).isZero();
            assertThat(far.connections()).isGreaterThan(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, PACKET_TOO_LARGE", "2, PAYLOAD_FORMAT_INVALID"})
    void aMessageForWhichConnectionsAreClosedIsFoundAndDropped(int qos, ReasonCode reason)
            throws Exception {
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            if (isBad(publish)) {
                                line.disconnect(reason);
                            } else {
                                line.take(publish);
                            }
                        });
                TestNode edge = edge(far)) {
            publishAll(edge, qos);
            await().untilAsserted(() -> assertThat(far.taken()).containsAll(numbers()));
            awaitEmpty(edge);
            assertThat(far.taken()).doesNotContain(BAD);
            assertThat(state(edge, "far").path("refused").asLong()).isEqualTo(1);
        }
    }

    @Test
    void aMessageForWhichConnectionsAreClosedWithoutAReasonIsKept() throws Exception {
        AtomicInteger endings = new AtomicInteger();
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            if (isBad(publish) && endings.getAndIncrement() < 6) {
                                line.disconnect(ReasonCode.SERVER_SHUTTING_DOWN);
                            } else {
                                line.take(publish);
                            }
                        });
                TestNode edge = edge(far)) {
            publishAll(edge, 2);
            await().untilAsserted(() -> assertThat(far.taken()).contains(BAD).hasSize(11));
            assertThat(state(edge, "far").path("refused").asLong()).isZero();
        }
    }

    @Test
    void aMessageLargerThanTheLinkMaySendIsDropped() throws Exception {
        try (FarBroker far = new FarBroker((publish, line) -> line.take(publish));
                TestNode edge = edge(far, "packet-bytes-maximum=200")) {
            Mqtt5BlockingClient device = client(edge, "device");
            publish(device, "t", 1, "x".repeat(300));
            publish(device, "t", 2, "x".repeat(300));
            publish(device, "t", 1, "small");
            device.disconnect();
            await().untilAsserted(() -> assertThat(far.taken()).containsExactly("small"));
            awaitEmpty(edge);
            assertThat(state(edge, "far").path("refused").asLong()).isEqualTo(2);
        }
    }

    /** What a far side may not send, before or after it has taken a message. */
    static Stream<FarBroker.Answers> nonsense() {
        byte[] noPacket = {0x00, 0x00, 0x00};
        byte[] brokenLength = {0x30, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
        byte[] connect = {0x10, 0x0D, 0, 4, 'M', 'Q', 'T', 'T', 5, 0, 0, 0, 0, 0, 0};
        byte[] secondConnAck = {0x20, 0x03, 0x00, 0x00, 0x00};
        byte[] unasked = {(byte) 0x90, 0x04, 0x00, 0x01, 0x00, 0x00};
        return Stream.of(noPacket, brokenLength, connect, secondConnAck, unasked)
                .map(bytes -> (publish, line) -> line.send(bytes));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void nonsenseOfTheFarSideEndsTheConnectionAndNothingElse(FarBroker.Answers nonsense)
            throws Exception {
        AtomicInteger times = new AtomicInteger();
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            if (times.getAndIncrement() < 2) {
                                nonsense.published(publish, line);
                            } else {
                                line.take(publish);
                            }
                        });
                TestNode edge = edge(far)) {
            Mqtt5BlockingClient device = client(edge, "device");
            publish(device, "t", 2, "kept");
            device.disconnect();
            await().untilAsserted(() -> assertThat(far.taken()).containsExactly("kept"));
            awaitEmpty(edge);
        }
    }

    @Test
    void answersToMessagesThatWereNotSentDoNoHarm() throws Exception {
        try (FarBroker far =
                        new FarBroker((publish, line) -> {
                            line.send(new PubAck(60_000));
                            line.send(new PubRel(60_001));
                            line.take(publish);
                            line.answer(publish, ReasonCode.SUCCESS);
                        });
                TestNode edge = edge(far)) {
            Mqtt5BlockingClient device = client(edge, "device");
            for (int i = 0; i < 10; i++) {
                publish(device, "t", 1 + i % 2, Integer.toString(i));
            }
            device.disconnect();
            await().untilAsserted(() -> assertThat(far.taken()).containsAll(numbers()));
            awaitEmpty(edge);
        }
    }
}
