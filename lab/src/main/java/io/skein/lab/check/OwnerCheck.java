package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;

/**
 * One live connection per client id: what was asked on a connection after a later one had been
 * accepted must not be answered. When CONNECTs overlap, either connection may stay, but not both.
 */
final class OwnerCheck {
    private final RunState run;

    OwnerCheck(RunState run) {
        this.run = run;
    }

    /** CONNACK came for a connection. */
    void accepted(Connection connection, long index) {
        run.findings().checked(Promise.P5);
        for (Connection other : connection.client().open()) {
            if (other.connected() < connection.invoked()) {
                other.superseded(index);
                run.counts().add(Count.TAKEOVERS);
            } else {
                Contest contest = new Contest(other, connection, index);
                other.contests().add(contest);
                connection.contests().add(contest);
            }
        }
        connection.client().open().add(connection);
    }

    /** The broker answered, at one event, what had been asked on a connection at an earlier one. */
    void served(Connection connection, long asked, long index, long nanos) {
        if (asked > connection.supersededAt()) {
            found(connection, connection.supersededAt(), index, nanos);
            connection.contests().clear();
        }
        for (Contest contest : connection.contests()) {
            if (contest.served(connection, asked)) {
                found(connection, contest.rivalOf(connection).connected(), index, nanos);
            }
        }
    }

    private void found(Connection connection, long rivalAccepted, long index, long nanos) {
        run.findings()
                .add(
                        Anomaly.TWO_OWNERS,
                        nanos,
                        () ->
                                "connection %d of %s was served after another one had been accepted"
                                        .formatted(connection.number(), connection.client().id()),
                        () -> Evidence.of(connection.connected(), rivalAccepted, index));
    }
}
