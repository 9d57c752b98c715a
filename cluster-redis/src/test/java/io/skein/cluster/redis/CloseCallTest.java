package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.api.async.RedisHashAsyncCommands;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of what a node has left. */
class CloseCallTest {
    @RegisterExtension static final OneRedis REDIS = new OneRedis();

    private static final String GONE = "gone#1";
    private static final String HEIR = "heir#1";

    private final Names names = new Names("test-" + System.nanoTime());
    private final RedisLoop thread = new RedisLoop();

    @SuppressWarnings("NullAway.Init") // before each test
    private Redis redis;

    @BeforeEach
    void leave() {
        redis =
                Redis.connect(
                        RedisAddress.of(REDIS.server().address(), "", ""),
                        null,
                        0,
                        Duration.ofSeconds(1),
                        thread);
        open(GONE);
        open(HEIR);
        put(names.inbox(Names.node(GONE)), "1", Args.text(Parcel.SHARED) + " for a group");
        put(names.inbox(Names.node(GONE)), "2", "for who has gone with it");
        put(names.nodes(), HEIR, "its beat");
        TestBroker.get(redis.commands().sadd(Args.bytes(names.estates()), Args.bytes(GONE)));
    }

    @AfterEach
    void end() {
        redis.close();
        thread.close();
    }

    private void open(String node) {
        put(names.record(Names.node(node)), "k", "1");
        put(names.record(Names.node(node)), "o", node);
    }

    private void put(String key, String field, String value) {
        RedisHashAsyncCommands<byte[], byte[]> hashes = redis.commands();
        TestBroker.get(hashes.hset(Args.bytes(key), Args.bytes(field), Args.bytes(value)));
    }

    private long close() {
        String label = Names.node(GONE);
        String heir = Names.node(HEIR);
        return TestBroker.get(
                redis.number(
                        "skein_close",
                        Args.of(
                                names.record(label),
                                names.inbox(label),
                                names.record(heir),
                                names.inbox(heir),
                                names.nodes(),
                                names.estates()),
                        new Args().add(Parcel.SHARED).add(heir).add(names.wakes()).add(GONE)));
    }

    private long waiting(String node) {
        return TestBroker.get(redis.commands().hlen(Args.bytes(names.inbox(Names.node(node)))));
    }

    private boolean isLeft() {
        return TestBroker.get(
                redis.commands().sismember(Args.bytes(names.estates()), Args.bytes(GONE)));
    }

    @Test
    void p9_whatNobodyHasTakenForGroupsIsTheHeirs() {
        assertThat(close()).isEqualTo(1);
        assertThat(waiting(HEIR)).isEqualTo(1);
        assertThat(waiting(GONE)).isZero();
        assertThat(isLeft()).isFalse();
    }

    @Test
    void p9_nothingIsMovedToAnHeirThatWasTakenToBeDeadItself() {
        byte[] record = Args.bytes(names.record(Names.node(HEIR)));
        TestBroker.get(redis.commands().hdel(record, Args.bytes("k"), Args.bytes("o")));
        assertThat(close()).isEqualTo(Appender.GONE);
        assertThat(waiting(GONE)).isEqualTo(2);
        assertThat(waiting(HEIR)).isZero();
        assertThat(isLeft()).isTrue();
    }

    @Test
    void p9_whatANodeHasThatIsAMemberAgainStaysItsOwn() {
        put(names.nodes(), GONE, "its beat");
        assertThat(close()).isEqualTo(Appender.GONE);
        assertThat(waiting(GONE)).isEqualTo(2);
        assertThat(isLeft()).isTrue();
    }
}
