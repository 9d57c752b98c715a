package io.skein.lab.failover;

import io.skein.lab.history.Entry;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryReader;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Reads the figures of one repetition from its record. A client belongs to the node it connected to
 * first; a message is due to whoever is subscribed to its topic, which every subscriber was before
 * the first message left. Not thread-safe.
 */
final class Reckoning {
    private static final long NOT_YET = Long.MAX_VALUE;

    private final Map<String, Participant> participants = new LinkedHashMap<>();
    private final Map<Long, Participant> connections = new HashMap<>();
    private final Map<Long, Sent> underWay = new HashMap<>();
    private final List<Sent> answered = new ArrayList<>();
    private String lostNode = "";
    private long faultNanos = NOT_YET;
    private long undoingNanos = NOT_YET;
    private long readyNanos = NOT_YET;
    private long endNanos;
    private long published;
    private long unanswered;

    /** A message, and when its answer came. */
    private record Sent(
            Participant from, String topic, MessageId message, long atNanos, long answeredNanos) {
        Sent answered(long nanos) {
            return new Sent(from, topic, message, atNanos, nanos);
        }

        long waitNanos() {
            return answeredNanos - atNanos;
        }
    }

    /**
     * The figures of a record.
     *
     * @param record a file or a folder
     * @throws IOException if it cannot be read
     */
    static Figures of(Path record) throws IOException {
        Reckoning reckoning = new Reckoning();
        try (HistoryReader reader = HistoryReader.open(record)) {
            for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
                reckoning.take(entry);
            }
        }
        return reckoning.figures();
    }

    private void take(Entry entry) {
        long nanos = entry.nanos();
        endNanos = nanos;
        switch (entry.event()) {
            case Event.Connect e ->
                    connections.put(
                            e.op(),
                            participants.computeIfAbsent(
                                    e.client(), _ -> new Participant(e.node())));
            case Event.Connected e ->
                    of(e.op()).connected(nanos, e.sessionPresent(), nanos >= faultNanos);
            case Event.Subscribe e -> of(e.connection()).subscribes(e.filter(), nanos);
            case Event.Publish e -> publish(e, nanos);
            case Event.Published e -> answer(e.op(), nanos);
            case Event.Failed e -> giveUp(e.op());
            case Event.Unknown e -> giveUp(e.op());
            case Event.Received e -> received(e, nanos);
            case Event.FaultBegun e -> {
                lostNode = e.node();
                faultNanos = nanos;
            }
            case Event.Reached e -> reached(e.phase(), nanos);
            case Event.Start _,
                    Event.Disconnect _,
                    Event.Closed _,
                    Event.Subscribed _,
                    Event.Unsubscribe _,
                    Event.Unsubscribed _,
                    Event.Acknowledged _,
                    Event.FaultEnded _ -> {
                // says nothing of how long anybody waited
            }
        }
    }

    private Participant of(long connection) {
        Participant participant = connections.get(connection);
        if (participant == null) {
            throw new IllegalStateException("connection " + connection + " never began");
        }
        return participant;
    }

    private void publish(Event.Publish e, long nanos) {
        MessageId message = e.message();
        if (message != null) {
            published++;
            underWay.put(e.op(), new Sent(of(e.connection()), e.topic(), message, nanos, NOT_YET));
        }
    }

    private void answer(long op, long nanos) {
        Sent sent = underWay.remove(op);
        if (sent != null) {
            answered.add(sent.answered(nanos));
        }
    }

    private void giveUp(long op) {
        if (underWay.remove(op) != null) {
            unanswered++;
        }
    }

    private void received(Event.Received e, long nanos) {
        MessageId message = e.message();
        if (message != null) {
            of(e.connection()).received(message, nanos, faultNanos, undoingNanos);
        }
    }

    private void reached(Phase phase, long nanos) {
        switch (phase) {
            case UNDOING -> undoingNanos = nanos;
            case HEALED -> readyNanos = nanos;
            case DRAIN_BEGIN, DRAIN_END, END -> {
                // what arrives then was due before
            }
        }
    }

    private Figures figures() {
        Map<Figure, Double> millis = new EnumMap<>(Figure.class);
        List<Participant> hit =
                subscribers().stream().filter(each -> each.home().equals(lostNode)).toList();
        put(
                millis,
                Figure.OUTAGE,
                hit.stream().mapToLong(each -> each.silenceNanos(undoingNanos, endNanos)));
        put(
                millis,
                Figure.RECONNECTED,
                hit.stream()
                        .map(Participant::backNanos)
                        .filter(OptionalLong::isPresent)
                        .mapToLong(back -> back.getAsLong() - faultNanos));
        put(millis, Figure.CALM_WAIT, waits(each -> each.answeredNanos < faultNanos));
        put(millis, Figure.DEPENDENT_WAIT, waits(each -> isElsewhere(each) && isForTheLost(each)));
        put(
                millis,
                Figure.INDEPENDENT_WAIT,
                waits(each -> isElsewhere(each) && !isForTheLost(each)));
        put(millis, Figure.RETURN_WAIT, waits(each -> each.atNanos >= undoingNanos));
        if (readyNanos != NOT_YET) {
            millis.put(Figure.READY, (readyNanos - undoingNanos) / 1e6);
        }
        return new Figures(lostNode, millis, counts());
    }

    private static void put(Map<Figure, Double> millis, Figure figure, LongStream nanos) {
        nanos.max().ifPresent(longest -> millis.put(figure, longest / 1e6));
    }

    private LongStream waits(Predicate<Sent> which) {
        return answered.stream().filter(which).mapToLong(Sent::waitNanos);
    }

    /** Whether it was under way while the node was lost, from a client of another node. */
    private boolean isElsewhere(Sent sent) {
        return sent.answeredNanos >= faultNanos
                && sent.atNanos < undoingNanos
                && !sent.from.home().equals(lostNode);
    }

    private boolean isForTheLost(Sent sent) {
        return subscribers().stream()
                .anyMatch(each -> each.wants(sent.topic) && each.home().equals(lostNode));
    }

    private List<Participant> subscribers() {
        return participants.values().stream().filter(Participant::isSubscriber).toList();
    }

    private Figures.Counts counts() {
        long lost = 0;
        for (Sent sent : answered) {
            lost +=
                    subscribers().stream()
                            .filter(each -> each.wants(sent.topic) && !each.has(sent.message))
                            .count();
        }
        return new Figures.Counts(
                published,
                answered.size(),
                unanswered + underWay.size(),
                participants.values().stream().mapToLong(Participant::receptions).sum(),
                lost,
                participants.values().stream().mapToLong(Participant::duplicates).sum(),
                participants.values().stream().mapToLong(Participant::sessionsLost).sum());
    }
}
