package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.XTrimArgs;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SharedTableTest {
    @RegisterExtension static final OneRedis REDIS = new OneRedis();

    private final Names names = new Names("test-" + System.nanoTime());
    private final RedisLoop thread = new RedisLoop();
    private final EventLoop loop = thread.loop();
    private final Map<String, String> copy = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init") // before each test
    private Redis redis;

    @SuppressWarnings("NullAway.Init") // before each test
    private SharedTable table;

    @BeforeEach
    void connect() {
        redis =
                Redis.connect(
                        RedisAddress.of(REDIS.server().address(), "", ""),
                        null,
                        0,
                        Duration.ofSeconds(1),
                        thread);
        table =
                new SharedTable(
                        redis,
                        loop,
                        names,
                        "table",
                        new SharedTable.Copy() {
                            @Override
                            public void put(String field, byte[] value) {
                                copy.put(field, Args.text(value));
                            }

                            @Override
                            public void remove(String field) {
                                copy.remove(field);
                            }

                            @Override
                            public Set<String> fields() {
                                return copy.keySet();
                            }
                        });
    }

    @AfterEach
    void close() {
        redis.close();
        thread.close();
    }

    private void change(Args... changes) {
        TestBroker.get(table.change(SharedTable.changes(List.of(changes))));
    }

    /** What no message has told is read. */
    private void comeUpToDate() {
        CompletableFuture<Void> there = new CompletableFuture<>();
        table.latest()
                .thenAcceptAsync(latest -> table.whenAt(latest, () -> there.complete(null)), loop);
        TestBroker.get(there);
    }

    private static Args put(String field, String value) {
        return SharedTable.put(field, Args.bytes(value));
    }

    @Test
    void whatWasMissedIsReadFromTheLog() {
        change(put("a", "1"), put("b", "2"));
        change(SharedTable.remove("a"), put("b", "3"), put("b", "3"));
        comeUpToDate();
        assertThat(copy).containsExactly(Map.entry("b", "3"));
        assertThat(table.version()).isEqualTo(4);
    }

    @Test
    void whatIsNotInTheLogAnyMoreIsReadFromTheTable() {
        change(put("a", "1"), put("b", "2"));
        comeUpToDate();
        change(SharedTable.remove("a"), put("c", "3"));
        TestBroker.get(
                redis.commands()
                        .xtrim(Args.bytes(names.log("table")), XTrimArgs.Builder.maxlen(1)));
        comeUpToDate();
        assertThat(copy).containsOnly(Map.entry("b", "2"), Map.entry("c", "3"));
    }

    @Test
    void aFieldThatHasAnotherValueByNowIsNotRemoved() {
        change(put("a", "1"), put("b", "1"));
        change(put("a", "2"));
        change(
                SharedTable.removeIf("a", Args.bytes("1")),
                SharedTable.removeIf("b", Args.bytes("1")));
        comeUpToDate();
        assertThat(copy).containsExactly(Map.entry("a", "2"));
    }

    private void beat(String join) {
        TestBroker.get(
                redis.list(
                        Redis.BEAT,
                        Args.of(names.nodes(), names.joins()),
                        Args.of("node", "value", join)));
    }

    private void changeAs(long join, String value) {
        TestBroker.get(table.changeAs("node", join, SharedTable.put("field", Args.bytes(value))));
    }

    @Test
    void p7_whatANodeWantedBeforeItWasTakenToBeDeadIsNotDone() {
        beat("1");
        changeAs(1, "member");

        TestBroker.get(
                redis.number(
                        "skein_bury",
                        Args.of(names.nodes(), names.joins()),
                        Args.of("node", "value")));
        assertThatThrownBy(() -> changeAs(1, "buried")).hasMessageContaining("taken this node");
        beat("2");
        assertThatThrownBy(() -> changeAs(1, "late")).hasMessageContaining("taken this node");
        comeUpToDate();
        assertThat(copy).containsEntry("field", "member");

        changeAs(2, "again");
        comeUpToDate();
        assertThat(copy).containsEntry("field", "again");
    }
}
