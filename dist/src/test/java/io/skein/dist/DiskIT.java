package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/DURABILITY.md} says of a disk that is full or cannot be written. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskIT {
    private static final int PAYLOAD_BYTES = 1 << 16;
    private static final int CONFIGURATION_WRONG = 3;

    /** PUBRELs that a publisher keeps back. */
    private static final int HELD_BACK = 4;

    private final int port = Ports.consecutive(2);

    @TempDir private Path temporary;

    @Test
    void aFullDiskRefusesAndHealsAndNothingIsLostOrDoubled() throws Exception {
        Publisher one = new Publisher(QoS.AT_LEAST_ONCE);
        Publisher two = new Publisher(QoS.EXACTLY_ONCE);
        try (Volume disk = Volume.inMemory(temporary.resolve("disk"), 40)) {
            disk.fill(18);
            try (Child broker = ready(disk.path())) {
                sleeperSubscribes();
                one.connect();
                two.connect();
                while (one.refused.isEmpty() || two.refused.isEmpty()) {
                    one.publish();
                    two.publish();
                }
                assertThat(one.kept).hasSizeGreaterThan(20);
                assertThat(two.kept).hasSizeGreaterThan(20);
                broker.awaitErr(
                        Pattern.compile(
                                "ERROR.*" + disk.path() + ": the disk .* is full.*free space"));
                two.releaseAllBut(HELD_BACK / 2);
                two.isConnectedAndWaitsForCompletion();
                assertThat(get("/ready")).startsWith("503").contains("is full");
                assertThat(get("/metrics")).contains("\nskein_ready 0\n");
                assertThat(connecting("late")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
                one.publish();
                two.publish();
                two.isConnectedAndWaitsForCompletion();
                assertThat(one.reasons).containsOnly(ReasonCode.QUOTA_EXCEEDED);
                assertThat(two.reasons).containsOnly(ReasonCode.QUOTA_EXCEEDED);

                disk.free();
                broker.await(() -> get("/ready").startsWith("200"));
                broker.awaitErr(Pattern.compile("INFO.*" + disk.path() + " can be written again"));
                assertThat(get("/metrics")).contains("\nskein_ready 1\n");
                two.awaitCompletion();
                one.publishRefusedAgain();
                two.publishRefusedAgain();
                assertThat(one.refused).isEmpty();
                assertThat(two.refused).isEmpty();
                assertThat(connecting("late")).isEqualTo(ReasonCode.SUCCESS);
                broker.kill();
                broker.awaitExit();
            }
            try (Child broker = ready(disk.path())) {
                two.resumesAsIfItHadHeardNothing();
                assertThat(one.connect().sessionPresent()).isTrue();
                assertThat(collected(one, two)).isEqualTo(kept(one, two));
                assertThat(broker.isAlive()).isTrue();
            }
        }
    }

    @Test
    void aDiskFullOfMessagesMakesRoomAsTheyAreAcknowledged() throws Exception {
        Publisher one = new Publisher(QoS.AT_LEAST_ONCE);
        try (Volume disk = Volume.inMemory(temporary.resolve("disk"), 40);
                Child broker = ready(disk.path());
                TalkingClient reader = new TalkingClient(port)) {
            reader.connect("reader");
            reader.subscribe("kept/#", QoS.AT_LEAST_ONCE);
            one.connect();
            while (one.refused.isEmpty()) {
                one.publish();
            }
            assertThat(one.reasons).containsOnly(ReasonCode.QUOTA_EXCEEDED);
            Set<Integer> read = new HashSet<>();
            while (!read.containsAll(one.kept)) {
                Publish message = reader.receive(Publish.class);
                read.add(number(message));
                reader.send(new PubAck(message.packetId()));
            }
            broker.await(() -> get("/ready").startsWith("200"));
            broker.awaitErr(Pattern.compile("INFO.*compacted \\d+ bytes of log to \\d+"));
            broker.awaitErr(Pattern.compile("INFO.*can be written again"));
            one.publishRefusedAgain();
            assertThat(one.refused).isEmpty();
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenStopsTheStart() {
        try (Volume disk = Volume.readOnly(temporary.resolve("disk"));
                Child broker = broker(disk.path())) {
            assertThat(broker.awaitExit()).as(broker.toString()).isEqualTo(CONFIGURATION_WRONG);
            assertThat(String.join("\n", broker.err()))
                    .contains("data: " + disk.path() + " is not writable")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aDiskThatCannotBeWrittenAnyMoreRefusesAndLosesNothing() throws Exception {
        Path image = temporary.resolve("image");
        Publisher one = new Publisher(QoS.AT_LEAST_ONCE);
        Publisher two = new Publisher(QoS.EXACTLY_ONCE);
        try (Volume disk = Volume.inFile(temporary.resolve("disk"), image, 64);
                Child broker = ready(disk.path())) {
            sleeperSubscribes();
            one.connect();
            two.connect();
            one.publish();
            two.publish();
            assertThat(one.refused).isEmpty();

            disk.protect(true);
            isRefused(broker, one, two);
            broker.awaitErr(Pattern.compile("ERROR.*" + disk.path() + ".*make it writable"));
            disk.protect(false);
            broker.await(() -> get("/ready").startsWith("200"));
            two.resumesAsIfItHadHeardNothing();
            assertThat(one.connect().sessionPresent()).isTrue();
            one.publishRefusedAgain();
            two.publishRefusedAgain();
            assertThat(two.refused).isEmpty();

            disk.breakDown();
            isRefused(broker, one, two);
            broker.awaitErr(Pattern.compile("ERROR.*(Read-only file system|Input/output error)"));
            broker.kill();
            broker.awaitExit();
        }
        Volume.repair(image);
        try (Volume disk = Volume.inFile(temporary.resolve("disk"), image, 64);
                Child broker = ready(disk.path())) {
            two.resumesAsIfItHadHeardNothing();
            one.connect();
            one.publishRefusedAgain();
            two.publishRefusedAgain();
            assertThat(collected(one, two)).isEqualTo(kept(one, two));
            broker.kill();
            broker.awaitExit();
        }
    }

    private void isRefused(Child broker, Publisher one, Publisher two) throws IOException {
        one.publish();
        two.publish();
        assertThat(one.refused).isNotEmpty();
        assertThat(two.refused).isNotEmpty();
        assertThat(one.reasons).containsExactly(ReasonCode.USE_ANOTHER_SERVER);
        assertThat(two.reasons).containsExactly(ReasonCode.USE_ANOTHER_SERVER);
        assertThat(get("/ready")).as(broker.toString()).startsWith("503");
        assertThat(get("/ready")).contains("cannot be written");
        assertThat(connecting("late")).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    private void sleeperSubscribes() throws IOException {
        try (TalkingClient sleeper = new TalkingClient(port)) {
            sleeper.connect("sleeper");
            sleeper.subscribe("kept/#", QoS.EXACTLY_ONCE);
            sleeper.leave();
        }
    }

    private ReasonCode connecting(String clientId) throws IOException {
        try (TalkingClient client = new TalkingClient(port)) {
            return client.connect(clientId).reason();
        }
    }

    private static Map<String, List<Integer>> kept(Publisher... publishers) {
        Map<String, List<Integer>> kept = new HashMap<>();
        for (Publisher publisher : publishers) {
            kept.put(publisher.topic, publisher.kept);
        }
        return kept;
    }

    /** What the sleeper finds of each topic, up to the last message of each publisher. */
    private Map<String, List<Integer>> collected(Publisher... publishers) throws IOException {
        Map<String, List<Integer>> found = new HashMap<>();
        int ended = 0;
        for (Publisher publisher : publishers) {
            publisher.publish();
        }
        try (TalkingClient sleeper = new TalkingClient(port)) {
            assertThat(sleeper.connect("sleeper").sessionPresent()).isTrue();
            while (ended < publishers.length) {
                Packet packet = sleeper.receive();
                switch (packet) {
                    case PubRel rel -> sleeper.send(new PubComp(rel.packetId()));
                    case Publish message -> {
                        sleeper.send(
                                message.qos() == QoS.AT_LEAST_ONCE
                                        ? new PubAck(message.packetId())
                                        : new PubRec(message.packetId()));
                        String topic = message.topic().name();
                        List<Integer> numbers =
                                found.computeIfAbsent(topic, t -> new ArrayList<>());
                        numbers.add(number(message));
                        for (Publisher publisher : publishers) {
                            if (publisher.topic.equals(topic)
                                    && publisher.kept.getLast().equals(number(message))) {
                                ended++;
                            }
                        }
                    }
                    default -> throw new AssertionError(packet);
                }
            }
        }
        return found;
    }

    private static int number(Publish message) {
        return ByteBuffer.wrap(message.payload()).getInt();
    }

    private String get(String path) {
        URI uri = URI.create("http://127.0.0.1:" + (port + 1) + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Child ready(Path directory) {
        return broker(directory).ready();
    }

    private Child broker(Path directory) {
        return Child.skein(
                "broker",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1),
                "--data",
                directory.toString());
    }

    /** Numbers its messages, and writes down which of them were taken. */
    private final class Publisher {
        private static final int AT_ONCE = 8;

        final QoS qos;
        final String topic;
        final List<Integer> kept = new ArrayList<>();
        final List<Integer> refused = new ArrayList<>();
        final List<ReasonCode> reasons = new ArrayList<>();
        private final Map<Integer, Integer> underWay = new LinkedHashMap<>(); // by packet id
        private final Map<Integer, Integer> unreleased = new LinkedHashMap<>();
        private final Set<Integer> released = new LinkedHashSet<>();
        private ReasonCode mayBeCompleted = ReasonCode.SUCCESS; // before it is released once more
        private TalkingClient client;
        private int last;

        Publisher(QoS qos) {
            this.qos = qos;
            this.topic = "kept/" + qos.ordinal();
        }

        ConnAck connect() throws IOException {
            if (client != null) {
                client.close();
            }
            client = new TalkingClient(port);
            return client.connect(topic);
        }

        void publish() throws IOException {
            List<Integer> numbers = new ArrayList<>();
            while (numbers.size() < AT_ONCE) {
                numbers.add(++last);
            }
            publish(numbers);
        }

        void publishRefusedAgain() throws IOException {
            List<Integer> again = List.copyOf(refused);
            refused.clear();
            reasons.clear();
            for (int number : again) {
                publish(List.of(number));
            }
        }

        private void publish(List<Integer> numbers) throws IOException {
            for (int number : numbers) {
                byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).putInt(number).array();
                underWay.put(client.publish(topic, qos, false, payload), number);
            }
            while (!underWay.isEmpty()) {
                answered(client.receive());
            }
            if (refused.isEmpty()) {
                releaseAllBut(HELD_BACK);
            }
        }

        private void answered(Packet answer) {
            switch (answer) {
                case PubAck ack -> answered(ack.packetId(), ack.reason());
                case PubRec rec -> answered(rec.packetId(), rec.reason());
                case PubComp comp -> completed(comp);
                case Disconnect end -> ended(end.reason());
                default -> throw new AssertionError(answer);
            }
        }

        /** None of what is not answered was taken. */
        private void ended(ReasonCode reason) {
            reasons.add(reason);
            refused.addAll(underWay.values());
            underWay.clear();
        }

        private void answered(int packetId, ReasonCode reason) {
            int number = underWay.remove(packetId);
            if (reason.isError()) {
                reasons.add(reason);
                refused.add(number);
                return;
            }
            kept.add(number);
            if (qos == QoS.EXACTLY_ONCE) {
                unreleased.put(packetId, number);
            }
        }

        private void completed(PubComp comp) {
            assertThat(released.remove(comp.packetId())).isTrue();
            assertThat(comp.reason()).isIn(ReasonCode.SUCCESS, mayBeCompleted);
        }

        void releaseAllBut(int count) throws IOException {
            List<Integer> packetIds = List.copyOf(unreleased.keySet());
            for (int packetId : packetIds.subList(0, Math.max(0, packetIds.size() - count))) {
                unreleased.remove(packetId);
                released.add(packetId);
                client.send(new PubRel(packetId));
            }
        }

        /** The connection stands, and by it nothing has come for what was released last. */
        void isConnectedAndWaitsForCompletion() throws IOException {
            client.send(PingReq.INSTANCE);
            Packet packet = client.receive();
            while (!(packet instanceof PingResp)) {
                answered(packet);
                packet = client.receive();
            }
            assertThat(released).hasSizeGreaterThanOrEqualTo(HELD_BACK / 2);
        }

        void awaitCompletion() throws IOException {
            assertThat(released).isNotEmpty();
            while (!released.isEmpty()) {
                answered(client.receive());
            }
        }

        /** Connects again and repeats the messages it has not released: nobody gets them again. */
        void resumesAsIfItHadHeardNothing() throws IOException {
            assertThat(unreleased).isNotEmpty();
            assertThat(connect().sessionPresent()).isTrue();
            for (Map.Entry<Integer, Integer> entry : unreleased.entrySet()) {
                byte[] payload =
                        ByteBuffer.allocate(PAYLOAD_BYTES).putInt(entry.getValue()).array();
                client.send(
                        new Publish(
                                TopicName.of(topic),
                                payload,
                                qos,
                                false,
                                true,
                                entry.getKey(),
                                Properties.EMPTY));
                assertThat(client.receive()).isEqualTo(new PubRec(entry.getKey()));
            }
            mayBeCompleted = ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
            for (int packetId : released) {
                client.send(new PubRel(packetId));
            }
            releaseAllBut(0);
            awaitCompletion();
        }
    }
}
