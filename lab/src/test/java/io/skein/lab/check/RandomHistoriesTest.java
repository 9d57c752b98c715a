package io.skein.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.check.Story.Told;
import io.skein.lab.history.Event;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.MessageId;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of a broker that keeps every promise, and what one change in each of them shows. */
class RandomHistoriesTest {
    private static final int TURNS = 400;
    private static final int SEEDS = 40;

    @TempDir private Path directory;

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    private Judgement judge(List<Told> events, String name) throws IOException {
        return Checker.judge(
                Story.write(events, directory.resolve(name)), CheckerTest.EVERYTHING, _ -> {});
    }

    private static List<Told> history(RandomGenerator random) {
        return new ArrayList<>(ModelBroker.run(random, TURNS).told());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBrokerThatKeepsEveryPromiseIsCleared(int seed) throws IOException {
        Judgement judgement = judge(history(new SplittableRandom(seed)), "clean.jsonl");
        assertThat(CheckerTest.found(judgement)).as(judgement.sentences().toString()).isEmpty();
        for (Promise promise : Set.of(Promise.P2, Promise.P3, Promise.P4, Promise.P6, Promise.P7)) {
            assertThat(judgement.verdicts().get(promise.ordinal()).state())
                    .as("%s", promise)
                    .isEqualTo(PromiseVerdict.State.HELD);
        }
    }

    /** A change, and one of which anomalies it must show. */
    enum Mutation {
        /**
         * Every delivery of an acknowledged message to a client that is always subscribed is gone.
         */
        LOSE(Set.of(Anomaly.LOST_PERSISTENT)) {
            @Override
            void apply(List<Told> events, RandomGenerator random) {
                Map<Long, String> clients = clients(events);
                String client = ModelBroker.STEADY;
                Received victim =
                        pick(
                                events,
                                random,
                                received -> client.equals(clients.get(received.connection())));
                events.removeIf(told ->
                        told.event() instanceof Received received
                                && isSame(received, victim)
                                && client.equals(clients.get(received.connection())));
            }
        },
        /** A QoS 2 delivery comes again under another packet identifier. */
        REPEAT(Set.of(Anomaly.DUPLICATE_QOS_2)) {
            @Override
            void apply(List<Told> events, RandomGenerator random) {
                Received twice =
                        pick(
                                events,
                                random,
                                received -> received.qos() == QoS.EXACTLY_ONCE && !received.dup());
                insertAfter(events, twice, with(twice, 60_000, twice.topic(), ""));
                insertAfter(events, twice, with(twice, 60_001, twice.topic(), ""));
            }
        },
        /** The payload of a delivery is changed. */
        CORRUPT(Set.of(Anomaly.CORRUPTED)) {
            @Override
            void apply(List<Told> events, RandomGenerator random) {
                Received victim = pick(events, random, _ -> true);
                insertAfter(events, victim, with(victim, 60_000, victim.topic(), "changed"));
            }
        },
        /** A delivery comes on the topic of another message. */
        MIX_UP(Set.of(Anomaly.NEVER_PUBLISHED)) {
            @Override
            void apply(List<Told> events, RandomGenerator random) {
                Received victim = pick(events, random, _ -> true);
                insertAfter(events, victim, with(victim, 60_000, "t/none", ""));
            }
        },
        /** Two deliveries of one stream to one connection change places. */
        SWAP(Set.of(Anomaly.OUT_OF_ORDER)) {
            @Override
            void apply(List<Told> events, RandomGenerator random) {
                List<int[]> pairs = neighbours(events);
                int[] pair = pairs.get(random.nextInt(pairs.size()));
                Told first = events.get(pair[0]);
                Told second = events.get(pair[1]);
                events.set(pair[0], new Told(first.nanos(), second.event()));
                events.set(pair[1], new Told(second.nanos(), first.event()));
            }
        };

        private final Set<Anomaly> shows;

        Mutation(Set<Anomaly> shows) {
            this.shows = shows;
        }

        abstract void apply(List<Told> events, RandomGenerator random);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void oneChangeIsFound(int seed) throws IOException {
        for (Mutation mutation : Mutation.values()) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Told> events = history(random);
            mutation.apply(events, random);
            Set<Anomaly> found =
                    EnumSet.copyOf(CheckerTest.found(judge(events, mutation + ".jsonl")));
            assertThat(found).as("%s with seed %d", mutation, seed).containsAll(mutation.shows);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 300})
    void aRecordThatIsCutShortIsNeverSaidToHold(int kept) throws IOException {
        List<Told> events = history(new SplittableRandom(3)).subList(0, kept);
        Judgement judgement = judge(events, "cut.jsonl");
        assertThat(CheckerTest.found(judgement)).isEmpty();
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private static Received pick(
            List<Told> events, RandomGenerator random, Predicate<Received> fits) {
        Set<String> owed = acknowledged(events);
        List<Received> some = new ArrayList<>();
        for (Told told : events) {
            if (told.event() instanceof Received received
                    && !received.retain()
                    && owed.contains(name(received))
                    && fits.test(received)) {
                some.add(received);
            }
        }
        return some.get(random.nextInt(some.size()));
    }

    private static String name(Received received) {
        return received.topic() + " " + received.message();
    }

    private static boolean isSame(Received one, Received other) {
        return name(one).equals(name(other));
    }

    private static Received with(Received received, int packetId, String topic, String defect) {
        return new Received(
                received.connection(),
                packetId,
                topic,
                defect.isEmpty() ? received.message() : null,
                received.qos(),
                false,
                false,
                List.of(),
                defect);
    }

    @SuppressWarnings("ReferenceEquality") // the event that was picked, not one like it
    private static void insertAfter(List<Told> events, Received where, Event event) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).event() == where) {
                events.add(i + 1, new Told(events.get(i).nanos(), event));
                return;
            }
        }
    }

    private static Map<Long, String> clients(List<Told> events) {
        Map<Long, String> clients = new HashMap<>();
        for (Told told : events) {
            if (told.event() instanceof Event.Connect connect) {
                clients.put(connect.op(), connect.client());
            }
        }
        return clients;
    }

    /** The names of messages that were acknowledged. */
    private static Set<String> acknowledged(List<Told> events) {
        Map<Long, String> sent = new HashMap<>();
        Set<String> acknowledged = new HashSet<>();
        for (Told told : events) {
            if (told.event() instanceof Publish publish) {
                sent.put(publish.op(), publish.topic() + " " + publish.message());
            } else if (told.event() instanceof Published published) {
                acknowledged.add(sent.get(published.op()));
            }
        }
        return acknowledged;
    }

    /** First deliveries on one connection that follow each other in their stream. */
    private static List<int[]> neighbours(List<Told> events) {
        Set<String> owed = acknowledged(events);
        Map<String, Integer> sentAt = new HashMap<>();
        Map<String, QoS> qualities = new HashMap<>();
        List<int[]> pairs = new ArrayList<>();
        Map<String, Integer> last = new HashMap<>();
        Set<String> came = new HashSet<>();
        Map<Long, String> clients = clients(events);
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).event() instanceof Publish publish) {
                sentAt.put(publish.topic() + " " + publish.message(), i);
                qualities.put(publish.topic() + " " + publish.message(), publish.qos());
            }
            if (events.get(i).event() instanceof Received received && !received.retain()) {
                String client = clients.get(received.connection());
                boolean first = came.add(client + " " + name(received));
                MessageId message = received.message();
                if (!first || message == null || !owed.contains(name(received))) {
                    continue;
                }
                String stream =
                        "%d %d %s %s"
                                .formatted(
                                        received.connection(),
                                        message.publisher(),
                                        received.topic(),
                                        qualities.get(name(received)));
                Integer before = last.put(stream, i);
                // The later one must have been sent before the earlier one came, to come in its
                // place.
                if (before != null && sentAt.get(name(received)) < before) {
                    pairs.add(new int[] {before, i});
                }
            }
        }
        return pairs;
    }
}
