package io.skein.lab.check;

import io.skein.lab.history.MessageId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A subscription that was made when nothing was published any more: it shows what is retained. */
final class Reader {
    /**
     * What it got.
     *
     * @param index of the event
     */
    record Value(MessageId message, long index) {}

    private final Subscription subscription;
    private final Connection connection;
    private final long invoked;
    private final Map<String, Value> values = new HashMap<>();
    private boolean granted;

    Reader(Subscription subscription, Connection connection, long invoked) {
        this.subscription = subscription;
        this.connection = connection;
        this.invoked = invoked;
    }

    Subscription subscription() {
        return subscription;
    }

    /** The index of its SUBSCRIBE. */
    long invoked() {
        return invoked;
    }

    void grant() {
        granted = true;
    }

    void got(String topic, MessageId message, long index) {
        values.put(topic, new Value(message, index));
    }

    /** What it got on a topic, or null. */
    @Nullable Value value(String topic) {
        return values.get(topic);
    }

    /** Whether it was granted and stayed, so that it got everything that is retained. */
    boolean isWhole() {
        return granted && connection.isOpen();
    }
}
