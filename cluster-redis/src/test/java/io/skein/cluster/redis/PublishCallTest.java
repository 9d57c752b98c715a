package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Message;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one call puts into inboxes, what it tells, and what it answers of which message. */
class PublishCallTest {
    @RegisterExtension static final OneRedis REDIS = new OneRedis();

    private static final String SELF = "self#1";
    private static final String OWNER = "owner#1";
    private static final String HAS_ROOM = Names.session("room");
    private static final String FULL = Names.session("full");
    private static final String GONE = Names.session("gone");
    private static final long LIMIT = 2_000;

    private final Names names = new Names("test-" + System.nanoTime());
    private final RedisLoop thread = new RedisLoop();
    private final BlockingQueue<byte[]> told = new LinkedBlockingQueue<>();
    private final List<String> dropped = new ArrayList<>();
    private final List<Outgoing> gone = new ArrayList<>();
    private long number;
    private long join;

    @SuppressWarnings("NullAway.Init") // before each test
    private Redis redis;

    @BeforeEach
    void connect() {
        redis =
                Redis.connect(
                        RedisAddress.of(REDIS.server().address(), "", ""),
                        null,
                        0,
                        Duration.ofSeconds(1),
                        thread);
        TestBroker.get(
                redis.hear(
                        List.of(names.wakes() + OWNER),
                        new Redis.Listener() {
                            @Override
                            public void heard(String channel, byte[] message) {
                                told.add(message);
                            }

                            @Override
                            public void missed() {}
                        }));
        join("1");
        join = 1;
        makeRecord(HAS_ROOM);
        makeRecord(FULL);
        for (int i = 0; i < LIMIT; i++) {
            redis.commands().hset(Args.bytes(names.inbox(FULL)), Args.bytes("x" + i), new byte[0]);
        }
    }

    @AfterEach
    void close() {
        redis.close();
        thread.close();
    }

    private void join(String join) {
        TestBroker.get(
                redis.list(
                        Redis.BEAT,
                        Args.of(names.nodes(), names.joins()),
                        Args.of(SELF, "value", join)));
    }

    private void makeRecord(String label) {
        Map<String, String> fields = Map.of("k", "1", "o", OWNER, "e", "5", "n", "41");
        fields.forEach((field, value) ->
                TestBroker.get(
                        redis.commands()
                                .hset(
                                        Args.bytes(names.record(label)),
                                        Args.bytes(field),
                                        Args.bytes(value))));
    }

    private static Outgoing message(String text, List<SessionChange> changes, String... labels) {
        Message message =
                new Message(
                        TopicName.of("t"),
                        Args.bytes(text),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY,
                        "room",
                        Message.NEVER_EXPIRES);
        Outgoing one =
                new Outgoing(message, ServedHere.NOBODY, SessionWriter.bySession(changes), _ -> {});
        one.deliveries =
                List.of(labels).stream()
                        .map(label -> new Outgoing.Delivery(label, true, one.frame, null))
                        .toList();
        return one;
    }

    private static Outgoing message(String text, String... labels) {
        return message(text, List.of(), labels);
    }

    private void publish(List<Outgoing> batch) {
        PublishCall call = new PublishCall(batch);
        List<?> answer =
                TestBroker.get(
                        redis.list(
                                "skein_publish",
                                call.keys(names, SELF, "routes"),
                                call.args(names, SELF, join, ++number, "", LIMIT)));
        call.read(
                answer,
                new PublishCall.Watcher() {
                    @Override
                    public void gone(Outgoing message, Outgoing.Delivery delivery) {
                        gone.add(message);
                    }

                    @Override
                    public void droppedFor(String label) {
                        dropped.add(label);
                    }
                });
    }

    /** Number and text of all that one command has told. */
    private List<String> toldTogether() throws InterruptedException {
        byte[] all = told.poll(10, TimeUnit.SECONDS);
        assertThat(all).isNotNull();
        return Told.of(all).stream().map(one -> one.number() + " " + text(one.frame())).toList();
    }

    private static String text(byte[] frame) {
        return Parcel.decoded(frame) instanceof Parcel.Mail mail
                ? Args.text(mail.message().payload())
                : "";
    }

    private String kept(String label, long at) {
        byte[] frame =
                TestBroker.get(
                        redis.commands()
                                .hget(
                                        Args.bytes(names.inbox(label)),
                                        Args.bytes(Long.toString(at))));
        return text(frame);
    }

    @Test
    void whatIsAnsweredIsOfTheMessageThatItIsAbout() throws InterruptedException {
        Outgoing toGone = message("gone", GONE);
        Outgoing fenced =
                message("fenced", List.of(new SessionChange.Received("room", 4, 7)), HAS_ROOM);
        Outgoing toBoth = message("both", GONE, HAS_ROOM);
        publish(
                List.of(
                        message("nobody"),
                        message("first", HAS_ROOM),
                        message("dropped", FULL),
                        toGone,
                        fenced,
                        toBoth,
                        message("last", HAS_ROOM)));

        assertThat(toldTogether()).containsExactly("42 first", "43 both", "44 last");
        assertThat(kept(HAS_ROOM, 43)).isEqualTo("both");
        assertThat(gone).containsExactly(toGone, toBoth);
        assertThat(dropped).containsExactly(FULL);
        assertThat(fenced.fenced).containsExactly("room");
    }

    @Test
    void aLargeBatchIsKeptAndToldInItsOrder() throws InterruptedException {
        List<Outgoing> batch = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < LIMIT - 1; i++) {
            batch.add(message("m" + i, HAS_ROOM));
            expected.add((42 + i) + " m" + i);
        }
        publish(batch);

        assertThat(toldTogether()).isEqualTo(expected);
        assertThat(kept(HAS_ROOM, 42)).isEqualTo("m0");
        assertThat(kept(HAS_ROOM, 42 + LIMIT - 2)).isEqualTo("m" + (LIMIT - 2));
    }

    @Test
    void p3_whatANodeHadBeforeItWasTakenToBeDeadIsRefusedUnlessASessionSaysWhetherItIs()
            throws InterruptedException {
        join("2");
        List<SessionChange> current = List.of(new SessionChange.Received("room", 5, 7));
        Outgoing plain = message("plain", HAS_ROOM);
        Outgoing two = message("two", HAS_ROOM, FULL);
        Outgoing bound = message("bound", current, HAS_ROOM);
        publish(List.of(plain, two, bound));

        assertThat(toldTogether()).containsExactly("42 bound");
        assertThat(plain.isRefused()).isTrue();
        assertThat(two.isRefused()).isTrue();
        assertThat(bound.isRefused()).isFalse();

        join = 2;
        publish(List.of(message("again", HAS_ROOM)));
        assertThat(toldTogether()).containsExactly("43 again");
    }

    @Test
    void whatIsPublishedAgainAfterItsAnswerWasLostIsKeptOnce() throws InterruptedException {
        publish(List.of(message("once", HAS_ROOM)));
        assertThat(toldTogether()).containsExactly("42 once");
        number--;
        publish(List.of(message("once", HAS_ROOM)));
        publish(List.of(message("next", HAS_ROOM)));

        assertThat(toldTogether()).containsExactly("43 next");
    }
}
