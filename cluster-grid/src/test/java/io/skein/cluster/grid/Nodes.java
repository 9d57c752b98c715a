package io.skein.cluster.grid;

import static org.awaitility.Awaitility.await;

import io.skein.cluster.Completion;
import io.skein.cluster.Durability;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.infinispan.factories.GlobalComponentRegistry;
import org.infinispan.remoting.transport.Transport;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TP;
import org.jgroups.stack.ProtocolStack;
import org.jspecify.annotations.Nullable;

/** Several grid nodes in this process. */
final class Nodes implements AutoCloseable {
    static final SessionHead PERSISTENT = new SessionHead(true, 3600, 0, null);
    static final SessionHead TRANSIENT = new SessionHead(true, 0, 0, null);

    private final List<Integer> ports;
    private final Map<String, Node> nodes = Collections.synchronizedMap(new LinkedHashMap<>());

    /** One of them. */
    record Node(GridCluster cluster, LocalBroker served) {
        RecordingBroker broker() {
            return (RecordingBroker) served;
        }

        void subscribe(String filter) {
            cluster.routes().add(TopicFilter.of(filter)).toCompletableFuture().join();
        }

        /** Publishes as a broker would; the outcome is empty if it was kept. */
        CompletableFuture<Optional<Refusal>> publish(String topic, String text) {
            return publish(topic, text, ServedHere.NOBODY);
        }

        CompletableFuture<Optional<Refusal>> publish(
                String topic, String text, ServedHere servedHere) {
            CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
            Interest interest = cluster.routes().interest(TopicName.of(topic));
            if (interest.isEmpty()) {
                outcome.complete(Optional.empty());
            } else {
                cluster.publish(message(topic, text), interest, servedHere, completing(outcome));
            }
            return outcome;
        }

        /** The same at QoS 0, of which nobody hears again. */
        void publishAtMostOnce(String topic, String text) {
            Interest interest = cluster.routes().interest(TopicName.of(topic));
            if (!interest.isEmpty()) {
                cluster.publish(
                        message(topic, text, QoS.AT_MOST_ONCE),
                        interest,
                        ServedHere.NOBODY,
                        Completion.IGNORED);
            }
        }

        Ownership claim(String clientId) {
            return claim(clientId, false, PERSISTENT);
        }

        Ownership claim(String clientId, boolean cleanStart, SessionHead head) {
            Ownership owned =
                    cluster.sessions()
                            .claim(clientId, cleanStart, head)
                            .toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join();
            cluster.sessions().caughtUp(clientId, owned.epoch());
            return owned;
        }

        Optional<Refusal> write(SessionChange... changes) {
            return writeLater(changes).orTimeout(20, TimeUnit.SECONDS).join();
        }

        CompletableFuture<Optional<Refusal>> writeLater(SessionChange... changes) {
            CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
            cluster.sessions().write(List.of(changes), completing(outcome));
            return outcome;
        }

        JChannel channel() {
            Transport transport =
                    GlobalComponentRegistry.componentOf(
                            cluster.life().engine().owners().getCacheManager(), Transport.class);
            return ((JGroupsTransport) transport).getChannel();
        }

        /** Cuts it off from the others; its links go on, which a real cut would break too. */
        void isolate() throws Exception {
            DISCARD discard = new DISCARD().discardAll(true);
            channel()
                    .getProtocolStack()
                    .insertProtocol(discard, ProtocolStack.Position.ABOVE, TP.class);
        }

        void reconnect() {
            channel().getProtocolStack().removeProtocol(DISCARD.class);
        }
    }

    /** Where each has a directory of its name; null for no disks. */
    private @Nullable Path disks;

    private Nodes(int count) {
        ports = freePorts(Math.max(count, 2));
    }

    /** Places for so many nodes that have disks. */
    static Nodes onDisks(Path directory, int count) {
        Nodes nodes = places(count);
        nodes.disks = directory;
        return nodes;
    }

