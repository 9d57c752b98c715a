package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.NodeClock;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose time of day jumps. Needs libfaketime, and says so. */
class ClockIT {
    private static final long JUMP_SECONDS = 300;

    /** Shorter than the jump, longer than the test. */
    private static final long LIFE_SECONDS = 200;

    private static final DateTimeFormatter LOG_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    @TempDir private Path directory;

    private final int port = Ports.consecutive(2);
    private NodeClock clock;

    @BeforeEach
    void make() throws FaultFailedException {
        String missing = NodeClock.missing();
        assumeTrue(missing == null, missing);
        clock = NodeClock.at(directory.resolve("clock"));
    }

    @Test
    void whatExpiresIsCountedInATimeThatOnlyRises() throws IOException {
        try (Child node = node()) {
            node.awaitOut("ready ");
            try (TalkingClient executor = new TalkingClient(port)) {
                executor.connect("executor");
                executor.subscribe("wills/#", QoS.AT_LEAST_ONCE);
                beginASession();
                vanishWithAWill();
                publishForTheSession(executor);

                clock.jump(JUMP_SECONDS);
                assertSessionAndMessageAreThere();
                clock.jump(-JUMP_SECONDS);
                assertSessionAndMessageAreThere();
                assertNoWillHasCome(executor);
            }
            node.terminate();
            assertThat(node.awaitExit()).isZero();
            assertThat(secondsAheadWhenItStopped())
                    .as("the jump was seen by the node")
                    .isCloseTo(-JUMP_SECONDS, within(LIFE_SECONDS));
        }
    }

    private Child node() {
        // The last words of a process that is asked to end do not come through a pipe.
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2> " + log(), "sh"));
        command.addAll(clock.prefix());
        command.addAll(
                List.of(
                        Path.of(System.getProperty("skein.home"), "skein").toString(),
                        "broker",
                        "--port",
                        Integer.toString(port),
                        "--admin-port",
                        Integer.toString(port + 1),
                        "--data",
                        directory.resolve("data").toString()));
        return Child.start(command);
    }

    private TalkingClient client(String id, @Nullable Will will) throws IOException {
        TalkingClient client = new TalkingClient(port);
        client.send(
                new Connect(
                        ProtocolVersion.MQTT_5,
                        id,
                        false,
                        0,
                        seconds(Property.SESSION_EXPIRY_INTERVAL),
                        will,
                        null,
                        null));
        return client;
    }

    private static Properties seconds(Property property) {
        return Properties.builder().number(property, LIFE_SECONDS).build();
    }

    private void beginASession() throws IOException {
        try (TalkingClient sleeper = client("sleeper", null)) {
            sleeper.receive(ConnAck.class);
            sleeper.subscribe("kept/#", QoS.AT_LEAST_ONCE);
            sleeper.leave();
        }
    }

    private void vanishWithAWill() throws IOException {
        Will will =
                new Will(
                        TopicName.of("wills/mortal"),
                        bytes("gone"),
                        QoS.AT_LEAST_ONCE,
                        false,
                        seconds(Property.WILL_DELAY_INTERVAL));
        try (TalkingClient mortal = client("mortal", will)) {
            mortal.receive(ConnAck.class);
        }
    }

    private static void publishForTheSession(TalkingClient publisher) throws IOException {
        publisher.send(
                new Publish(
                        TopicName.of("kept/1"),
                        bytes("one"),
                        QoS.AT_LEAST_ONCE,
                        false,
                        false,
                        1_000,
                        seconds(Property.MESSAGE_EXPIRY_INTERVAL)));
        assertThat(publisher.receive(PubAck.class).reason().isError()).isFalse();
    }

    /** Takes the message without an acknowledgement, so that it comes again. */
    private void assertSessionAndMessageAreThere() throws IOException {
        try (TalkingClient sleeper = client("sleeper", null)) {
            assertThat(sleeper.receive(ConnAck.class).sessionPresent()).isTrue();
            Publish message = sleeper.receive(Publish.class);
            assertThat(message.payload()).isEqualTo(bytes("one"));
            assertThat(message.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1))
                    .as("what is left of its life")
                    .isBetween(1L, LIFE_SECONDS);
        }
    }

    /** What comes first is what is published now. */
    private static void assertNoWillHasCome(TalkingClient executor) throws IOException {
        executor.publish("wills/none", QoS.AT_MOST_ONCE, false, bytes("none"));
        assertThat(executor.receive(Publish.class).topic()).hasToString("wills/none");
    }

    /** By the time that it wrote in front of its last words. */
    private long secondsAheadWhenItStopped() throws IOException {
        String line =
                Files.readAllLines(log()).stream()
                        .filter(each -> each.endsWith(" stops"))
                        .findFirst()
                        .orElseThrow();
        LocalDateTime told =
                LocalDateTime.parse(
                        line.substring(0, "yyyy-MM-dd HH:mm:ss.SSS".length()), LOG_TIME);
        return Duration.between(LocalDateTime.now(ZoneId.systemDefault()), told).toSeconds();
    }

    private Path log() {
        return directory.resolve("log");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
