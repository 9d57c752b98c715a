package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that is many times larger than the memory of who judges it. */
class LargeRecordIT {
    private static final int MESSAGES = 500_000;
    private static final int TOPICS = 100;
    private static final int READERS = 4;
    private static final long PUBLISHER = 100;

    /** Of the events about half a gigabyte as text. */
    private static final long EVENTS_LEAST = 5_000_000;

    @TempDir private Path directory;

    @Test
    void fiveMillionEventsAreJudgedWithAHeapOf96Megabytes() throws IOException {
        assertThat(record()).isGreaterThan(EVENTS_LEAST);

        try (Child check = check("-Xmx96m")) {
            assertThat(check.awaitExit()).as(check.toString()).isZero();
            assertThat(check.out())
                    .anyMatch(line -> line.matches("P2 +held +2,000,000 +0 +always"))
                    .anyMatch(line -> line.contains("500,000: 500,000 acknowledged"));
        }
        try (Child check = check("-Xmx40m")) {
            assertThat(check.awaitExit()).as(check.toString()).isEqualTo(4);
            assertThat(check.out())
                    .anyMatch(line -> line.contains("the record has more than"))
                    .anyMatch(line -> line.contains("-Xmx"));
        }
    }

    private Child check(String heap) throws IOException {
        Path promises = directory.resolve("promises.yaml");
        Files.writeString(promises, "P2: always\nP3: always\n");
        return Child.start(
                List.of(
                        "env",
                        "SKEIN_JAVA_OPTIONS=" + heap,
                        Path.of(System.getProperty("skein.home"), "skein").toString(),
                        "lab",
                        "check",
                        directory.toString(),
                        "--promises",
                        promises.toString()));
    }

    /** Every message is published, acknowledged, and read by everybody. */
    private long record() throws IOException {
        try (HistoryWriter history = HistoryWriter.create(directory.resolve("history.jsonl.gz"))) {
            history.record(new Event.Start("a broker", 1, "2026-01-01T00:00:00Z", ""));
            for (int reader = 1; reader <= READERS; reader++) {
                connect(history, reader, Event.NEVER);
                long op = 10L + reader;
                history.record(
                        new Event.Subscribe(
                                op, reader, "large/#", QoS.AT_LEAST_ONCE, false, false, 0, 0));
                history.record(new Event.Subscribed(op, QoS.AT_LEAST_ONCE));
            }
            connect(history, PUBLISHER, 0);
            for (int i = 0; i < MESSAGES; i++) {
                publish(history, i);
            }
            for (Phase phase : Phase.values()) {
                history.record(new Event.Reached(phase));
            }
            return history.events();
        }
    }

    private static void connect(HistoryWriter history, long connection, long expirySeconds) {
        history.record(
                new Event.Connect(
                        connection,
                        "client-" + connection,
                        "node-1",
                        5,
                        expirySeconds == 0,
                        expirySeconds,
                        10,
                        null));
        history.record(new Event.Connected(connection, false, expirySeconds));
    }

    private static void publish(HistoryWriter history, int number) {
        long op = PUBLISHER + 1 + number;
        String topic = "large/" + number % TOPICS;
        MessageId message = new MessageId((int) PUBLISHER, number / TOPICS);
        history.record(
                new Event.Publish(
                        op, PUBLISHER, topic, message, QoS.AT_LEAST_ONCE, false, Event.UNSET));
        history.record(new Event.Published(op, PUBLISHER, 0));
        int packetId = 1 + number % 65_535;
        for (int reader = 1; reader <= READERS; reader++) {
            history.record(
                    new Event.Received(
                            reader,
                            packetId,
                            topic,
                            message,
                            QoS.AT_LEAST_ONCE,
                            false,
                            false,
                            List.of(),
                            ""));
            history.record(new Event.Acknowledged(reader, packetId));
        }
    }
}
