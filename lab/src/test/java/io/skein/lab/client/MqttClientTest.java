package io.skein.lab.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.skein.lab.fixture.Mosquitto;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against a broker that others wrote. */
@Timeout(30)
class MqttClientTest {
    private static Mosquitto broker;
    private static ClientLoops loops;

    /** Keeps what came, in order. */
    private static final class Inbox implements ClientListener {
        private final ConcurrentLinkedQueue<Publish> messages = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<ConnectionLoss> closed = new CompletableFuture<>();

        @Override
        public void onPublish(MqttClient client, Publish message) {
            messages.add(message);
        }

        @Override
        public void onClosed(MqttClient client, ConnectionLoss loss) {
            closed.complete(loss);
        }

        List<String> texts() {
            return messages.stream().map(m -> new String(m.payload(), UTF_8)).toList();
        }
    }

    @BeforeAll
    static void start() {
        broker = Mosquitto.start();
        loops = ClientLoops.open(1);
    }

    @AfterAll
    static void stop() throws IOException {
        loops.close();
        broker.close();
    }

    static Stream<Arguments> versionsAndQualities() {
        return Stream.of(ProtocolVersion.values())
                .flatMap(v -> Stream.of(QoS.values()).map(q -> Arguments.of(v, q)));
    }

    @ParameterizedTest
    @MethodSource("versionsAndQualities")
    void messagesArriveInOrderAndAreAcknowledged(ProtocolVersion version, QoS qos)
            throws Exception {
        String topic = "order/" + version + "/" + qos;
        Inbox inbox = new Inbox();
        MqttClient subscriber = connect(options(version), inbox);
        assertThat(get(subscriber.subscribe(TopicFilter.of(topic), qos)).reasons())
                .containsExactly(ReasonCode.granted(qos));
        MqttClient publisher = connect(options(version), ClientListener.NONE);

        List<CompletableFuture<ReasonCode>> acknowledgements = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            acknowledgements.add(publisher.publish(message(topic, "m" + i, qos, false)));
        }

