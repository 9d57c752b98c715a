package io.skein.lab.check;

/** Answers of the broker: signs that it serves a connection. */
final class Service {
    private final OwnerCheck owners;
    private final Availability availability;

    Service(OwnerCheck owners, Availability availability) {
        this.owners = owners;
        this.availability = availability;
    }

    /** An operation was answered on a connection. */
    void answered(Connection connection, Pending begun, long index, long nanos) {
        connection.proved(begun.invoked());
        Session session = connection.session();
        if (session != null) {
            session.aliveAt(begun.nanos());
        }
        owners.served(connection, begun.invoked(), index, nanos);
        availability.served(connection.client(), nanos);
    }

    /** A message that was sent at an earlier event came on a connection. */
    void delivered(Connection connection, long sent, long index, long nanos) {
        owners.served(connection, sent, index, nanos);
        availability.served(connection.client(), nanos);
    }
}
