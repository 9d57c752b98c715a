package io.skein.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * Closes connections whose client has been silent for one and a half times its keep alive
 * ([MQTT-3.1.2-22]), and those whose credentials are over. Looks at all of them once a second:
 * cheaper than a timer that moves with every packet.
 */
final class KeepAlive {
    private static final long PERIOD_NANOS = 1_000_000_000L;

    private final Timers timers;
    private final List<Connection> watched = new ArrayList<>();
    private boolean running;

    KeepAlive(Timers timers) {
        this.timers = timers;
    }

    /** No effect if it is watched already. */
    void watch(Connection connection, long nowNanos) {
        if (connection.keepAlivePlace >= 0) {
            return;
        }
        connection.keepAlivePlace = watched.size();
        watched.add(connection);
        if (!running) {
            running = true;
            timers.at(nowNanos + PERIOD_NANOS, this::look);
        }
    }

    void unwatch(Connection connection) {
        int place = connection.keepAlivePlace;
        if (place < 0) {
            return;
        }
        Connection last = watched.removeLast();
        if (last != connection) {
            watched.set(place, last);
            last.keepAlivePlace = place;
        }
        connection.keepAlivePlace = -1;
    }

    private void look(long nowNanos) {
        for (int i = watched.size() - 1; i >= 0; i--) { // closing one moves the last to its place
            watched.get(i).checkTime(nowNanos);
        }
        running = !watched.isEmpty();
        if (running) {
            timers.at(nowNanos + PERIOD_NANOS, this::look);
        }
    }
}