        for (CompletableFuture<ReasonCode> acknowledgement : acknowledgements) {
            assertThat(get(acknowledgement)).isEqualTo(ReasonCode.SUCCESS);
        }
        await().until(() -> inbox.messages.size() >= 500);
        assertThat(inbox.texts())
                .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
        assertThat(inbox.messages).allMatch(m -> m.qos() == qos && !m.duplicate());
        get(subscriber.disconnect());
        get(publisher.disconnect());
    }

    @ParameterizedTest
    @EnumSource
    void theWillOfAnAbortedClientIsPublished(ProtocolVersion version) throws Exception {
        String topic = "will/" + version;
        Inbox inbox = new Inbox();
        MqttClient watcher = connect(options(version), inbox);
        get(watcher.subscribe(TopicFilter.of(topic), QoS.AT_LEAST_ONCE));
        Will will =
                new Will(
                        TopicName.of(topic),
                        "gone".getBytes(UTF_8),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY);
        MqttClient mortal = connect(options(version).will(will), ClientListener.NONE);

        assertThat(get(mortal.abort()).wanted()).isTrue();

        await().until(() -> inbox.texts().equals(List.of("gone")));
        get(watcher.disconnect());
    }

    @ParameterizedTest
    @EnumSource
    void aRetainedMessageGreetsALaterSubscriber(ProtocolVersion version) throws Exception {
        String topic = "retained/" + version;
        MqttClient publisher = connect(options(version), ClientListener.NONE);
        get(publisher.publish(message(topic, "kept", QoS.AT_LEAST_ONCE, true)));
        Inbox inbox = new Inbox();
        MqttClient subscriber = connect(options(version), inbox);

        get(subscriber.subscribe(TopicFilter.of(topic), QoS.AT_MOST_ONCE));

        await().until(() -> inbox.texts().equals(List.of("kept")));
        assertThat(inbox.messages.peek().retain()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aPersistentSessionKeepsMessagesForItsClient(ProtocolVersion version) throws Exception {
        String topic = "kept/" + version;
        ConnectOptions.Builder persistent =
                options(version)
                        .clientId("keeper-" + version)
                        .cleanStart(false)
                        .sessionExpirySeconds(60);
        MqttClient first = connect(persistent, ClientListener.NONE);
        get(first.subscribe(TopicFilter.of(topic), QoS.EXACTLY_ONCE));
        get(first.disconnect());
        MqttClient publisher = connect(options(version), ClientListener.NONE);
        get(publisher.publish(message(topic, "a", QoS.EXACTLY_ONCE, false)));
        get(publisher.publish(message(topic, "b", QoS.AT_LEAST_ONCE, false)));
        Inbox inbox = new Inbox();

        MqttClient second = connect(persistent, inbox);

        if (version != ProtocolVersion.MQTT_3_1) { // its CONNACK has no such flag
            assertThat(second.connAck().sessionPresent()).isTrue();
        }
        await().until(() -> inbox.texts().equals(List.of("a", "b")));
        get(second.unsubscribe(List.of(TopicFilter.of(topic)), Properties.EMPTY));
    }

    @Test
    void whatWasNotSettledIsSentAgainWithTheSameSession() throws Exception {
        ClientSession session = new ClientSession();
        ConnectOptions.Builder persistent =
                options(ProtocolVersion.MQTT_5)
                        .clientId("resumer")
                        .cleanStart(false)
                        .sessionExpirySeconds(60)
                        .session(session);
        Inbox inbox = new Inbox();
        MqttClient subscriber = connect(options(ProtocolVersion.MQTT_5), inbox);
        get(subscriber.subscribe(TopicFilter.of("again"), QoS.EXACTLY_ONCE));
        MqttClient first = connect(persistent, ClientListener.NONE);
        CompletableFuture<ReasonCode> settled = new CompletableFuture<>();
        first.eventLoop()
                .execute(() -> {
                    first.publish(message("again", "once", QoS.EXACTLY_ONCE, false))
                            .thenAccept(settled::complete);
                    first.abort(); // before the turn ends, so nothing has left yet
                });
        get(first.closed());
        assertThat(settled).isNotDone();

        connect(persistent, ClientListener.NONE);

        assertThat(get(settled)).isEqualTo(ReasonCode.SUCCESS);
        await().until(() -> inbox.texts().equals(List.of("once")));
    }

    @Test
    void whatWasNotSettledIsGivenUpWhereTheBrokerHasNoSession() throws Exception {
        ConnectOptions.Builder persistent =
                options(ProtocolVersion.MQTT_5)
                        .clientId("strict")
                        .sessionExpirySeconds(60)
                        .session(ClientSession.endingWithTheBrokers());
        Inbox inbox = new Inbox();
        MqttClient subscriber = connect(options(ProtocolVersion.MQTT_5), inbox);
        get(subscriber.subscribe(TopicFilter.of("strict"), QoS.EXACTLY_ONCE));
        MqttClient first = connect(persistent, ClientListener.NONE);
        CompletableFuture<ReasonCode> outcome = new CompletableFuture<>();
        first.eventLoop()
                .execute(() -> {
                    first.publish(message("strict", "never", QoS.EXACTLY_ONCE, false))
                            .whenComplete((reason, lost) -> {
                                if (lost == null) {
                                    outcome.complete(reason);
                                } else {
                                    outcome.completeExceptionally(lost);
                                }
                            });
                    first.abort(); // before the turn ends, so nothing has left yet
                });
        get(first.closed());

        MqttClient second = connect(persistent.cleanStart(true), ClientListener.NONE);

        assertThat(catchThrowable(() -> get(outcome)))
                .hasCauseInstanceOf(ConnectionLostException.class);
        get(second.publish(message("strict", "later", QoS.EXACTLY_ONCE, false)));
        await().until(() -> inbox.texts().contains("later"));
        assertThat(inbox.texts()).containsExactly("later");
    }

    @Test
    void anAbandonedConnectionStandsUntilTheBrokerSeesTheNext() throws Exception {
        ConnectOptions.Builder persistent =
                options(ProtocolVersion.MQTT_5)
                        .clientId("wanderer")
                        .cleanStart(false)
                        .sessionExpirySeconds(60)
                        .session(new ClientSession());
        Inbox before = new Inbox();
        MqttClient first = connect(persistent, before);
        get(first.subscribe(TopicFilter.of("wander"), QoS.EXACTLY_ONCE));

        first.abandon();

        assertThat(get(before.closed).message()).isEqualTo("abandoned");
        MqttClient publisher = connect(options(ProtocolVersion.MQTT_5), ClientListener.NONE);
        get(publisher.publish(message("wander", "on", QoS.EXACTLY_ONCE, false)));
        assertThat(first.isOpen()).isTrue();
        Inbox after = new Inbox();
        MqttClient second = connect(persistent, after);
        assertThat(second.connAck().sessionPresent()).isTrue();
        get(first.closed());
        await().until(() -> after.texts().equals(List.of("on")));
        assertThat(before.messages).isEmpty();
    }

    @Test
    void theListenerHearsWhenAMessageIsReleased() throws Exception {
        CompletableFuture<Integer> came = new CompletableFuture<>();
        CompletableFuture<Integer> released = new CompletableFuture<>();
        ClientListener listener =
                new ClientListener() {
                    @Override
                    public void onPublish(MqttClient client, Publish message) {
                        came.complete(message.packetId());
                    }

                    @Override
                    public void onReleased(MqttClient client, int packetId) {
                        released.complete(packetId);
                    }
                };
        MqttClient client = connect(options(ProtocolVersion.MQTT_5), listener);
        get(client.subscribe(TopicFilter.of("released"), QoS.EXACTLY_ONCE));

        get(client.publish(message("released", "", QoS.EXACTLY_ONCE, false)));

        assertThat(get(released)).isEqualTo(get(came));
    }

    @Test
    void theReceiveMaximumOfTheBrokerIsRespected() throws Exception {
        try (Mosquitto narrow =
                Mosquitto.start("allow_anonymous true", "max_inflight_messages 3")) {
            MqttClient publisher =
                    get(
                            loops.connect(
                                    narrow.address(),
                                    options(ProtocolVersion.MQTT_5).build(),
                                    ClientListener.NONE));
            assertThat(publisher.connAck().properties().number(Property.RECEIVE_MAXIMUM, 0))
                    .isEqualTo(3);

            List<CompletableFuture<ReasonCode>> all =
                    IntStream.range(0, 100)
                            .mapToObj(i ->
                                    publisher.publish(
                                            message("narrow", "" + i, QoS.EXACTLY_ONCE, false)))
                            .toList();

            for (CompletableFuture<ReasonCode> one : all) {
                assertThat(get(one).isError()).isFalse();
            }
        }
    }

    @Test
    void aFullQueueOfTheClientIsToldNotGrown() throws Exception {
        MqttClient publisher =
                connect(
                        options(ProtocolVersion.MQTT_5).queuedPublishesLimit(0),
                        ClientListener.NONE);
        int window =
                (int) publisher.connAck().properties().number(Property.RECEIVE_MAXIMUM, 65_535);
        List<CompletableFuture<ReasonCode>> all = new ArrayList<>();

        publisher
                .eventLoop()
                .submit(() -> {
                    for (int i = 0; i <= window; i++) {
                        all.add(publisher.publish(message("full", "", QoS.AT_LEAST_ONCE, false)));
                    }
                })
                .get(10, TimeUnit.SECONDS);

        assertThat(get(all.getLast())).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }

    @Test
    void keepAliveHoldsASilentConnection() throws Exception {
        Inbox inbox = new Inbox();
        MqttClient client = connect(options(ProtocolVersion.MQTT_3_1_1).keepAliveSeconds(1), inbox);

        await().during(2_500, TimeUnit.MILLISECONDS)
                .atMost(5, TimeUnit.SECONDS)
                .until(() -> client.isOpen());

        get(client.ping());
    }

    @Test
    void takingOverAClientIdentifierEndsTheOlderConnection() throws Exception {
        Inbox inbox = new Inbox();
        connect(options(ProtocolVersion.MQTT_5).clientId("twin"), inbox);

        connect(options(ProtocolVersion.MQTT_5).clientId("twin"), ClientListener.NONE);

        // This broker closes without DISCONNECT.
        assertThat(get(inbox.closed).wanted()).isFalse();
    }

    @Test
    void aBrokerThatDiesIsReportedAsLoss() throws Exception {
        Inbox inbox = new Inbox();
        try (Mosquitto mortal = Mosquitto.start()) {
            MqttClient client =
                    get(
                            loops.connect(
                                    mortal.address(),
                                    options(ProtocolVersion.MQTT_5).build(),
                                    inbox));
            mortal.kill();
            assertThat(get(inbox.closed).kind()).isEqualTo(ConnectionLoss.Kind.LOST);
            assertThat(catchThrowable(() -> get(client.ping())))
                    .hasRootCauseInstanceOf(ConnectionLostException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusedCredentialsNameTheReasonCode(ProtocolVersion version) throws Exception {
        try (Mosquitto closed = Mosquitto.start("allow_anonymous false")) {
            ConnectFailedException why =
                    failure(
                            closed.address(),
                            options(version).credentials("somebody", "wrong").build());

            assertThat(why.kind()).isEqualTo(ConnectFailedException.Kind.REFUSED);
            assertThat(why.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(why).hasMessageContaining("0x87").hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    void anUnreachableBrokerIsNamedWithTheCause() throws Exception {
        BrokerAddress nowhere = new BrokerAddress("127.0.0.1", Mosquitto.freePort());

        ConnectFailedException why = failure(nowhere, options(ProtocolVersion.MQTT_5).build());

        assertThat(why.kind()).isEqualTo(ConnectFailedException.Kind.UNREACHABLE);
        assertThat(why).hasMessage("cannot reach " + nowhere + ": Connection refused");
    }

    @Test
    void anUnknownHostIsNamed() throws Exception {
        ConnectFailedException why =
                failure(
                        new BrokerAddress("no-such-host.invalid", 1883),
                        options(ProtocolVersion.MQTT_5).build());

        assertThat(why)
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("unknown");
    }

    @Test
    void aServerThatSaysNothingTimesOut() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ConnectFailedException why =
                    failure(
                            new BrokerAddress("127.0.0.1", silent.getLocalPort()),
                            options(ProtocolVersion.MQTT_5).timeoutMillis(200).build());

            assertThat(why.kind()).isEqualTo(ConnectFailedException.Kind.TIMED_OUT);
        }
    }

    @Test
    void aThousandClientsShareOneLoop() throws Exception {
        List<CompletableFuture<MqttClient>> connecting =
                IntStream.range(0, 1000)
                        .mapToObj(i ->
                                loops.connect(
                                        broker.address(),
                                        options(ProtocolVersion.MQTT_3_1_1)
                                                .clientId("crowd-" + i)
                                                .build(),
                                        ClientListener.NONE))
                        .toList();

        for (CompletableFuture<MqttClient> one : connecting) {
            get(get(one).disconnect());
        }
    }

    private static ConnectFailedException failure(BrokerAddress address, ConnectOptions options) {
        Throwable thrown =
                catchThrowable(() -> get(loops.connect(address, options, ClientListener.NONE)));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (ConnectFailedException) thrown.getCause();
    }

    private static ConnectOptions.Builder options(ProtocolVersion version) {
        return ConnectOptions.builder().version(version).clientId("t" + System.nanoTime());
    }

    private static MqttClient connect(ConnectOptions.Builder options, ClientListener listener)
            throws Exception {
        return get(loops.connect(broker.address(), options.build(), listener));
    }

    private static Publish message(String topic, String text, QoS qos, boolean retain) {
        return new Publish(
                TopicName.of(topic), text.getBytes(UTF_8), qos, retain, false, 0, Properties.EMPTY);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }
}
