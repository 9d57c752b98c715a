package io.skein.cluster.redis;

import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages with all inboxes they go to, and the changes of sessions that are made with them, as one
 * call of {@code skein_publish}.
 */
final class PublishCall {
    /** What is told of a message that did not go everywhere. */
    interface Watcher {
        /** There is no such record; or it is that of a node, for a group. */
        void gone(Outgoing message, Outgoing.Delivery delivery);

        /** The inbox of a session is full: the message is dropped for it. */
        void droppedFor(String label);
    }

    private static final long LATE = -1;
    private static final int GONE = 0;
    private static final int NODE_FULL = 1;
    private static final int SESSION_FULL = 2;
    private static final int PUBLISHER_FENCED = 3;
    private static final int SENDER_BURIED = 5;

    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private final List<Outgoing> messages = new ArrayList<>(); // as the function counts them
    private final Args content = new Args();

    PublishCall(List<Outgoing> batch) {
        batch.forEach(this::add);
    }

    private void add(Outgoing one) {
        if (!one.isJoint() && one.deliveries.isEmpty()) {
            return;
        }
        messages.add(one);
        if (!one.isJoint() && one.deliveries.size() == 1) {
            addPlain(one.deliveries.getFirst());
        } else {
            addAny(one);
        }
    }

    private void addPlain(Outgoing.Delivery delivery) {
        content.add((delivery.kept ? "k" : "t") + record(delivery.label)).add(delivery.frame);
    }

    private void addAny(Outgoing one) {
        List<byte[]> frames = new ArrayList<>(1);
        for (Outgoing.Delivery delivery : one.deliveries) {
            if (!frames.contains(delivery.frame)) { // arrays: the same, not alike
                frames.add(delivery.frame);
            }
        }
        content.add(frames.size());
        frames.forEach(content::add);
        addWrites(one);
        content.add(one.deliveries.size());
        for (Outgoing.Delivery delivery : one.deliveries) {
            content.add(record(delivery.label))
                    .add(delivery.kept ? "1" : "0")
                    .add(frames.indexOf(delivery.frame));
        }
    }

    private void addWrites(Outgoing one) {
        if (!one.isJoint()) {
            content.add(0);
            return;
        }
        SessionWrite publishers = one.publisherWrite();
        content.add(one.writes.size() + (publishers == null ? 1 : 0));
        if (publishers == null) {
            content.add(-1).add("").add(0).add(0);
        } else {
            add(publishers);
        }
        for (SessionWrite write : one.writes) {
            if (write != publishers) {
                add(write);
            }
        }
    }

    private void add(SessionWrite write) {
        content.add(record(Names.session(write.clientId)));
        write.writeTo(content, true);
    }

    private int record(String label) {
        Integer known = labels.get(label);
        if (known == null) {
            known = labels.size();
            labels.put(label, known);
        }
        return known;
    }

    Args keys(Names names, String self, String routes) {
        String sender = Names.node(self);
        Args keys =
                Args.of(
                        names.record(sender),
                        names.version(routes),
                        names.inbox(sender),
                        names.joins());
        labels.keySet().forEach(label -> keys.add(names.record(label)).add(names.inbox(label)));
        return keys;
    }

    /**
     * The arguments.
     *
     * @param number greater than that of every call of this node before
     * @param version of the routes that were used, empty where it does not matter
     * @param join how often this node had become a member: what it wanted before others took it to
     *     be dead is not done when it is heard of again, but for what is bound to a session
     */
    Args args(Names names, String self, long join, long number, String version, long limit) {
        Args args = new Args().add(number).add(version).add(limit).add(names.wakes());
        args.add(self).add(join);
        args.add(labels.size());
        labels.keySet().forEach(args::add);
        return args.addAll(content);
    }

    /** Which version the routes have by now, where that is another and nothing was done; or 0. */
    static long lateFor(List<?> answer) {
        return !answer.isEmpty() && Args.number(answer.getFirst()) == LATE
                ? Args.number(answer.get(1))
                : 0;
    }

    /** Tells each message what did not happen. */
    void read(List<?> answer, Watcher watcher) {
        List<String> byNumber = List.copyOf(labels.keySet());
        for (int i = 0; i + 2 < answer.size(); i += 3) {
            Outgoing one = messages.get((int) Args.number(answer.get(i + 1)));
            String label = byNumber.get((int) Args.number(answer.get(i + 2)));
            switch ((int) Args.number(answer.get(i))) {
                case GONE -> {
                    for (Outgoing.Delivery delivery : one.deliveries) {
                        if (delivery.label.equals(label)) {
                            watcher.gone(one, delivery);
                        }
                    }
                }
                case NODE_FULL -> one.refuse(nodeIsFull());
                case SESSION_FULL -> watcher.droppedFor(label);
                case PUBLISHER_FENCED -> {
                    one.fenced.add(Names.withoutKind(label));
                    one.refuse(
                            new Refusal(
                                    ReasonCode.SESSION_TAKEN_OVER,
                                    "the session of its publisher is another node's"));
                }
                case SENDER_BURIED -> {
                    if (one.isAssured()) {
                        one.refuse(Members.buried());
                    }
                }
                default -> one.fenced.add(Names.withoutKind(label));
            }
        }
    }

    /** A node takes no more: the publisher is told. */
    static Refusal nodeIsFull() {
        return new Refusal(ReasonCode.QUOTA_EXCEEDED, "a node takes no more messages");
    }
}
