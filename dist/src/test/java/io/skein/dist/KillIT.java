package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One node under load, killed with -9 at random moments, also while it starts, and started again:
 * held against what its clients wrote down. {@code -Dskein.kills=300} for more, {@code
 * -Dskein.kill.seed=N} for another course of events.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("skein.kills", 15);
    private static final long SEED = Long.getLong("skein.kill.seed", 1);

    private static final int THREADS = Integer.getInteger("skein.kill.threads", 2);

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long NEVER = 0xFFFF_FFFFL;
    private static final int LIFE_MILLIS_LEAST = 400;
    private static final int LIFE_MILLIS_MOST = 4_000;
    private static final int PUBLISHERS = 4;

    private final Random random = new Random(SEED);
    private final Random chance = new Random(~SEED); // of the clock's thread
    private final Records records = new Records();
    private final int port = Ports.consecutive(2);
    private final List<RecordingClient> publishers =
            IntStream.range(0, PUBLISHERS).mapToObj(i -> client("publisher-" + i)).toList();
    private final List<Subscriber> subscribers =
            List.of(
                    new Subscriber(client("all-at-2"), "kill/#", QoS.EXACTLY_ONCE),
                    new Subscriber(client("all-at-1"), "kill/#", QoS.AT_LEAST_ONCE),
                    new Subscriber(client("some-at-2"), "kill/2/+", QoS.EXACTLY_ONCE),
                    new Subscriber(client("some-at-1"), "kill/1/+", QoS.AT_LEAST_ONCE));
    private final Subscriber executor =
            new Subscriber(client("executor"), "wills/#", QoS.EXACTLY_ONCE);
    private final RecordingClient mortal = client("mortal");
    private final AtomicInteger mortals = new AtomicInteger();

    private record Subscriber(RecordingClient client, String filter, QoS qos) {
        boolean wants(String topic) {
            return TopicFilter.of(filter).matches(TopicName.of(topic));
        }
    }

    private RecordingClient client(String id) {
        return new RecordingClient(records, id, port, NEVER);
    }

    @Test
    void whatWasAcknowledgedSurvivesEveryKill(@TempDir Path directory) throws InterruptedException {
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            Child node = broker(directory);
            try {
                subscribeAll(node);
                clock.scheduleAtFixedRate(this::publishSome, 0, 4, TimeUnit.MILLISECONDS);
                clock.scheduleAtFixedRate(this::disturb, 0, 50, TimeUnit.MILLISECONDS);
                for (int kill = 1; kill <= KILLS; kill++) {
                    live(node);
                    if (kill % 3 == 0) {
                        checkRetained(node);
                    }
                    node.kill();
                    node.awaitExit();
                    check("kill " + kill, node);
                    node = broker(directory);
                }
                node.awaitOut("ready ");
                clock.shutdownNow();
                // Or the beat that is under way connects the mortal client after it was cut.
                assertThat(clock.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
                drain(node);
                check("the end", node);
                checkRetained(node);
                report();
                node.terminate();
                assertThat(node.awaitExit()).as(node.toString()).isZero();
            } finally {
                clock.shutdownNow();
                node.close();
                everybody().forEach(RecordingClient::close);
            }
        }
    }

    private Child broker(Path directory) {
        return Child.skein(
                "broker",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1),
                "--data",
                directory.toString(),
                "--set",
                "threads=" + THREADS);
    }

    private void subscribeAll(Child node) {
        everySubscriber()
                .forEach(subscriber -> {
                    RecordingClient client = subscriber.client();
                    until(node, client.id() + " is connected", () -> connected(client));
                    client.subscribe(subscriber.filter(), subscriber.qos());
                    until(node, client.id() + " is subscribed", () -> client.subscribed() == 1);
                });
    }

    private static boolean connected(RecordingClient client) {
        if (!client.isBusy()) {
            client.connect(null);
        }
        return client.isConnected();
    }

    /** Lets the node live for a random time; sometimes it dies before it is ready. */
    private void live(Child node) {
        int millis = random.nextInt(LIFE_MILLIS_LEAST, LIFE_MILLIS_MOST);
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofMillis(millis))
                    .until(() -> !node.isAlive());
        } catch (ConditionTimeoutException e) {
            return;
        }
        throw new AssertionError(context("it ended by itself", node));
    }

    /** At the beat of the clock: each publisher goes on, each in one topic of each quality. */
    private void publishSome() {
        for (int i = 0; i < PUBLISHERS; i++) {
            RecordingClient publisher = publishers.get(i);
            publisher.publishNext("kill/1/" + i, QoS.AT_LEAST_ONCE, false);
            publisher.publishNext("kill/2/" + i, QoS.EXACTLY_ONCE, false);
            publisher.publishNext("retained/" + i, QoS.AT_LEAST_ONCE, true);
        }
    }

    /** At the beat of the clock: who was cut off comes back, and now and then somebody goes. */
    private void disturb() {
        comeBack();
        if (!mortal.isBusy()) {
            mortal.connect(will());
        }
        int place = chance.nextInt(60);
        if (place < subscribers.size()) {
            subscribers.get(place).client().cut();
        } else if (place < 2 * subscribers.size()) {
            subscribers.get(place - subscribers.size()).client().leave();
        } else if (place < 2 * subscribers.size() + PUBLISHERS) {
            publishers.get(place - 2 * subscribers.size()).cut();
        } else if (place == 59) {
            mortal.cut();
        }
    }

    /** Each connection of the mortal client has a will of its own. */
    private Will will() {
        TopicName topic = TopicName.of("wills/" + mortals.incrementAndGet());
        byte[] one = "1".getBytes(StandardCharsets.US_ASCII);
        return new Will(topic, one, QoS.EXACTLY_ONCE, false, Properties.EMPTY);
    }

    private void comeBack() {
        everybody()
                .filter(client -> client != mortal && !client.isBusy())
                .forEach(client -> client.connect(null));
    }

    /** Lets everything arrive that was published. */
    private void drain(Child node) {
        mortal.cut();
        publishers.forEach(RecordingClient::releaseAll);
        until(
                node,
                "publishers have every answer",
                () -> {
                    comeBack();
                    return publishers.stream().allMatch(RecordingClient::isIdle);
                });
        for (Subscriber subscriber : subscribers) {
            for (String topic : topics().filter(subscriber::wants).toList()) {
                until(
                        node,
                        subscriber.client().id() + " has all of " + topic,
                        () -> {
                            comeBack();
                            return records.arrived(subscriber.client().id(), topic)
                                    == records.published(topic);
                        });
            }
        }
        for (int i = 1; i <= mortals.get(); i++) {
            String topic = "wills/" + i;
            if (records.acknowledged(topic) == 1) {
                until(
                        node,
                        "%s of %d has fired".formatted(topic, mortals.get()),
                        () -> {
                            comeBack();
                            return records.arrived(executor.client().id(), topic) == 1;
                        });
            }
        }
    }

    private static Stream<String> topics() {
        return IntStream.range(0, PUBLISHERS)
                .boxed()
                .flatMap(i -> Stream.of("kill/1/" + i, "kill/2/" + i));
    }

    /** Who subscribes finds of each topic the last that was acknowledged, or one after it. */
    private void checkRetained(Child node) {
        node.awaitOut("ready ");
        List<Long> least =
                IntStream.range(0, PUBLISHERS)
                        .mapToObj(i -> records.acknowledged("retained/" + i))
                        .toList();
        Records read = new Records(); // of somebody who comes late: gaps mean nothing
        try (RecordingClient reader = new RecordingClient(read, "reader", port, 0)) {
            until(node, "the reader is connected", () -> connected(reader));
            reader.subscribe("retained/#", QoS.AT_LEAST_ONCE);
            for (int i = 0; i < PUBLISHERS; i++) {
                String topic = "retained/" + i;
                if (least.get(i) > 0) {
                    until(node, topic + " is retained", () -> read.arrived("reader", topic) > 0);
                    if (read.first("reader", topic) < least.get(i)) {
                        records.violation(
                                "%s is %d, %d was acknowledged",
                                topic, read.first("reader", topic), least.get(i));
                    }
                }
            }
        }
    }

    private Stream<Subscriber> everySubscriber() {
        return Stream.concat(subscribers.stream(), Stream.of(executor));
    }

    private Stream<RecordingClient> everybody() {
        return Stream.of(
                        publishers.stream(),
                        everySubscriber().map(Subscriber::client),
                        Stream.of(mortal))
                .flatMap(clients -> clients);
    }

    private void until(Child node, String what, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(LIMIT)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(context("not so: " + what, node), e);
        }
    }

    private void check(String when, Child node) {
        if (!records.violations().isEmpty()) {
            throw new AssertionError(context(when, node));
        }
    }

    private String context(String what, Child node) {
        List<String> violations = records.violations();
        return "%s; seed %d; replay: -Dit.test=KillIT -Dskein.kill.seed=%d -Dskein.kills=%d%n%s%n%s"
                .formatted(
                        what,
                        SEED,
                        SEED,
                        KILLS,
                        String.join("\n", violations.subList(0, Math.min(50, violations.size()))),
                        node);
    }

    private void report() {
        System.out.printf(
                "%d kills: %d messages acknowledged, %d arrived, %d wills%n",
                KILLS, records.acknowledged(), records.arrived(), mortals.get());
    }
}
