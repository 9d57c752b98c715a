package io.skein.lab.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shared subscriptions. A message is owed to a group if one of its members was subscribed from
 * before it was sent to the end. Of a QoS 2 message only one member may finish the handshake: a
 * member that did not may have vanished before the broker gave the message to another.
 */
final class SharedCheck {
    private final RunState run;

    SharedCheck(RunState run) {
        this.run = run;
    }

    /** A session finished the handshake of a QoS 2 message that is not a retained one. */
    void taken(Session session, MessageStream stream, long sequence, long index, long nanos) {
        List<Subscription> held =
                session.matching(stream).stream()
                        .filter(each -> each.touches(stream.invoked(sequence), index))
                        .toList();
        if (held.size() != 1 || !held.getFirst().isShared()) {
            return; // it may have come for another subscription
        }
        Group group = run.group(held.getFirst().filter());
        run.findings().checked(Promise.P9);
        Client first = group.taken(stream, sequence, session.client());
        if (first != session.client() && !stream.isSentAnew(sequence)) {
            run.findings()
                    .add(
                            Anomaly.SHARED_TO_TWO,
                            nanos,
                            () ->
                                    "%s on %s was taken by %s and %s, both of %s"
                                            .formatted(
                                                    stream.id(sequence),
                                                    stream.topic(),
                                                    first.id(),
                                                    session.client().id(),
                                                    group.name()),
                            () -> Evidence.of(stream, sequence, index));
        }
    }

    /** The drain ends. */
    void end(long endNanos) {
        for (Group group : run.groups()) {
            if (group.isWeak()) {
                continue;
            }
            long since = certainSince(group);
            if (since < 0) {
                continue;
            }
            long sessionEnded =
                    mayHaveExpired(group, endNanos) ? Long.MAX_VALUE : group.sessionEnded();
            for (MessageStream stream : run.streamsMatching(group.members().getFirst().filter())) {
                owed(group, stream, since, sessionEnded);
            }
        }
    }

    /** The earliest event since which one member surely was there, to the end; -1 for none. */
    private static long certainSince(Group group) {
        return group.members().stream()
                .filter(each -> each.isCertain() && each.session().isConnected())
                .mapToLong(Subscription::certainSince)
                .min()
                .orElse(-1);
    }

    private static boolean mayHaveExpired(Group group, long endNanos) {
        return group.members().stream()
                .map(Subscription::session)
                .anyMatch(session -> !session.isConnected() && !session.outlasts(endNanos));
    }

    private void owed(Group group, MessageStream stream, long since, long sessionEnded) {
        for (int sequence = stream.firstAfter(since); sequence < stream.size(); sequence++) {
            if (!stream.isOwed(sequence)) {
                continue;
            }
            // [MQTT-4.8.2-5] What a session that ended had begun to get at QoS 2 goes to nobody
            // else.
            boolean mayBeDropped =
                    stream.qos(sequence).value() == 2 && stream.invoked(sequence) < sessionEnded;
            if (!came(group, stream, sequence) && !mayBeDropped) {
                toNone(group, stream, sequence, since);
            }
            run.findings().checked(Promise.P9);
        }
    }

    private void toNone(Group group, MessageStream stream, int sequence, long since) {
        boolean unread =
                group.members().stream()
                        .anyMatch(each -> each.isCertain() && !each.session().isConnected());
        if (unread) {
            run.findings()
                    .unknown(
                            Promise.P9,
                            "messages that a member may have that was not there at the end",
                            1);
            return;
        }
        run.findings()
                .add(
                        Anomaly.SHARED_TO_NONE,
                        stream.invokedNanos(sequence),
                        () ->
                                "%s on %s (QoS %d) came to no member of %s"
                                        .formatted(
                                                stream.id(sequence),
                                                stream.topic(),
                                                stream.qos(sequence).value(),
                                                group.name()),
                        () -> Evidence.of(stream, sequence, since));
    }

    private static boolean came(Group group, MessageStream stream, int sequence) {
        return group.members().stream()
                .anyMatch(member -> {
                    @Nullable Reception reception = member.session().reception(stream);
                    return reception != null && reception.came(sequence);
                });
    }
}
