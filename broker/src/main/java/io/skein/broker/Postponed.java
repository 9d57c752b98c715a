package io.skein.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * Steps that nothing may follow before they are kept, and that MQTT has no answer to refuse with:
 * PUBREL of a client, the packet id or the PUBREC of a message to it, UNSUBSCRIBE. While the store
 * keeps nothing for the moment they wait, in their order, and the connections stay. There are no
 * more of them than packets of open connections wait for an answer.
 */
final class Postponed {
    private static final long RETRY_NANOS = 1_000_000_000L;

    private record Step(Connection connection, Runnable again) {}

    private final Broker broker;
    private final Timers timers;
    private List<Step> steps = new ArrayList<>(0);

    Postponed(Broker broker, Timers timers) {
        this.broker = broker;
        this.timers = timers;
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Takes a step again later, after all that wait already, if the connection still stands. */
    void add(Connection connection, Runnable again, long nowNanos) {
        steps.add(new Step(connection, again));
        if (steps.size() == 1) {
            timers.at(nowNanos + RETRY_NANOS, this::tryAgain);
        }
    }

    private void tryAgain(long nowNanos) {
        steps.removeIf(step -> step.connection().isClosed());
        if (!steps.isEmpty() && broker.notServing() != null) {
            timers.at(nowNanos + RETRY_NANOS, this::tryAgain);
            return;
        }
        List<Step> due = steps;
        steps = new ArrayList<>(0);
        due.forEach(step -> step.again().run());
    }
}
