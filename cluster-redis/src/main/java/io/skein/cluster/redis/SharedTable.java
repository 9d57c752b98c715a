package io.skein.cluster.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.Range;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.StreamMessage;
import io.netty.channel.EventLoop;
import io.skein.cluster.RefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table in Redis of which every node has a copy. Each change makes a version, is in a log of the
 * last ones, and is told to all. A node that has asked for the latest version and has come as far
 * has seen every change that was complete before it asked. Lives on the loop, but for {@link
 * #change}, {@link #latest} and {@link #version}.
 */
final class SharedTable {
    /** The copy. */
    interface Copy {
        void put(String field, byte[] value);

        void remove(String field);

        /** All fields that are there. */
        Set<String> fields();
    }

    private static final Logger LOG = LoggerFactory.getLogger(SharedTable.class);
    private static final String LOG_LENGTH = "100000";
    private static final long PAGE = 1_000;
    private static final long RETRY_MILLIS = 200;

    private record Waiting(long version, Runnable then) {}

    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String name;
    private final Copy copy;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>((a, b) -> Long.compare(a.version, b.version));

    private volatile long version;
    private boolean reading;
    private boolean readAgain;

    SharedTable(Redis redis, EventLoop loop, Names names, String name, Copy copy) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.name = name;
        this.copy = copy;
    }

    /** The version of the copy. */
    long version() {
        return version;
    }

    static Args put(String field, byte[] value) {
        return Args.of("+", field).add(value);
    }

    static Args remove(String field) {
        return Args.of("-", field, "");
    }

    /** Removes it if its value is still this one. */
    static Args removeIf(String field, byte[] value) {
        return Args.of("?", field).add(value);
    }

    /** Removes these fields where their values are still these. */
    void removeUnchanged(Map<String, byte[]> fields) {
        List<Args> changes = new ArrayList<>();
        fields.forEach((field, value) -> changes.add(removeIf(field, value)));
        if (!changes.isEmpty()) {
            change(changes(changes));
        }
    }

    /** Makes changes, one after the other; complete when they are in the table. */
    CompletableFuture<Void> change(Args changes) {
        return change(keys(), Args.of(names.channel(name), LOG_LENGTH).addAll(changes))
                .thenAccept(_ -> {});
    }

    /**
     * The same while a node is the member that it is now: what it wanted before others took it to
     * be dead is not done when it is heard of again, for that may be long after. Not with a Redis
     * Cluster, where table and members are in two slots.
     *
     * @param join how often it had become a member
     */
    CompletableFuture<Void> changeAs(String node, long join, Args changes) {
        if (redis.isCluster()) {
            return change(changes);
        }
        Args args = Args.of(names.channel(name), LOG_LENGTH, node).add(join).addAll(changes);
        return change(keys().add(names.joins()), args)
                .thenAccept(version -> {
                    if (version.length == 0) {
                        throw new RefusedException(Members.buried());
                    }
                });
    }

    private Args keys() {
        return Args.of(names.table(name), names.log(name), names.version(name));
    }

    private CompletableFuture<byte[]> change(Args keys, Args args) {
        return redis.text("skein_change", keys, args)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.warn("Table {} cannot be changed: {}", name, failure.toString());
                    }
                });
    }

    /** The version of the table. */
    CompletableFuture<Long> latest() {
        return redis.commands()
                .get(Args.bytes(names.version(name)))
                .toCompletableFuture()
                .thenApply(value -> value == null ? 0 : Args.number(value));
    }

    /** Runs it when the copy has come to this version. */
    void whenAt(long wanted, Runnable then) {
        if (version >= wanted) {
            then.run();
        } else {
            waiting.add(new Waiting(wanted, then));
            read();
        }
    }

    /** What was told: version, operation and field, value. */
    void heard(byte[] message) {
        Told.of(message).forEach(this::heard);
    }

    private void heard(Told told) {
        if (told.number() == version + 1 && !reading) {
            String content = told.label();
            apply(content.charAt(0), content.substring(1), told.frame());
            advance(told.number());
        } else if (told.number() > version) {
            read();
        }
    }

    /** Something may have been missed. */
    void missed() {
        read();
    }

    private void apply(char operation, String field, byte[] value) {
        if (operation == '+') {
            copy.put(field, value);
        } else {
            copy.remove(field);
        }
    }

    private void advance(long to) {
        version = to;
        while (!waiting.isEmpty() && waiting.element().version <= to) {
            waiting.remove().then.run();
        }
    }

    private void read() {
        if (reading) {
            readAgain = true;
            return;
        }
        reading = true;
        readAgain = false;
        latest().whenCompleteAsync(
                        (latest, failure) -> {
                            if (failure != null) {
                                retry(failure);
                            } else if (latest < version) {
                                load().whenCompleteAsync((_, wrong) -> ended(wrong), loop);
                            } else {
                                readOn(latest);
                            }
                        },
                        loop);
    }

    private void readOn(long latest) {
        if (version >= latest) {
            ended(null);
            return;
        }
        Range<String> rest = Range.create((version + 1) + "-0", "+");
        redis.commands()
                .xrange(Args.bytes(names.log(name)), rest, Limit.from(PAGE))
                .toCompletableFuture()
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                retry(failure);
                            } else if (page.isEmpty() || number(page.getFirst()) != version + 1) {
                                load().whenCompleteAsync((_, wrong) -> ended(wrong), loop);
                            } else {
                                page.forEach(this::applyLogged);
                                readOn(latest);
                            }
                        },
                        loop);
    }

    private static long number(StreamMessage<byte[], byte[]> logged) {
        String id = logged.getId();
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    private void applyLogged(StreamMessage<byte[], byte[]> logged) {
        byte[] operation = new byte[0];
        byte[] field = new byte[0];
        byte[] value = new byte[0];
        for (Map.Entry<byte[], byte[]> part : logged.getBody().entrySet()) {
            switch (Args.text(part.getKey())) {
                case "o" -> operation = part.getValue();
                case "f" -> field = part.getValue();
                default -> value = part.getValue();
            }
        }
        apply((char) operation[0], Args.text(field), value);
        advance(number(logged));
    }

    private void ended(@Nullable Throwable failure) {
        if (failure != null) {
            retry(failure);
            return;
        }
        reading = false;
        if (readAgain || (!waiting.isEmpty() && waiting.element().version > version)) {
            read();
        }
    }

    private void retry(Throwable failure) {
        LOG.warn("Table {} cannot be read: {}", name, failure.toString());
        if (loop.isShuttingDown()) {
            return;
        }
        loop.schedule(
                () -> {
                    reading = false;
                    read();
                },
                RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Reads all of it; what changes meanwhile is in the log. */
    CompletableFuture<Void> load() {
        Set<String> gone = new HashSet<>(copy.fields());
        return latest().thenComposeAsync(
                        from ->
                                loadFrom(ScanCursor.INITIAL, gone)
                                        .thenRunAsync(
                                                () -> {
                                                    gone.forEach(copy::remove);
                                                    advance(from);
                                                },
                                                loop),
                        loop);
    }

    private CompletableFuture<Void> loadFrom(ScanCursor cursor, Set<String> gone) {
        return redis.commands()
                .hscan(Args.bytes(names.table(name)), cursor, ScanArgs.Builder.limit(PAGE))
                .toCompletableFuture()
                .thenComposeAsync(
                        page -> {
                            take(page, gone);
                            return page.isFinished()
                                    ? CompletableFuture.completedFuture(null)
                                    : loadFrom(ScanCursor.of(page.getCursor()), gone);
                        },
                        loop);
    }

    private void take(MapScanCursor<byte[], byte[]> page, Set<String> gone) {
        page.getMap()
                .forEach((field, value) -> {
                    String text = Args.text(field);
                    gone.remove(text);
                    copy.put(text, value);
                });
    }

    /** A list of changes, empty. */
    static Args changes(List<Args> all) {
        Args together = new Args();
        all.forEach(together::addAll);
        return together;
    }
}
