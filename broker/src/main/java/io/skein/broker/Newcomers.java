package io.skein.broker;

import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Connections whose authentication is under way: refused when it takes too long. */
final class Newcomers {
    private final Timers timers;
    private final long patienceNanos;

    /** When each is refused; all have the same time, so the first is the next. */
    private final Map<Connection, Long> dueNanos = new LinkedHashMap<>();

    private boolean running;

    Newcomers(Timers timers, int secondsMaximum) {
        this.timers = timers;
        this.patienceNanos = secondsMaximum * 1_000_000_000L;
    }

    /** Its time begins, or goes on if it is here already. */
    void add(Connection connection, long nowNanos) {
        dueNanos.putIfAbsent(connection, nowNanos + patienceNanos);
        if (!running) {
            running = true;
            timers.at(nowNanos + patienceNanos, this::look);
        }
    }

    void remove(Connection connection) {
        dueNanos.remove(connection);
    }

    void refuseAll(ReasonCode reason, String explanation) {
        for (Connection connection : List.copyOf(dueNanos.keySet())) {
            connection.refuse(new Refusal(reason, explanation));
        }
    }

    private void look(long nowNanos) {
        running = false;
        while (!dueNanos.isEmpty()) {
            Map.Entry<Connection, Long> first = dueNanos.entrySet().iterator().next();
            if (first.getValue() > nowNanos) {
                running = true;
                timers.at(first.getValue(), this::look);
                return;
            }
            first.getKey() // takes it out of here
                    .refuse(new Refusal(ReasonCode.NOT_AUTHORIZED, "authentication took too long"));
        }
    }
}
