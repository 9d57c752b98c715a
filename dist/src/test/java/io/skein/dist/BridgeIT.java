package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links between processes: to Mosquitto, over a link that is cut, and among nodes of Skein. */
class BridgeIT {
    private static final long NEVER = 0xFFFF_FFFFL;
    private static final int MANY = 2_000;

    /** Messages that wait for the end of a long cut. */
    private static final int ALONE = Integer.getInteger("skein.it.alone", 6_000);

    @TempDir private Path directory;

    private final Records records = new Records();

    @ParameterizedTest
    @ValueSource(strings = {"auto", "3.1.1"})
    void messagesPassBothWaysWithPrefixesAndTheirQuality(String protocol) throws IOException {
        int port = Ports.consecutive(3);
        String topics = "up/# out 2 \"\" edge7/,down/# in 2 \"\" cloud/,chat/# both 1";
        try (Child mosquitto = mosquitto(port);
                Child edge =
                        node(
                                "edge",
                                port + 1,
                                link(0, "cloud", port, topics, "protocol=" + protocol));
                Mosquitto.Subscriber there =
                        Mosquitto.sub(port, "-q", "2", "-t", "edge7/#", "-t", "chat/#");
                Mosquitto.Subscriber here =
                        Mosquitto.sub(port + 1, "-q", "2", "-t", "down/#", "-t", "chat/#")) {
            there.subscribed();
            here.subscribed();
            awaitLink(edge);
            for (String qos : List.of("0", "1", "2")) {
                Mosquitto.pub(port + 1, "-q", qos, "-t", "up/" + qos, "-m", "u" + qos);
                Mosquitto.pub(port, "-q", qos, "-t", "cloud/down/" + qos, "-m", "d" + qos);
            }
            Mosquitto.pub(port + 1, "-q", "1", "-t", "chat/edge", "-m", "hello");
            Mosquitto.pub(port, "-q", "1", "-t", "chat/cloud", "-m", "hello");
            mosquitto.await(() -> there.messages().size() >= 5 && here.messages().size() >= 5);
            Mosquitto.pub(port + 1, "-q", "1", "-t", "up/end", "-m", "end");
            Mosquitto.pub(port, "-q", "1", "-t", "cloud/down/end", "-m", "end");
            mosquitto.await(() -> there.messages().size() >= 6 && here.messages().size() >= 6);
            assertThat(there.messages())
                    .containsExactlyInAnyOrder(
                            "edge7/up/0 0 0 u0",
                            "edge7/up/1 1 0 u1",
                            "edge7/up/2 2 0 u2",
                            "chat/edge 1 0 hello",
                            "chat/cloud 1 0 hello",
                            "edge7/up/end 1 0 end");
            assertThat(here.messages())
                    .containsExactlyInAnyOrder(
                            "down/0 0 0 d0",
                            "down/1 1 0 d1",
                            "down/2 2 0 d2",
                            "chat/edge 1 0 hello",
                            "chat/cloud 1 0 hello",
                            "down/end 1 0 end");
        }
    }

    @Test
    @DisplayName("P2, P4: what is acknowledged during a cut arrives after it, at QoS 2 once")
    void aCutAndAKillLoseNothingAndRepeatNothing() throws IOException {
        int port = Ports.consecutive(4);
        int edgePort = port + 2;
        String[] link =
                link(0, "cloud", port + 1, "up/# out 2,down/# in 2", "retry-seconds-maximum=1");
        Child edge = null;
        Child wire = wire(port + 1, port);
        try (Child mosquitto = mosquitto(port);
                RecordingClient there = client("there", port);
                RecordingClient here = client("here", edgePort);
                RecordingClient device = client("device", edgePort);
                RecordingClient office = client("office", port)) {
            edge = node("edge", edgePort, link);
            awaitLink(edge);
            subscribe(mosquitto, there, "up/#");
            subscribe(edge, here, "down/#");
            publish(edge, device, "up", 50);
            publish(mosquitto, office, "down", 50);

            wire.kill();
            wire.awaitExit();
            publish(edge, device, "up", MANY);
            publish(mosquitto, office, "down", MANY);
            edge.kill();
            edge.awaitExit();
            edge = node("edge", edgePort, link);
            publish(edge, device, "up", MANY + 100);
            wire = wire(port + 1, port);

            awaitAll(mosquitto, there, "up", MANY + 100);
            awaitAll(edge, here, "down", MANY);
            assertThat(records.violations()).as(edge.toString()).isEmpty();
        } finally {
            wire.close();
            if (edge != null) {
                edge.close();
            }
        }
    }

