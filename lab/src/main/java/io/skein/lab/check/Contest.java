package io.skein.lab.check;

/** Two connections of one client id whose CONNECTs overlapped: either may be the newer one. */
final class Contest {
    private final Connection one;
    private final Connection other;
    private final long since;
    private boolean oneServed;
    private boolean otherServed;

    /** A contest in which both had been accepted at this event. */
    Contest(Connection one, Connection other, long since) {
        this.one = one;
        this.other = other;
        this.since = since;
    }

    /**
     * A connection was served with what was asked at this event.
     *
     * @return whether that shows that both are
     */
    boolean served(Connection connection, long asked) {
        if (asked <= since || (oneServed && otherServed)) {
            return false;
        }
        oneServed |= connection == one;
        otherServed |= connection == other;
        return oneServed && otherServed;
    }

    Connection rivalOf(Connection connection) {
        return connection == one ? other : one;
    }
}