    /** Starts these of them, called n1, n2..., together. */
    void startTogether(int... numbers) {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int number : numbers) {
            started.add(launch(number - 1, "n" + number, new RecordingBroker()));
        }
        started.forEach(CompletableFuture::join);
    }

    private Path disk(String name) {
        if (disks == null) {
            return Path.of(".");
        }
        try {
            return Files.createDirectories(disks.resolve(name));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** No node yet, but places for so many. */
    static Nodes places(int count) {
        return new Nodes(count);
    }

    /** Starts so many nodes, called n1, n2... */
    static Nodes start(int count) {
        return start(count, number -> new RecordingBroker());
    }

    static Nodes start(int count, IntFunction<? extends LocalBroker> brokers) {
        return places(count).fill(count, brokers);
    }

    /** Starts so many nodes in places that are there. */
    Nodes fill(int count, IntFunction<? extends LocalBroker> brokers) {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(launch(i, "n" + (i + 1), brokers.apply(i + 1)));
        }
        started.forEach(CompletableFuture::join);
        awaitMembers(count);
        return this;
    }

    CompletableFuture<Void> launch(int place, String name, LocalBroker broker) {
        return launch(place, name, broker, Map.of());
    }

    /** The same with settings of its own. */
    CompletableFuture<Void> launch(
            int place, String name, LocalBroker broker, Map<String, String> more) {
        String seeds =
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        Map<String, String> options = new HashMap<>(more);
        options.putIfAbsent(GridSettings.BIND, "127.0.0.1:" + ports.get(place));
        if (!more.containsKey(Discovery.OPTION)) {
            options.put(GridSettings.SEEDS, seeds);
        }
        GridCluster cluster =
                (GridCluster)
                        new GridArchitecture()
                                .open(
                                        new NodeSettings(
                                                new NodeInfo(name, name + ":1883", ""),
                                                disk(name),
                                                disks == null ? Durability.NONE : Durability.OS,
                                                options));
        if (broker instanceof RecordingBroker recording) {
            recording.cluster = cluster;
        } else if (broker instanceof QueueingBroker queueing) {
            queueing.serve(cluster);
        }
        nodes.put(name, new Node(cluster, broker));
        return cluster.start(broker).toCompletableFuture();
    }

    /** Where the grid's own protocol of a node listens. */
    int port(int number) {
        return ports.get(number - 1);
    }

    Node get(int number) {
        Node node = nodes.get("n" + number);
        if (node == null) {
            throw new IllegalArgumentException("no node " + number);
        }
        return node;
    }

    /** Ends a node without a word to the others. */
    void crash(int number) throws Exception {
        Node node = get(number);
        nodes.remove("n" + number);
        node.isolate();
        node.cluster().life().crash();
    }

    /** The same, where nothing may be thrown. */
    void crashUnchecked(int number) {
        try {
            crash(number);
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** Starts another node, for which there is a place among the seeds. */
    void join(int number) {
        launch(number - 1, "n" + number, new RecordingBroker()).join();
    }

    /** Ends a node as one does that is asked to. */
    void leave(int number) {
        Node node = get(number);
        nodes.remove("n" + number);
        node.cluster().close();
    }

    void awaitMembers(int count) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        nodes.values().stream()
                                .allMatch(node -> node.cluster.nodes().size() == count));
    }

    static Message message(String topic, String text) {
        return message(topic, text, QoS.AT_LEAST_ONCE);
    }

    static Message exactlyOnce(String topic, String text) {
        return message(topic, text, QoS.EXACTLY_ONCE);
    }

    private static Message message(String topic, String text, QoS qos) {
        return new Message(
                TopicName.of(topic),
                text.getBytes(StandardCharsets.UTF_8),
                qos,
                false,
                Properties.EMPTY,
                "publisher",
                Message.NEVER_EXPIRES);
    }

    static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static Completion completing(CompletableFuture<Optional<Refusal>> outcome) {
        return refusal -> outcome.complete(Optional.ofNullable(refusal));
    }

    /** Ports below those that outgoing connections take. */
    private static List<Integer> freePorts(int count) {
        List<Integer> free = new ArrayList<>();
        while (free.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                free.add(socket.getLocalPort());
            } catch (IOException taken) {
                // the next one
            }
        }
        return free;
    }

    @Override
    public void close() {
        nodes.values().parallelStream().forEach(node -> node.cluster.close());
    }
}