    @Test
    @DisplayName("P2, P4: both sides killed while an edge that was alone for long catches up")
    void anEdgeThatWasAloneForLongCatchesUpOnce() {
        int port = Ports.consecutive(5);
        int edgePort = port + 2;
        String[] settings =
                Stream.concat(
                                Stream.of("limits.queued-messages-maximum=" + 2 * ALONE),
                                Stream.of(
                                        link(
                                                0,
                                                "cloud",
                                                port + 4,
                                                "up/# out 2",
                                                "retry-seconds-maximum=1")))
                        .toArray(String[]::new);
        Child cloud = node("cloud", port);
        Child edge = node("edge", edgePort, settings);
        Child wire = null;
        try (RecordingClient there = client("there", port);
                RecordingClient device = client("device", edgePort)) {
            subscribe(cloud, there, "up/#");
            for (long tenth = 1; tenth <= 10; tenth++) {
                publish(edge, device, "up", ALONE * tenth / 10);
            }

            wire = wire(port + 4, port);
            awaitAtLeast(cloud, there, "up", ALONE / 4);
            edge.kill();
            edge.awaitExit();
            edge = node("edge", edgePort, settings);
            awaitAtLeast(cloud, there, "up", ALONE / 2);
            cloud.kill();
            cloud.awaitExit();
            cloud = node("cloud", port);

            publish(edge, device, "up", ALONE + 100);
            awaitAll(cloud, there, "up", ALONE + 100);
            assertThat(records.violations()).as(edge.toString()).isEmpty();
        } finally {
            cloud.close();
            edge.close();
            if (wire != null) {
                wire.close();
            }
        }
    }

    @Test
    void aCutInTheMiddleOfTheFlowLosesNothingAndRepeatsNothing() throws IOException {
        int port = Ports.consecutive(4);
        int edgePort = port + 2;
        Child wire = wire(port + 1, port);
        try (Child mosquitto = mosquitto(port);
                RecordingClient there = client("there", port);
                RecordingClient device = client("device", edgePort);
                Child edge =
                        node(
                                "edge",
                                edgePort,
                                link(
                                        0,
                                        "cloud",
                                        port + 1,
                                        "up/# out 2",
                                        "retry-seconds-maximum=1"))) {
            awaitLink(edge);
            subscribe(mosquitto, there, "up/#");
            for (int cut = 1; cut <= 5; cut++) {
                publish(edge, device, "up", cut * 400L);
                wire.kill();
                wire.awaitExit();
                wire = wire(port + 1, port);
            }
            awaitAll(mosquitto, there, "up", 2_000);
            assertThat(records.violations()).as(edge.toString()).isEmpty();
        } finally {
            wire.close();
        }
    }

    /** Pairs of nodes; the first of each connects to the second. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "n1/n2,n3/n2",
                "n1/n2,n1/n3,n2/n3",
                "n1/n2,n2/n3,n3/n1",
                "n1/n2,n2/n3,n3/n4,n4/n1"
            })
    @DisplayName("line, mesh and rings: each message once at each subscriber")
    void eachMessageComesOnceToEachNode(String pairs) {
        int nodes = pairs.contains("n4") ? 4 : 3;
        boolean tree = pairs.split(",").length < nodes;
        int port = Ports.consecutive(2 * nodes);
        List<Child> processes = new ArrayList<>();
        List<RecordingClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < nodes; i++) {
                processes.add(
                        node(
                                "n" + (i + 1),
                                port + 2 * i,
                                linksOf("n" + (i + 1), pairs, port, !tree)));
            }
            for (String pair : pairs.split(",")) {
                awaitLink(processes.get(pair.charAt(1) - '1'));
            }
            for (int i = 0; i < nodes; i++) {
                RecordingClient subscriber = client("s" + i, port + 2 * i);
                clients.add(subscriber);
                subscribe(processes.get(i), subscriber, "t/#");
            }
            for (int i = 0; i < nodes; i++) {
                RecordingClient publisher = client("p" + i, port + 2 * i);
                clients.add(publisher);
                publish(processes.get(i), publisher, "t/" + i, 300);
            }
            for (int i = 0; i < nodes; i++) {
                for (int from = 0; from < nodes; from++) {
                    awaitAll(processes.get(i), clients.get(i), "t/" + from, 300);
                }
            }
            for (int i = 0; i < nodes; i++) { // behind it nothing of the first comes any more
                publish(processes.get(i), clients.get(nodes + i), "t/" + i, 310);
            }
            for (int i = 0; i < nodes; i++) {
                for (int from = 0; from < nodes; from++) {
                    awaitAll(processes.get(i), clients.get(i), "t/" + from, 310);
                }
            }
            assertThat(records.violations()).as(processes.toString()).isEmpty();
        } finally {
            clients.forEach(RecordingClient::close);
            processes.forEach(Child::close);
        }
    }

    @Test
    void onlyWhatSomebodyWantsIsAskedFor() {
        int port = Ports.consecutive(6);
        try (Child cloud = node("cloud", port);
                Child plant =
                        node("plant", port + 2, link(0, "cloud", port, "# in 1", "interest=true"));
                Mosquitto.Subscriber there =
                        Mosquitto.sub(port + 2, "-q", "1", "-t", "orders/7/#")) {
            there.subscribed();
            awaitLink(plant);
            cloud.await(() -> shown(port + 1, "clients").contains("\"subscriptions\":1,"));
            Mosquitto.pub(port, "-q", "1", "-t", "orders/8/x", "-m", "not wanted");
            Mosquitto.pub(port, "-q", "1", "-t", "orders/7/x", "-m", "wanted");
            there.awaitMessages("orders/7/x 1 0 wanted");
            assertThat(shown(port + 3, "links")).contains("\"received\":1,");
        }
    }

    // The pieces.

    /** What the admin API says. */
    private static String shown(int adminPort, String document) {
        URI uri = URI.create("http://127.0.0.1:" + adminPort + "/api/v1/" + document);
        try (InputStream answer = uri.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Child node(String name, int port, String... cluster) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("broker", "--port", Integer.toString(port)));
        arguments.addAll(List.of("--admin-port", Integer.toString(port + 1)));
        arguments.addAll(List.of("--data", directory.resolve(name).toString()));
        Stream.concat(
                        Stream.of("architecture=bridge", "node.name=" + name, "threads=1"),
                        Stream.of(cluster))
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        Child node = Child.skein(arguments.toArray(String[]::new));
        node.awaitOut("ready ");
        return node;
    }

