package io.skein.cluster.redis;

import io.netty.buffer.Unpooled;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.StateReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The record of a session as a function answers with it: field, value, field, value. */
final class Records {
    private static final String SUBSCRIPTION = "s:";
    private static final String QUEUED = "q:";
    private static final String PACKET_ID = "p:";
    private static final String RELEASED = "x:";
    private static final String RECEIVED = "r:";

    private final Map<String, byte[]> fields = new LinkedHashMap<>();

    Records(List<?> reply) {
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            fields.put(Args.text(reply.get(i)), (byte[]) reply.get(i + 1));
        }
    }

    /** The number of the last message that was put into its inbox. */
    long lastNumber() {
        byte[] number = fields.get("n");
        return number == null ? 0 : Args.number(number);
    }

    /** Filters of its subscriptions, for which the routes may lead to it. */
    List<String> filters() {
        List<String> filters = new ArrayList<>();
        for (String field : fields.keySet()) {
            if (field.startsWith(SUBSCRIPTION)) {
                filters.add(field.substring(SUBSCRIPTION.length()));
            }
        }
        return filters;
    }

    SessionHead head() {
        byte @Nullable [] head = fields.get("h");
        return head == null ? new SessionHead(false, 0, 0, null) : reader(head).head();
    }

    /** The whole of it. */
    StoredSession session(String clientId) {
        StoredSession session = new StoredSession(clientId, head());
        TreeMap<Long, byte[]> queue = new TreeMap<>();
        fields.forEach((field, value) -> {
            if (field.startsWith(SUBSCRIPTION)) {
                StateReader in = reader(value);
                session.apply(
                        new SessionChange.Subscribed(
                                clientId, 0, in.subscription(), (int) in.number()));
            } else if (field.startsWith(QUEUED)) {
                queue.put(number(field, QUEUED), value);
            } else if (field.startsWith(RECEIVED)) {
                session.apply(
                        new SessionChange.Received(
                                clientId, 0, (int) (long) number(field, RECEIVED)));
            }
        });
        queue.forEach((sequence, value) -> {
            session.apply(new SessionChange.Queued(clientId, 0, sequence, reader(value).queued()));
            byte[] packetId = fields.get(PACKET_ID + sequence);
            if (packetId != null) {
                session.apply(
                        new SessionChange.Sent(clientId, 0, sequence, (int) Args.number(packetId)));
            }
            if (fields.containsKey(RELEASED + sequence)) {
                session.apply(new SessionChange.Released(clientId, 0, sequence));
            }
        });
        return session;
    }

    private static Long number(String field, String prefix) {
        return Long.valueOf(field.substring(prefix.length()));
    }

    private static StateReader reader(byte[] frame) {
        return new StateReader(Unpooled.wrappedBuffer(frame));
    }

    /** What waits in an inbox, as a function answers with it: message by number. */
    static SortedMap<Long, byte[]> inbox(List<?> reply) {
        SortedMap<Long, byte[]> found = new TreeMap<>();
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            found.put(Args.number(reply.get(i)), (byte[]) reply.get(i + 1));
        }
        return found;
    }
}
