package io.skein.lab.check;

import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run up to an event. Grows with the messages that were published (some 35 bytes
 * each), with gaps in what sessions got of them (a bit each), with sessions, subscriptions and
 * connections; not with events.
 */
final class RunState {
    private record StreamName(int publisher, String topic) {}

    /** Streams that match a filter, as far as they were looked for. */
    private static final class Matching {
        private final List<MessageStream> found = new ArrayList<>();
        private int seen;
    }

    private final Findings findings = new Findings();
    private final Faults faults = new Faults();
    private final Counts counts = new Counts();
    private final Map<String, Client> clients = new LinkedHashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Map<Long, Connection> connections = new LinkedHashMap<>();
    private final Map<Long, Pending> pending = new HashMap<>();
    private final Map<StreamName, MessageStream> streams = new HashMap<>();
    private final List<MessageStream> streamList = new ArrayList<>();
    private final Map<String, Matching> matching = new HashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, RetainedTopic> retained = new LinkedHashMap<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Map<Phase, Long> phases = new EnumMap<>(Phase.class);
    private final long messagesLimit;
    private long messages;

    RunState(long messagesLimit) {
        this.messagesLimit = messagesLimit;
    }

    Findings findings() {
        return findings;
    }

    Faults faults() {
        return faults;
    }

    Counts counts() {
        return counts;
    }

    Client client(String id) {
        return clients.computeIfAbsent(id, Client::new);
    }

    Collection<Client> clients() {
        return clients.values();
    }

    void add(Session session) {
        sessions.add(session);
    }

    List<Session> sessions() {
        return sessions;
    }

    Connection connect(Connect event, long index) throws HistoryException {
        Connection connection = new Connection(event, client(event.client()), index);
        if (connections.putIfAbsent(event.op(), connection) != null) {
            throw new HistoryException(
                    "event %d: a second connection %d".formatted(index, event.op()));
        }
        return connection;
    }

    Connection connection(long number, long index) throws HistoryException {
        Connection connection = connections.get(number);
        if (connection == null) {
            throw new HistoryException(
                    "event %d: there is no connection %d".formatted(index, number));
        }
        return connection;
    }

    /** Whether a message was sent by this client. */
    boolean isPublishedBy(MessageStream stream, long sequence, Client client) {
        Connection connection = connections.get(stream.connection(sequence));
        return connection != null && connection.client() == client;
    }

    Collection<Connection> connections() {
        return connections.values();
    }

    void begin(long op, Pending operation) throws HistoryException {
        if (pending.putIfAbsent(op, operation) != null) {
            throw new HistoryException(
                    "event %d: a second operation %d".formatted(operation.invoked(), op));
        }
    }

    /** The operation that ends, of this kind. */
    <P extends Pending> P end(long op, long index, Class<P> kind) throws HistoryException {
        Pending operation = pending.remove(op);
        if (!kind.isInstance(operation)) {
            throw new HistoryException(
                    "event %d: operation %d has not begun, has ended, or is another one"
                            .formatted(index, op));
        }
        return kind.cast(operation);
    }

    Collection<Pending> pending() {
        return pending.values();
    }

    MessageStream stream(String topic, MessageId message) {
        return streams.computeIfAbsent(
                new StreamName(message.publisher(), topic),
                name -> {
                    MessageStream stream =
                            new MessageStream(name.publisher(), TopicName.of(name.topic()));
                    streamList.add(stream);
                    return stream;
                });
    }

    /** The stream of a message that was sent; null if it never was. */
    @Nullable MessageStream known(String topic, MessageId message) {
        MessageStream stream = streams.get(new StreamName(message.publisher(), topic));
        return stream != null && stream.isKnown(message.sequence()) ? stream : null;
    }

    /** Notes that there is one more message, of this number. */
    void count(MessageStream stream, long sequence, long index)
            throws HistoryException, RecordTooLargeException {
        if (sequence > stream.size() + (long) MessageStream.GAP_LIMIT) {
            throw new HistoryException(
                    "event %d: message %s on %s is numbered far beyond those before it"
                            .formatted(index, stream.id(sequence), stream.topic()));
        }
        messages += Math.max(1, sequence + 1 - stream.size());
        if (messages > messagesLimit) {
            throw new RecordTooLargeException(messagesLimit);
        }
    }

    /** All streams on topics that match a filter. */
    List<MessageStream> streamsMatching(TopicFilter filter) {
        Matching known = matching.computeIfAbsent(filter.text(), _ -> new Matching());
        TopicFilter plain = filter.withoutShare();
        for (; known.seen < streamList.size(); known.seen++) {
            MessageStream stream = streamList.get(known.seen);
            if (plain.matches(stream.topic())) {
                known.found.add(stream);
            }
        }
        return known.found;
    }

    Group group(TopicFilter filter) {
        return groups.computeIfAbsent(filter.text(), Group::new);
    }

    Collection<Group> groups() {
        return groups.values();
    }

    RetainedTopic retained(String topic) {
        return retained.computeIfAbsent(topic, name -> new RetainedTopic(TopicName.of(name)));
    }

    Collection<RetainedTopic> retained() {
        return retained.values();
    }

    List<Reader> readers() {
        return readers;
    }

    void reached(Phase phase, long nanos) {
        phases.putIfAbsent(phase, nanos);
    }

    boolean hasReached(Phase phase) {
        return phases.containsKey(phase);
    }

    /** When a phase began, in nanoseconds; {@link Long#MAX_VALUE} if it did not. */
    long nanosOf(Phase phase) {
        return phases.getOrDefault(phase, Long.MAX_VALUE);
    }
}
