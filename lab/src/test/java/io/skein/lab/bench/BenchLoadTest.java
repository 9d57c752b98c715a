package io.skein.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.skein.lab.StopSignal;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishFrame;
import io.skein.lab.client.PublishFrameListener;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.load.Counts;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Layout;
import io.skein.lab.workload.PayloadSizes;
import io.skein.lab.workload.Rhythm;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes a load may have, against an honest broker that others wrote. */
@Timeout(60)
class BenchLoadTest {
    private static Mosquitto broker;

    @BeforeAll
    static void start() {
        broker = Mosquitto.start();
    }

    @AfterAll
    static void stop() throws IOException {
        broker.close();
    }

    @ParameterizedTest(name = "{0}: {1} publishers, {2} subscribers")
    @CsvSource({
        "pairs, 4, 4, 4, 1",
        "fan-out, 2, 6, 2, 3",
        "fan-in, 6, 2, 2, 1",
        "wildcard, 5, 3, 1, 3",
        "shared, 3, 4, 1, 1"
    })
    void everyLayoutIsAccountedFor(
            String layout, int publishers, int subscribers, int topics, int deliveries)
            throws Exception {
        BenchResult result =
                run(
                        options()
                                .layout(Layout.parse(layout))
                                .publishers(publishers)
                                .subscribers(subscribers)
                                .protocol("5")
                                .qos(1));

        Counts counts = result.round().counts();
        assertThat(result.options().workload().topics()).isEqualTo(topics);
        assertThat(counts.sent()).isPositive();
        assertThat(counts.expected()).isEqualTo(counts.sent() * deliveries);
        assertClean(counts);
    }

    @ParameterizedTest(name = "published at QoS {0}, subscribed at QoS {1}")
    @CsvSource({"0, 2", "2, 0", "1, 2", "2, 1"})
    void publisherAndSubscriberHaveQualitiesOfTheirOwn(int sent, int received) throws Exception {
        BenchResult result = run(options().qos(sent).subscriberQos(received));

        assertThat(result.round().counts().acknowledged())
                .isEqualTo(sent == 0 ? 0 : result.round().counts().sent());
        assertClean(result.round().counts());
    }

    @ParameterizedTest(name = "{0} bytes over MQTT {1}")
    @CsvSource(
            delimiter = ';',
            value = {"32-300;5", "100-20000;3.1.1", "64:90,2000:9,70000:1;5"})
    void payloadsOfManySizesArriveWhole(String sizes, String protocol) throws Exception {
        BenchResult result =
                run(
                        options()
                                .payload(PayloadSizes.parse(sizes))
                                .protocol(protocol)
                                .qos(1)
                                .rate(2_000));

        assertThat(result.round().counts().sent()).isPositive();
        assertClean(result.round().counts());
    }

    @Test
    void theSizesOnTheWireAreThoseAskedFor() throws Exception {
        var sizes = new ConcurrentHashMap<Integer, Integer>();
        PublishFrameListener counting =
                (MqttClient _, ByteBuf _, PublishFrame frame) ->
                        sizes.merge(frame.payloadLength(), 1, Integer::sum);
        try (ClientLoops loops = ClientLoops.open(1)) {
            MqttClient watcher = watcher(loops, counting);
            BenchResult result =
                    run(options().payload(PayloadSizes.parse("40:1,50:1")).rate(1_000));
            watcher.ping().get(10, TimeUnit.SECONDS);
            watcher.disconnect().get(10, TimeUnit.SECONDS);

            PayloadSizes asked = result.options().workload().payload();
            long sent = result.round().counts().sent();
            assertThat(sizes).containsOnlyKeys(40, 50);
            assertThat((long) sizes.getOrDefault(40, 0))
                    .isEqualTo(
                            LongStream.range(0, sent).filter(n -> asked.bytes(0, n) == 40).count());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"poisson", "burst:50", "ramp:100"})
    void messagesAreSentInTheRhythmAskedFor(String rhythm) throws Exception {
        BenchResult result = run(options().publishers(3).rate(2_000).rhythm(Rhythm.parse(rhythm)));

        long due =
                ((Arrivals.Paced) result.options().arrivals())
                        .within(result.options().duration().toNanos(), result.options().seed())
                        .messages();
        assertThat(result.round().counts().sent()).isEqualTo(due);
        assertClean(result.round().counts());
    }

