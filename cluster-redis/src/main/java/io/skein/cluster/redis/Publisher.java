package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
 * each (P2). What comes while others are on their way goes together.
 */
final class Publisher implements PublishCall.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** Bytes that may wait for Redis; beyond, QoS 0 is dropped and the rest refused. */
    static final long BYTES_MAXIMUM = 64L << 20;

    /** How much goes together: Redis serves nobody else meanwhile. */
    private static final int MESSAGES_AT_ONCE = 500;

    private static final int BYTES_AT_ONCE = 1 << 20;

    private final Post post;
    private final EventLoop loop;
    private final SharedTable table;
    private final RoutingTable routes;
    private final Groups groups;
    private final SessionWriter writer;
    private final String self;
    private final long timeoutNanos;
    private final ConcurrentLinkedQueue<Outgoing> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private final Deque<Outgoing> sent = new ArrayDeque<>();
    private @Nullable Refusal refusing;
    private long droppedByFullInboxes;
    private long placed;

    /** How messages get into inboxes. */
    interface Post {
        /** Sends them in order; each is told of its parts and its end, and then the other. */
        void send(List<Outgoing> batch, Publisher publisher, Runnable then);
    }

    Publisher(
            Post post,
            EventLoop loop,
            SharedTable table,
            RoutingTable routes,
            Groups groups,
            SessionWriter writer,
            String self,
            long timeoutNanos) {
        this.post = post;
        this.loop = loop;
        this.table = table;
        this.routes = routes;
        this.groups = groups;
        this.writer = writer;
        this.self = self;
        this.timeoutNanos = timeoutNanos;
    }

    /** See {@link io.skein.cluster.Cluster#publish}. Any thread; those of one thread in order. */
    void publish(Message message, ServedHere servedHere, Completion done) {
        publish(new Outgoing(message, servedHere, List.of(), done));
    }

    /** The same with changes of sessions, which come after those that were written before. */
    void publish(
            Message message, ServedHere servedHere, List<SessionChange> changes, Completion done) {
        Outgoing joint = new Outgoing(message, servedHere, SessionWriter.bySession(changes), done);
        loop.execute(() -> publish(joint));
    }

    private void publish(Outgoing outgoing) {
        if (bytes.addAndGet(outgoing.size()) > BYTES_MAXIMUM) {
            bytes.addAndGet(-outgoing.size());
            turnAway(
                    outgoing,
                    new Refusal(ReasonCode.SERVER_BUSY, "too much waits for Redis already"));
            return;
        }
        arrived.add(outgoing);
        if (busy.compareAndSet(false, true)) {
            loop.execute(this::next);
        }
    }

    private void turnAway(Outgoing one, Refusal why) {
        if (one.isAssured()) {
            refused.increment();
            one.answer(why);
        } else {
            dropped.increment();
            one.answer(null);
        }
    }

    /** QoS 0 messages that found no room, or waited too long. */
    long dropped() {
        return dropped.sum();
    }

    /** QoS 1 and 2 messages that were refused. */
    long refused() {
        return refused.sum();
    }

    /** Messages that were put into all their inboxes. Of the loop. */
    long placed() {
        return placed;
    }

    /** Messages that are not done with. Of the loop. */
    long waiting() {
        queueArrived();
        return (long) waiting.size() + sent.size();
    }

    private void next() {
        List<Outgoing> batch = take();
        if (!batch.isEmpty()) {
            post.send(batch, this, this::next);
            return;
        }
        busy.set(false);
        if (!arrived.isEmpty() && busy.compareAndSet(false, true)) {
            next();
        }
    }

    private void queueArrived() {
        for (Outgoing one = arrived.poll(); one != null; one = arrived.poll()) {
            waiting.add(one);
        }
    }

    private List<Outgoing> take() {
        queueArrived();
        List<Outgoing> batch = new ArrayList<>();
        long size = 0;
        while (!waiting.isEmpty() && batch.size() < MESSAGES_AT_ONCE && size < BYTES_AT_ONCE) {
            Outgoing one = waiting.remove();
            if (refusing != null && !one.isJoint()) {
                bytes.addAndGet(-one.size());
                turnAway(one, refusing);
                continue;
            }
            size += one.size();
            batch.add(one);
            sent.add(one);
        }
        return batch;
    }

    /**
     * From now on nothing is sent but what is bound to a session; null: everything is, that comes
     * from now on.
     */
    void refuse(@Nullable Refusal why) {
        queueArrived();
        Refusal now = why == null ? refusing : why;
        refusing = why;
        if (now == null) {
            return;
        }
        for (int left = waiting.size(); left > 0; left--) {
            Outgoing one = waiting.remove();
            if (one.isJoint()) {
                waiting.add(one);
            } else {
                bytes.addAndGet(-one.size());
                turnAway(one, now);
            }
        }
    }

    /** Looks up who gets it. */
    void route(Outgoing one) {
        RoutingTable.Found found = routes.match(one.message.topic());
        List<Outgoing.Delivery> deliveries = new ArrayList<>();
        List<TopicFilter> unplaced = new ArrayList<>(0);
        found.sessions()
                .forEach((clientId, granted) -> {
                    boolean kept = one.isAssured() && granted != QoS.AT_MOST_ONCE;
                    deliveries.add(
                            new Outgoing.Delivery(Names.session(clientId), kept, one.frame, null));
                });
        for (String node : found.nodes()) {
            if (!node.equals(self)) {
                deliveries.add(
                        new Outgoing.Delivery(Names.node(node), one.isAssured(), one.frame, null));
            }
        }
        for (TopicFilter share : found.groups()) {
            if (!one.servedHere.serves(share)) {
                String member = groups.choose(found, share);
                if (member == null && one.isJoint()) {
                    member = self; // it is known by its packet id from now on: it waits in Redis
                }
                if (member == null) {
                    unplaced.add(share);
                } else {
                    deliveries.add(
                            new Outgoing.Delivery(
                                    Names.node(member),
                                    one.isAssured(),
                                    new Parcel.Shared(share, one.message).encoded(),
                                    share));
                }
            }
        }
        one.deliveries = deliveries;
        one.unplaced = unplaced;
    }

    private void later(Outgoing one, TopicFilter share) {
        if (one.isAssured()) {
            one.expectPart();
            groups.sendLater(one.message, share, refusal -> partDone(one, refusal));
        }
    }

    /** Routes lead to a record that is not there: whoever made them was killed in between. */
    @Override
    public void gone(Outgoing message, Outgoing.Delivery delivery) {
        if (delivery.share != null) {
            later(message, delivery.share);
        } else {
            table.removeUnchanged(routes.fields(delivery.label));
        }
    }

    /** At the limit of a session it goes before P2. */
    @Override
    public void droppedFor(String label) {
        if (droppedByFullInboxes++ % 10_000 == 0) {
            LOG.warn(
                    "Messages are dropped: as many as may (cluster.inbox) wait in Redis for the"
                            + " session of '{}'; dropped so since the start: {}",
                    Names.withoutKind(label),
                    droppedByFullInboxes);
        }
    }

    /** It is in all inboxes in which it will be, and its changes were made but for the fenced. */
    void sent(Outgoing one) {
        if (!one.writes.isEmpty()) {
            writer.written(one.writes, one.fenced);
        }
        placed(one);
    }

    /** The same where its changes are seen to already. */
    void placed(Outgoing one) {
        if (!one.isRefused()) {
            one.unplaced.forEach(share -> later(one, share));
        }
        partDone(one, null);
    }

    void partDone(Outgoing one, @Nullable Refusal refusal) {
        boolean isLate = one.isAnswered();
        if (one.partDone(refusal)) {
            bytes.addAndGet(-one.size());
            sent.remove(one);
            if (!one.isRefused()) {
                placed++;
            } else if (!isLate) {
                refused.increment();
            }
        }
    }

    /**
     * Refuses what has waited too long; called now and then. What goes together with changes is
     * refused only as long as it has not been sent: afterwards nobody knows whether it was done.
     */
    void refuseLate() {
        long now = System.nanoTime();
        queueArrived();
        while (!waiting.isEmpty() && now - waiting.element().sinceNanos > timeoutNanos) {
            Outgoing one = waiting.remove();
            bytes.addAndGet(-one.size());
            turnAway(one, late());
        }
        for (Outgoing one : sent) {
            if (now - one.sinceNanos > timeoutNanos && !one.isJoint() && !one.isAnswered()) {
                if (one.isAssured()) {
                    refused.increment();
                    one.answer(late());
                } else {
                    one.answer(null);
                }
            }
        }
    }

    private static Refusal late() {
        return Refusal.unavailable("Redis does not answer");
    }
}
