package io.skein.lab.check;

import io.skein.lab.history.Closing;
import io.skein.lab.history.Phase;
import io.skein.lab.history.WillMessage;
import io.skein.mqtt.QoS;
import java.util.List;

/**
 * Wills. One is due when its connection broke without DISCONNECT and early enough before the
 * drain's end, and is not when DISCONNECT surely reached the broker. Everything between is unknown:
 * whether a DISCONNECT got through while a fault held, or whether the client came back within the
 * delay.
 */
final class WillCheck {
    private static final long SECOND = 1_000_000_000L;

    private enum Fate {
        DUE,
        DISCARDED,
        UNKNOWN
    }

    private final RunState run;
    private final long endNanos;

    /** The check of a record whose drain ends at this time. */
    WillCheck(RunState run, long endNanos) {
        this.run = run;
        this.endNanos = endNanos;
    }

    void end() {
        for (Connection connection : run.connections()) {
            WillMessage will = connection.will();
            if (will == null || connection.connected() < 0) {
                continue;
            }
            switch (fate(connection, will)) {
                case DUE -> due(connection, will);
                case DISCARDED -> undue(connection, Long.MAX_VALUE);
                case UNKNOWN -> undue(connection, connection.provedAt());
            }
        }
    }

    private Fate fate(Connection connection, WillMessage will) {
        if (connection.closing() == null) {
            return Fate.UNKNOWN;
        }
        if (connection.discardsWill()) {
            return isSurelyDiscarded(connection) ? Fate.DISCARDED : Fate.UNKNOWN;
        }
        long delay = SECOND * Math.min(will.delaySeconds(), connection.expirySeconds());
        long closed = connection.closedNanos();
        long firesAt = closed + delay + SECOND;
        if (!run.faults().quiet(closed - SECOND, firesAt)) {
            // It may be noticed by its silence alone, and by a node that had stopped itself.
            long keepAlive = connection.connect().keepAliveSeconds() * SECOND;
            long healed = run.nanosOf(Phase.HEALED);
            if (keepAlive == 0 || healed == Long.MAX_VALUE) {
                return Fate.UNKNOWN;
            }
            firesAt = Math.max(closed, healed) + keepAlive * 3 / 2 + delay + SECOND;
        }
        boolean backInTime = delay > 0 && connection.followedNanos() < firesAt;
        return firesAt < endNanos && !backInTime ? Fate.DUE : Fate.UNKNOWN;
    }

    /** Whether the broker read the DISCONNECT before anything else could end the connection. */
    private boolean isSurelyDiscarded(Connection connection) {
        long settled = connection.closedNanos() + SECOND;
        return connection.closing() == Closing.DISCONNECTED
                && connection.followedNanos() > settled
                && run.faults().quiet(connection.disconnectedNanos() - SECOND, settled);
    }

    private void due(Connection connection, WillMessage will) {
        undue(connection, connection.provedAt());
        run.findings().checked(Promise.P8);
        if (will.qos() == QoS.AT_MOST_ONCE) {
            return;
        }
        MessageStream stream = run.stream(will.topic(), will.message());
        long sequence = will.message().sequence();
        for (Session session : run.sessions()) {
            if (!session.isConnected()) {
                continue;
            }
            List<Subscription> owed =
                    session.matching(stream).stream()
                            .filter(each ->
                                    each.isCertain()
                                            && !each.isShared()
                                            && !each.noLocal()
                                            && each.certainSince() < connection.invoked())
                            .toList();
            Reception reception = session.reception(stream);
            if (!owed.isEmpty() && (reception == null || !reception.came(sequence))) {
                run.findings()
                        .add(
                                Anomaly.WILL_LOST,
                                connection.closedNanos(),
                                () ->
                                        "the will of connection %d of %s on %s never came to %s"
                                                .formatted(
                                                        connection.number(),
                                                        connection.client().id(),
                                                        will.topic(),
                                                        session.client().id()),
                                () ->
                                        Evidence.of(
                                                stream,
                                                sequence,
                                                session.client(),
                                                connection.connected(),
                                                connection.closed(),
                                                owed.getFirst().certainSince()));
            }
        }
    }

    /** The will must not come before this event. */
    private void undue(Connection connection, long before) {
        long seen = connection.willSeen();
        if (connection.closed() >= 0 || seen >= 0) {
            run.findings().checked(Promise.P8);
        }
        if (seen >= 0 && seen < before) {
            WillMessage will = connection.will();
            run.findings()
                    .add(
                            Anomaly.WILL_UNDUE,
                            connection.disconnected() < 0
                                    ? connection.closedNanos()
                                    : connection.disconnectedNanos(),
                            () ->
                                    "the will of connection %d of %s on %s came, and the connection had %s"
                                            .formatted(
                                                    connection.number(),
                                                    connection.client().id(),
                                                    will == null ? "" : will.topic(),
                                                    connection.disconnected() < 0
                                                            ? "not ended: it was served later"
                                                            : "ended with DISCONNECT"),
                            () ->
                                    Evidence.of(
                                            connection.invoked(),
                                            connection.disconnected(),
                                            connection.closed(),
                                            seen));
        }
    }
}