    @Test
    void aRhythmNeedsARate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options().rhythm(new Rhythm.Poisson()).build())
                .withMessageContaining("need a rate");
    }

    @ParameterizedTest(name = "{0}, QoS {1}, MQTT {2}")
    @CsvSource({
        "publishers:100ms, 0, 5",
        "publishers:100ms:20ms, 1, 3.1.1",
        "publishers:100ms, 2, 5",
        "subscribers:150ms:50ms, 1, 5",
        "subscribers:150ms:50ms, 2, 3.1.1",
        "both:150ms, 2, 5"
    })
    void clientsThatComeAndGoLoseNothing(String who, int qos, String protocol) throws Exception {
        BenchResult result =
                run(
                        options()
                                .layout(Layout.PAIRS)
                                .publishers(4)
                                .protocol(protocol)
                                .persistent(true)
                                .qos(qos)
                                .rate(400)
                                .duration(Duration.ofSeconds(1))
                                .reconnects(who));

        Counts counts = result.round().counts();
        assertThat(counts.sent()).isEqualTo(400);
        assertThat(counts.lost()).isZero();
        assertThat(counts.corrupted()).isZero();
        if (qos != 1) {
            assertThat(counts.duplicated()).isZero();
        }
        assertThat(result.round().reconnects()).isNotNull();
        assertThat(result.round().reconnects().count()).isGreaterThanOrEqualTo(4);
        assertThat(result.round().reconnects().sessionsLost()).isZero();
        assertThat(result.losses()).isEmpty();
    }

    @ParameterizedTest(name = "{0}, QoS {1}")
    @CsvSource({"subscribers:1s, 0", "nobody:1s, 1", "publishers, 1", "publishers:0s, 1"})
    void whoCannotComeAndGoWithoutLossIsRefused(String who, int qos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options().rate(1).qos(qos).reconnects(who).build());
    }

    @Test
    void retainedMessagesAreKeptByTheBrokerUntilTheEndOnly() throws Exception {
        var retained = new ConcurrentHashMap<String, Integer>();
        PublishFrameListener listening =
                (MqttClient _, ByteBuf buffer, PublishFrame frame) -> {
                    if (frame.retain()) {
                        retained.merge(topic(buffer, frame), 1, Integer::sum);
                    }
                };
        try (ClientLoops loops = ClientLoops.open(1)) {
            AtomicReference<MqttClient> late = new AtomicReference<>();
            BenchListener lateWatcher =
                    new BenchListener() {
                        @Override
                        public void onProgress(Phase phase, RoundProgress progress) {
                            if (late.get() == null) {
                                late.set(watcher(loops, listening));
                                await().until(() -> retained.size() == 3);
                            }
                        }
                    };
            BenchResult result =
                    Bench.run(
                            options()
                                    .layout(Layout.PAIRS)
                                    .publishers(3)
                                    .retained(true)
                                    .qos(1)
                                    .rate(100)
                                    .duration(Duration.ofMillis(1_500))
                                    .build(),
                            new StopSignal(),
                            lateWatcher);
            assertClean(result.round().counts());
            late.get().disconnect().join();

            retained.clear();
            MqttClient watcher = watcher(loops, listening);
            watcher.ping().get(10, TimeUnit.SECONDS);
            assertThat(retained).isEmpty();
            watcher.disconnect().join();
        }
    }

    private static String topic(ByteBuf buffer, PublishFrame frame) {
        return buffer.toString(frame.topicIndex(), frame.topicLength(), UTF_8);
    }

    private static MqttClient watcher(ClientLoops loops, PublishFrameListener frames) {
        ClientListener listener =
                new ClientListener() {
                    @Override
                    public PublishFrameListener frames() {
                        return frames;
                    }
                };
        MqttClient watcher =
                loops.connect(broker.address(), ConnectOptions.builder().build(), listener).join();
        watcher.subscribe(TopicFilter.of("skein-lab/+/run/#"), QoS.AT_MOST_ONCE).join();
        return watcher;
    }

    private static void assertClean(Counts counts) {
        assertThat(counts.received()).isEqualTo(counts.expected());
        assertThat(counts.lost()).isZero();
        assertThat(counts.duplicated()).isZero();
        assertThat(counts.outOfOrder()).isZero();
        assertThat(counts.corrupted()).isZero();
    }

    private static BenchOptions.Builder options() {
        return BenchOptions.builder()
                .target(broker.address())
                .warmup(Duration.ZERO)
                .duration(Duration.ofMillis(400));
    }

    private static BenchResult run(BenchOptions.Builder options) throws Exception {
        return Bench.run(options.build(), new StopSignal(), BenchListener.NONE);
    }
}
