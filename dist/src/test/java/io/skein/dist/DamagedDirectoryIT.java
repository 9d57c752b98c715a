package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a start says of a data directory that is damaged or taken. One is made, with a snapshot and
 * a segment after it, by a node that is killed; each test has a copy.
 */
class DamagedDirectoryIT {
    private static final int NOT_STARTED = 4;
    private static final int PAYLOAD_BYTES = 1 << 16;
    private static final int HEADER_BYTES = 56;
    private static final int CHECKED_HEADER_BYTES = 48;
    private static final int RECORD_HEADER_BYTES = 16;

    @TempDir private static Path made;

    @TempDir private Path directory;

    private static int port;

    @BeforeAll
    static void make() throws IOException {
        port = Ports.consecutive(4);
        try (Child broker = broker(made, port)) {
            broker.awaitOut("ready ");
            try (TalkingClient sleeper = new TalkingClient(port);
                    TalkingClient publisher = new TalkingClient(port)) {
                sleeper.connect("sleeper");
                sleeper.subscribe("kept", QoS.AT_LEAST_ONCE);
                sleeper.leave();
                publisher.connect("publisher");
                while (broker.err().stream().noneMatch(line -> line.contains(" compacted "))) {
                    publish(publisher, "retained", new byte[PAYLOAD_BYTES], 16);
                }
                for (String text : List.of("one", "two", "three")) {
                    publish(publisher, "kept", text.getBytes(StandardCharsets.UTF_8), 1);
                }
                broker.kill(); // before a client goes, of which something would be written
                broker.awaitExit();
            }
        }
    }

    @Test
    void aTornEndIsCutOffAndTheDirectoryIsOneNodesOnly() throws IOException {
        copy();
        Path last = segments().getLast();
        byte[] bytes = Files.readAllBytes(last);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--; // allocated ahead
        }
        Files.write(last, Arrays.copyOf(bytes, end - 2)); // in the middle of what holds "three"
        try (Child broker = broker(directory, port)) {
            broker.awaitOut("ready ");
            broker.awaitErr(
                    Pattern.compile(
                            "WARN.*%s.*torn.*cut off \\d+ bytes at byte \\d+"
                                    .formatted(last.getFileName())));
            try (Child second = broker(directory, port + 2)) {
                assertThat(second.awaitExit()).as(second.toString()).isEqualTo(NOT_STARTED);
                assertThat(String.join("\n", second.err()))
                        .contains(directory + " is in use by another node")
                        .doesNotContain("\tat ");
            }
            try (TalkingClient sleeper = new TalkingClient(port);
                    TalkingClient publisher = new TalkingClient(port)) {
                publisher.connect("publisher");
                publish(publisher, "kept", "four".getBytes(StandardCharsets.UTF_8), 1);
                assertThat(sleeper.connect("sleeper").sessionPresent()).isTrue();
                for (String text : List.of("one", "two", "four")) {
                    assertThat(sleeper.receive(Publish.class).payload())
                            .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    @Test
    void aFlippedBitIsRefusedWithTheFileAndThePlace() throws IOException {
        copy();
        Path damaged = segments().getLast();
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[HEADER_BYTES + RECORD_HEADER_BYTES] ^= 4;
        Files.write(damaged, bytes);
        isRefused(
                damaged + ": a corrupt record at byte " + HEADER_BYTES,
                "restore the data directory from a backup",
                "truncate -s " + HEADER_BYTES + " " + damaged);
    }

    @Test
    void aMissingSnapshotIsRefused() throws IOException {
        copy();
        List<Path> segments = segments();
        Files.delete(segments.getFirst());
        isRefused(
                segments.get(1).toString(),
                "the snapshot or the segments before it are missing",
                "Restore the data directory from a backup");
    }

    @Test
    void anotherFormatIsRefusedWithBothNumbers() throws IOException {
        copy();
        Path other = segments().getFirst();
        byte[] bytes = Files.readAllBytes(other);
        bytes[7] = 9;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, CHECKED_HEADER_BYTES);
        ByteBuffer.wrap(bytes).putInt(CHECKED_HEADER_BYTES, (int) checksum.getValue());
        Files.write(other, bytes);
        isRefused(
                other + ": written in format 9 of the journal, this version of Skein reads format",
                "Start the version that wrote it");
    }

    private void isRefused(String... saying) {
        try (Child broker = broker(directory, port)) {
            assertThat(broker.awaitExit()).as(broker.toString()).isEqualTo(NOT_STARTED);
            assertThat(broker.out()).isEmpty();
            assertThat(String.join("\n", broker.err())).contains(saying).doesNotContain("\tat ");
        }
    }

    private static void publish(TalkingClient client, String topic, byte[] payload, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            client.publish(topic, QoS.AT_LEAST_ONCE, topic.equals("retained"), payload);
        }
        for (int i = 0; i < count; i++) {
            assertThat(client.receive(PubAck.class).reason().isError()).isFalse();
        }
    }

    private static Child broker(Path directory, int port) {
        return Child.skein(
                "broker",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1),
                "--data",
                directory.toString());
    }

    private void copy() throws IOException {
        try (Stream<Path> files = Files.list(made)) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }

    /** The segments of the copy, the snapshot first. */
    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".skein"))
                    .sorted()
                    .toList();
        }
    }
}
