package io.skein.lab.chaos;

import io.skein.lab.client.MqttClient;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one client wants to be subscribed to, and what it is, as far as it knows. One request at a
 * time for each filter. Only on the client's event loop.
 */
final class Subscriptions {
    private final HistoryWriter history;
    private final ChaosCounts counts;
    private final Map<String, QoS> wanted = new LinkedHashMap<>();
    private final Map<String, State> known = new HashMap<>();

    private enum State {
        SUBSCRIBED,
        /** A request is under way. */
        ASKED,
        /** A request had no answer. */
        UNKNOWN,
        /** The broker said no, and is not asked again on this connection. */
        REFUSED
    }

    Subscriptions(HistoryWriter history, ChaosCounts counts, List<ClientPlan.Filter> always) {
        this.history = history;
        this.counts = counts;
        always.forEach(filter -> wanted.put(filter.filter(), filter.qos()));
    }

    void want(String filter, QoS qos) {
        wanted.put(filter, qos);
    }

    void unwant(String filter) {
        wanted.remove(filter);
    }

    /** The broker has no session: there are no subscriptions. */
    void forget() {
        known.clear();
    }

    /** The connection is gone, and with it the answers to come. */
    void disconnected() {
        known.replaceAll((_, state) -> state == State.ASKED ? State.UNKNOWN : state);
        known.values().removeIf(state -> state == State.REFUSED);
    }

    /** Whether everything wanted is there, or refused, and nothing else. */
    boolean isSettled() {
        return known.keySet().equals(wanted.keySet())
                && known.values().stream()
                        .allMatch(state -> state == State.SUBSCRIBED || state == State.REFUSED);
    }

    /**
     * Asks for what is missing and ends what is too much.
     *
     * @param connection its number in the record
     * @param answered runs after each answer
     */
    void reconcile(MqttClient client, long connection, Runnable answered) {
        wanted.forEach((filter, qos) -> {
            State state = known.get(filter);
            if (state == null || state == State.UNKNOWN) {
                subscribe(client, connection, filter, qos, answered);
            }
        });
        for (String filter : List.copyOf(known.keySet())) {
            State state = known.get(filter);
            if (!wanted.containsKey(filter)
                    && (state == State.SUBSCRIBED || state == State.UNKNOWN)) {
                unsubscribe(client, connection, filter, answered);
            }
        }
        known.entrySet()
                .removeIf(entry ->
                        entry.getValue() == State.REFUSED && !wanted.containsKey(entry.getKey()));
    }

    private void subscribe(
            MqttClient client, long connection, String filter, QoS qos, Runnable answered) {
        long op = history.nextOperation();
        known.put(filter, State.ASKED);
        history.record(new Event.Subscribe(op, connection, filter, qos, false, false, 0, 0));
        client.subscribe(List.of(new Subscription(TopicFilter.of(filter), qos)), Properties.EMPTY)
                .whenComplete((answer, failure) -> {
                    if (answer == null) {
                        lost(filter, op, failure);
                        return;
                    }
                    ReasonCode reason = answer.reasons().getFirst();
                    if (reason.isError()) {
                        known.put(filter, State.REFUSED);
                        refused(op, reason);
                    } else {
                        known.put(filter, State.SUBSCRIBED);
                        history.record(new Event.Subscribed(op, QoS.of(reason.value())));
                    }
                    answered.run();
                });
    }

    private void unsubscribe(MqttClient client, long connection, String filter, Runnable answered) {
        long op = history.nextOperation();
        known.put(filter, State.ASKED);
        history.record(new Event.Unsubscribe(op, connection, filter));
        client.unsubscribe(List.of(TopicFilter.of(filter)), Properties.EMPTY)
                .whenComplete((answer, failure) -> {
                    if (answer == null) {
                        lost(filter, op, failure);
                        return;
                    }
                    ReasonCode reason =
                            answer.reasons().isEmpty()
                                    ? ReasonCode.SUCCESS
                                    : answer.reasons().getFirst();
                    if (reason.isError()) {
                        known.put(filter, State.REFUSED);
                        refused(op, reason);
                    } else {
                        known.remove(filter);
                        history.record(new Event.Unsubscribed(op, reason.value()));
                    }
                    answered.run();
                });
    }

    private void lost(String filter, long op, Throwable failure) {
        known.put(filter, State.UNKNOWN);
        counts.unknown.increment();
        history.record(new Event.Unknown(op, String.valueOf(failure.getMessage())));
    }

    private void refused(long op, ReasonCode reason) {
        counts.failed.increment();
        history.record(new Event.Failed(op, reason.value(), ""));
    }
}
