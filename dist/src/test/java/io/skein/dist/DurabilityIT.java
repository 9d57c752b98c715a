package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/DURABILITY.md} says, as far as kill -9 and a damaged file can show it. */
class DurabilityIT {
    private static final String[] SESSION = {"-c", "-i", "sleeper", "-q", "1", "-t", "kept/#"};

    /** Behind the header of a segment and of its first record. */
    private static final int FIRST_BODY = 56 + 16;

    private final int port = Ports.consecutive(2);

    @TempDir private Path directory;

    @Test
    void osSurvivesKill9() {
        storeAndKill("os");
        try (Child broker = ready("os");
                var sleeper = Mosquitto.sub(port, SESSION)) {
            sleeper.awaitMessages("kept/1 1 0 one", "kept/2 1 0 two");
            assertThat(broker.isAlive()).isTrue();
        }
    }

    @Test
    void noneKeepsNothingAndSaysSo() {
        storeAndKill("none");
        try (Child broker = ready("none");
                var sleeper = Mosquitto.sub(port, SESSION).subscribed()) {
            broker.awaitErr(
                    Pattern.compile("durability none.*does not promise.*ACKED_SURVIVES_RESTART"));
            Mosquitto.pub(port, "-q", "1", "-t", "kept/3", "-m", "three");
            sleeper.awaitMessages("kept/3 1 0 three");
        }
    }

    @Test
    void aTornEndIsCutOffAndTheLogSaysSo() throws IOException {
        storeAndKill("sync");
        try (FileChannel last = open(lastSegment())) {
            long behind = endOfRecords(last) + 64; // a record may end in zeros
            last.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), behind);
        }
        try (Child broker = ready("sync");
                var sleeper = Mosquitto.sub(port, SESSION)) {
            broker.awaitErr(Pattern.compile("WARN.*journal-\\d+.skein.*torn.*cut off \\d+ bytes"));
            sleeper.awaitMessages("kept/1 1 0 one", "kept/2 1 0 two");
        }
    }

    @Test
    void aFlippedBitIsRefusedWithTheFileAndThePlace() throws IOException {
        storeAndKill("sync");
        Path damaged = lastSegment();
        try (FileChannel last = open(damaged)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            last.read(one, FIRST_BODY);
            last.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 4)}), FIRST_BODY);
        }
        try (Child broker = broker("sync")) {
            assertThat(broker.awaitExit()).as(broker.toString()).isNotZero();
            assertThat(String.join("\n", broker.err()))
                    .contains(damaged.getFileName().toString())
                    .contains("a corrupt record at byte 56")
                    .contains("restore the data directory from a backup");
        }
    }

    /** A session with two messages in its queue, and a node that died. */
    private void storeAndKill(String durability) {
        try (Child broker = ready(durability)) {
            Mosquitto.subscribeAndLeave(port, SESSION);
            Mosquitto.pub(port, "-q", "1", "-t", "kept/1", "-m", "one");
            Mosquitto.pub(port, "-q", "1", "-t", "kept/2", "-m", "two");
            broker.kill();
            assertThat(broker.awaitExit()).isEqualTo(137);
        }
    }

    private Child ready(String durability) {
        Child broker = broker(durability);
        try {
            broker.awaitOut("ready ");
            return broker;
        } catch (RuntimeException | AssertionError e) {
            broker.close();
            throw e;
        }
    }

    private Child broker(String durability) {
        return Child.skein(
                "broker",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1),
                "--data",
                directory.toString(),
                "--set",
                "durability=" + durability);
    }

    private Path lastSegment() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".skein"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** The offset behind the last byte that is not zero. */
    private static long endOfRecords(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
            // until all of it is there
        }
        int end = bytes.position();
        while (end > 0 && bytes.get(end - 1) == 0) {
            end--;
        }
        return end;
    }
}
