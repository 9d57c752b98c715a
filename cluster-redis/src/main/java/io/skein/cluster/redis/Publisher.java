package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what this node's clients publish to whoever wants it, in order. Who wants it is looked up
 * in routes that are at least as late as the table was when the message had come, so that nobody is
 * missed whose SUBACK was ahead of it (P1); a message is answered for when it is in the inbox of
 * each (P2).
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** Bytes that may wait for Redis; beyond, QoS 0 is dropped and the rest refused. */
    static final long BYTES_MAXIMUM = 64L << 20;

    private static final int OVERHEAD = 128;

    private final EventLoop loop;
    private final SharedTable table;
    private final RoutingTable routes;
    private final Appender appender;
    private final Groups groups;
    private final String self;
    private final long timeoutNanos;
    private final ConcurrentLinkedQueue<Outgoing> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final Deque<Outgoing> open = new ArrayDeque<>();
    private long droppedByFullInboxes;

    Publisher(
            EventLoop loop,
            SharedTable table,
            RoutingTable routes,
            Appender appender,
            Groups groups,
            String self,
            long timeoutNanos) {
        this.loop = loop;
        this.table = table;
        this.routes = routes;
        this.appender = appender;
        this.groups = groups;
        this.self = self;
        this.timeoutNanos = timeoutNanos;
    }

    /** A message on its way; of the loop but for what is final. */
    private final class Outgoing {
        final Message message;
        final ServedHere servedHere;
        final byte[] frame;
        final long sinceNanos = System.nanoTime();
        private final Completion done;
        private @Nullable Refusal refusal;
        private int parts = 1;
        private boolean answered;

        Outgoing(Message message, ServedHere servedHere, Completion done) {
            this.message = message;
            this.servedHere = servedHere;
            this.done = done;
            this.frame = Parcel.mail(message);
        }

        boolean isAssured() {
            return message.qos() != QoS.AT_MOST_ONCE;
        }

        long size() {
            return frame.length + (long) OVERHEAD;
        }

        void partDone(@Nullable Refusal failure) {
            if (failure != null) {
                refusal = failure;
            }
            if (--parts == 0) {
                bytes.addAndGet(-size());
                answer(refusal);
            }
        }

        void answer(@Nullable Refusal outcome) {
            if (!answered) {
                answered = true;
                done.complete(outcome);
            }
        }
    }

    /** See {@link io.skein.cluster.Cluster#publish}. Any thread; those of one thread in order. */
    void publish(Message message, ServedHere servedHere, Completion done) {
        Outgoing outgoing = new Outgoing(message, servedHere, done);
        if (bytes.addAndGet(outgoing.size()) > BYTES_MAXIMUM) {
            bytes.addAndGet(-outgoing.size());
            if (outgoing.isAssured()) {
                done.complete(
                        new Refusal(ReasonCode.SERVER_BUSY, "too much waits for Redis already"));
            } else {
                dropped.increment();
                done.complete(null);
            }
            return;
        }
        arrived.add(outgoing);
        if (asked.compareAndSet(false, true)) {
            loop.execute(this::ask);
        }
    }

    /** QoS 0 messages that found no room. */
    long dropped() {
        return dropped.sum();
    }

    /** What has arrived is routed when it is known how late the routes have to be. */
    private void ask() {
        List<Outgoing> batch = new ArrayList<>();
        for (Outgoing next = arrived.poll(); next != null; next = arrived.poll()) {
            batch.add(next);
            open.add(next);
        }
        table.latest()
                .whenCompleteAsync(
                        (latest, failure) -> {
                            if (failure != null) {
                                Refusal refusal = Refusals.of(failure);
                                batch.forEach(one -> one.partDone(refusal));
                                goOn();
                            } else {
                                table.whenAt(
                                        latest,
                                        () -> {
                                            route(batch);
                                            goOn();
                                        });
                            }
                        },
                        loop);
    }

    private void goOn() {
        asked.set(false);
        if (!arrived.isEmpty() && asked.compareAndSet(false, true)) {
            ask();
        }
        while (!open.isEmpty() && open.element().parts == 0) {
            open.remove();
        }
    }

    /** A message for the inbox of one record. */
    private static final class Letter {
        final List<Appender.Piece> pieces = new ArrayList<>();
        final List<Outgoing> outgoing = new ArrayList<>();

        void add(Outgoing one, boolean kept) {
            pieces.add(new Appender.Piece(kept, one.frame));
            outgoing.add(one);
            one.parts++;
        }
    }

    private void route(List<Outgoing> batch) {
        Map<String, Letter> letters = new LinkedHashMap<>();
        for (Outgoing one : batch) {
            RoutingTable.Found found = routes.match(one.message.topic());
            found.sessions()
                    .forEach((clientId, granted) -> {
                        boolean kept = one.isAssured() && granted != QoS.AT_MOST_ONCE;
                        letter(letters, Names.session(clientId)).add(one, kept);
                    });
            for (String node : found.nodes()) {
                if (!node.equals(self)) {
                    letter(letters, Names.node(node)).add(one, one.isAssured());
                }
            }
            for (TopicFilter share : found.members().keySet()) {
                if (!one.servedHere.serves(share)) {
                    one.parts++;
                    groups.send(one.message, share, null, one::partDone);
                }
            }
        }
        letters.forEach(this::append);
        batch.forEach(one -> one.partDone(null));
    }

    private static Letter letter(Map<String, Letter> letters, String label) {
        return letters.computeIfAbsent(label, _ -> new Letter());
    }

    private void append(String label, Letter letter) {
        appender.append(label, letter.pieces)
                .whenCompleteAsync(
                        (outcome, failure) -> {
                            if (failure != null) {
                                Refusal refusal = Refusals.of(failure);
                                letter.outgoing.forEach(one -> one.partDone(refusal));
                            } else {
                                if (outcome == Appender.GONE) {
                                    forget(label);
                                }
                                appended(label, letter, Math.max(0, outcome));
                            }
                        },
                        loop);
    }

    /** At the limit of a session it goes before P2; for a node, the publisher is told. */
    private void appended(String label, Letter letter, long withoutRoom) {
        long left = withoutRoom;
        for (int i = letter.pieces.size() - 1; i >= 0; i--) {
            Refusal refusal = null;
            if (left > 0 && letter.pieces.get(i).kept) {
                left--;
                refusal = withoutRoom(label);
            }
            letter.outgoing.get(i).partDone(refusal);
        }
    }

    private @Nullable Refusal withoutRoom(String label) {
        if (!Names.isSession(label)) {
            return new Refusal(ReasonCode.QUOTA_EXCEEDED, "a node takes no more messages");
        }
        if (droppedByFullInboxes++ % 10_000 == 0) {
            LOG.warn(
                    "Messages are dropped: as many as may (cluster.inbox) wait in Redis for the"
                            + " session of '{}'; dropped so since the start: {}",
                    Names.withoutKind(label),
                    droppedByFullInboxes);
        }
        return null;
    }

    /** Routes lead to a record that is not there: whoever made them was killed in between. */
    private void forget(String label) {
        List<Args> changes = new ArrayList<>();
        routes.fields(label)
                .forEach((field, value) -> changes.add(SharedTable.removeIf(field, value)));
        if (!changes.isEmpty()) {
            table.change(SharedTable.changes(changes));
        }
    }

    /** Refuses what has waited too long; called now and then. */
    void refuseLate() {
        long now = System.nanoTime();
        for (Outgoing one : open) {
            if (now - one.sinceNanos < timeoutNanos) {
                return;
            }
            one.answer(one.isAssured() ? Refusal.unavailable("Redis does not answer") : null);
        }
    }
}
