package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a store must hold, kept in the plainest way. */
final class Model {
    /** A session as values that compare. */
    record View(
            SessionHead head,
            List<StoredSession.Entry> subscriptions,
            List<StoredSession.Slot> queue,
            List<Integer> received) {
        static View of(StoredSession session) {
            return new View(
                    session.head(),
                    List.copyOf(session.subscriptions()),
                    List.copyOf(session.queue()),
                    List.copyOf(session.received()));
        }

        /** The same after a restart: nobody is connected any more. */
        View disconnectedAt(long nowNanos) {
            return head.connected()
                    ? new View(
                            new SessionHead(false, head.expirySeconds(), nowNanos, head.will()),
                            subscriptions,
                            queue,
                            received)
                    : this;
        }
    }

    private final Map<String, StoredSession> sessions = new HashMap<>();
    private final Map<TopicName, Message> retained = new HashMap<>();

    void claim(String clientId, boolean cleanStart, SessionHead head) {
        if (cleanStart) {
            sessions.remove(clientId);
        }
        sessions.computeIfAbsent(clientId, id -> new StoredSession(id, head))
                .apply(new SessionChange.HeadSet(clientId, 0, head));
    }

    void apply(SessionChange change) {
        sessions.computeIfPresent(
                change.clientId(),
                (clientId, session) -> {
                    session.apply(change);
                    return change instanceof SessionChange.Ended ? null : session;
                });
    }

    void retain(Message message) {
        if (message.payload().length == 0) {
            retained.remove(message.topic());
        } else {
            retained.put(message.topic(), message);
        }
    }

    Collection<Message> retained() {
        return retained.values();
    }

    /** All sessions as they are now, by client id. */
    Map<String, View> views() {
        return views(sessions);
    }

    /** All sessions as a restart must bring them back. */
    Map<String, View> viewsAfterRestart(long nowNanos) {
        Map<String, View> views = views();
        views.replaceAll((clientId, view) -> view.disconnectedAt(nowNanos));
        return views;
    }

    static Map<String, View> views(Map<String, StoredSession> sessions) {
        Map<String, View> views = new TreeMap<>();
        sessions.forEach((clientId, session) -> views.put(clientId, View.of(session)));
        return views;
    }
}
