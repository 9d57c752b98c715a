package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What appends leave in a record, in a Redis Cluster, where every message goes by one. */
class AppenderTest {
    @RegisterExtension static final ThreeRedis REDIS = new ThreeRedis();

    private static final String LABEL = Names.session("c");
    private static final long LIMIT = 100;

    private final Names names = new Names("test-" + System.nanoTime());
    private final RedisLoop thread = new RedisLoop();
    private final byte[] record = Args.bytes(names.record(LABEL));

    @SuppressWarnings("NullAway.Init") // before each test
    private Redis redis;

    @BeforeEach
    void connect() {
        RedisAddress address = RedisAddress.of(REDIS.address(), "", "");
        redis = Redis.connect(address, null, 0, Duration.ofSeconds(1), thread);
        set(Map.of("k", "1", "o", "owner"));
    }

    @AfterEach
    void close() {
        redis.close();
        thread.close();
    }

    private void set(Map<String, String> fields) {
        fields.forEach((field, value) ->
                TestBroker.get(
                        redis.commands().hset(record, Args.bytes(field), Args.bytes(value))));
    }

    private void append(String node) {
        Appender appender = new Appender(redis, names, node, LIMIT);
        List<Appender.Piece> pieces = List.of(new Appender.Piece(true, new byte[] {1}));
        assertThat(TestBroker.get(appender.append(LABEL, pieces))).isZero();
    }

    private long waiting() {
        return TestBroker.get(redis.commands().hlen(Args.bytes(names.inbox(LABEL))));
    }

    private List<String> senders() {
        return TestBroker.get(redis.commands().hkeys(record)).stream()
                .map(Args::text)
                .filter(field -> field.startsWith("a:"))
                .toList();
    }

    @Test
    void whatIsAppendedAgainIsThereOnce() {
        append("n1#1");
        append("n1#1"); // the same number, as after a connection broke
        assertThat(waiting()).isEqualTo(1);

        append("n2#2");
        append("n1#1");
        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    void livesThatHaveAppendedNothingForAnHourAreForgottenWhenAnotherBegins() {
        long now = Instant.now().getEpochSecond();
        set(Map.of("a:gone#1", "17 " + (now - 3_700), "a:away#2", "4 " + (now - 3_000)));

        append("back#3");
        assertThat(senders()).containsExactlyInAnyOrder("a:away#2", "a:back#3");

        append("away#2"); // it is known still, and this is an old one
        assertThat(waiting()).isEqualTo(1);
    }
}