    private static String[] link(int place, String name, int port, String topics, String... more) {
        String prefix = "cluster.links." + place + ".";
        return Stream.concat(
                        Stream.of(
                                "name=" + name,
                                "address=mqtt://127.0.0.1:" + port,
                                "topics=" + topics),
                        Stream.of(more))
                .map(setting -> prefix + setting)
                .toArray(String[]::new);
    }

    private static String[] linksOf(String node, String pairs, int port, boolean withTopology) {
        List<String> settings = new ArrayList<>();
        int place = 0;
        for (String pair : pairs.split(",")) {
            if (pair.startsWith(node + "/")) {
                String peer = pair.substring(3);
                int peerPort = port + 2 * (peer.charAt(1) - '1');
                settings.addAll(
                        List.of(
                                link(
                                        place++,
                                        peer,
                                        peerPort,
                                        "# both 2",
                                        "retry-seconds-maximum=1")));
            }
        }
        if (withTopology) {
            settings.add("cluster.topology=" + pairs);
        }
        return settings.toArray(String[]::new);
    }

    private static void awaitLink(Child node) {
        node.await(() ->
                Stream.concat(node.out().stream(), node.err().stream())
                        .anyMatch(line -> line.contains("is connected, MQTT")));
    }

    private Child mosquitto(int port) throws IOException {
        Path file = directory.resolve("mosquitto.conf");
        Files.writeString(
                file,
                """
                listener %d 127.0.0.1
                allow_anonymous true
                max_queued_messages 0
                """
                        .formatted(port));
        return Mosquitto.broker(port, file);
    }

    /** What lies between two ports, and may be cut. */
    private static Child wire(int port, int to) {
        Child wire =
                Child.skein(
                        "lab",
                        "link",
                        "--listen",
                        "127.0.0.1:" + port,
                        "--to",
                        "127.0.0.1:" + to,
                        "--profile",
                        "none");
        wire.await(() -> !Ports.isFree(port) || !wire.isAlive());
        return wire;
    }

    private RecordingClient client(String id, int port) {
        RecordingClient client = new RecordingClient(records, id, port, NEVER);
        client.releaseAll();
        return client;
    }

    private static void subscribe(Child broker, RecordingClient client, String filter) {
        broker.await(() -> isThere(client));
        client.subscribe(filter, QoS.EXACTLY_ONCE);
        broker.await(() -> client.subscribed() == 1);
    }

    private static boolean isThere(RecordingClient client) {
        if (!client.isBusy()) {
            client.connect(null);
        }
        return client.isConnected();
    }

    /** Publishes at QoS 2 until the topic has so many messages and all are acknowledged. */
    private void publish(Child broker, RecordingClient client, String topic, long upTo) {
        String name = topic.startsWith("t/") ? topic : topic + "/x";
        BooleanSupplier done =
                () -> {
                    isThere(client);
                    IntStream.range(0, RecordingClient.WINDOW)
                            .filter(i -> records.published(name) < upTo)
                            .forEach(i -> client.publishNext(name, QoS.EXACTLY_ONCE, false));
                    return records.published(name) == upTo && client.isIdle();
                };
        broker.await(done);
    }

    private void awaitAtLeast(Child broker, RecordingClient client, String topic, long count) {
        broker.await(() -> {
            isThere(client);
            return records.arrived(client.id(), topic + "/x") >= count;
        });
    }

    private void awaitAll(Child broker, RecordingClient client, String topic, long count) {
        String name = topic.startsWith("t/") ? topic : topic + "/x";
        broker.await(() -> {
            isThere(client);
            return records.arrived(client.id(), name) == count;
        });
    }
}
