package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.SessionChange;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of a session when changes of it were made together. */
class WriteCallTest {
    @RegisterExtension static final OneRedis REDIS = new OneRedis();

    private static final String CLIENT = "c";
    private static final long EPOCH = 5;

    private final Names names = new Names("test-" + System.nanoTime());
    private final RedisLoop thread = new RedisLoop();
    private final byte[] record = Args.bytes(names.record(Names.session(CLIENT)));
    private final SessionWrite write = new SessionWrite(CLIENT, EPOCH);

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
        Map<String, String> fields = Map.of("k", "1", "e", Long.toString(EPOCH), "n", "41");
        fields.forEach((field, value) ->
                TestBroker.get(
                        redis.commands().hset(record, Args.bytes(field), Args.bytes(value))));
    }

    @AfterEach
    void close() {
        redis.close();
        thread.close();
    }

    private void make() {
        String label = Names.session(CLIENT);
        Args args = new Args();
        write.writeTo(args, true);
        List<?> refused =
                TestBroker.get(
                        redis.list(
                                "skein_write",
                                Args.of(
                                        names.inbox(Names.node("n")),
                                        names.record(label),
                                        names.inbox(label)),
                                args));
        assertThat(refused).isEmpty();
    }

    private List<String> fields() {
        return TestBroker.get(redis.commands().hkeys(record)).stream().map(Args::text).toList();
    }

    private void subscribe(String filter) {
        Subscription subscription = new Subscription(TopicFilter.of(filter), QoS.AT_LEAST_ONCE);
        write.add(new SessionChange.Subscribed(CLIENT, EPOCH, subscription, 0));
    }

    private void unsubscribe(String filter) {
        write.add(new SessionChange.Unsubscribed(CLIENT, EPOCH, TopicFilter.of(filter)));
    }

    @Test
    void theLastOfSeveralChangesOfOneFieldCounts() {
        subscribe("stays");
        unsubscribe("stays");
        subscribe("stays");
        unsubscribe("goes");
        subscribe("goes");
        unsubscribe("goes");
        write.add(new SessionChange.Received(CLIENT, EPOCH, 7));
        write.add(new SessionChange.Completed(CLIENT, EPOCH, 7));
        write.add(new SessionChange.Received(CLIENT, EPOCH, 7));
        make();

        assertThat(fields()).containsExactlyInAnyOrder("k", "e", "n", "s:stays", "r:7");
    }

    @Test
    void moreChangesThanOneCommandTakesAreAllMade() {
        for (int id = 1; id <= 1_600; id++) {
            write.add(new SessionChange.Received(CLIENT, EPOCH, id));
        }
        for (int id = 1; id <= 1_599; id++) {
            write.add(new SessionChange.Completed(CLIENT, EPOCH, id));
        }
        make();

        assertThat(fields()).containsExactlyInAnyOrder("k", "e", "n", "r:1600");
    }

    @Test
    void nothingIsLeftOfASessionThatEndsButItsNumbers() {
        subscribe("a");
        write.taken(41);
        write.add(new SessionChange.Ended(CLIENT, EPOCH));
        make();

        assertThat(fields()).containsExactlyInAnyOrder("e", "n");
    }
}
