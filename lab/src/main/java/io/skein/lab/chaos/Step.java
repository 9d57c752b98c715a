package io.skein.lab.chaos;

import io.skein.mqtt.QoS;

/** One thing that a client does, at an instant counted from the begin of the run. */
sealed interface Step {
    /** When it is due; a client that cannot do it then, because it is not connected, leaves it. */
    long atNanos();

    /** Publishes the next message of this client on a topic. */
    record Publish(long atNanos, String topic, QoS qos, boolean retain) implements Step {}

    /** Adds a subscription. */
    record Subscribe(long atNanos, String filter, QoS qos) implements Step {}

    /** Ends a subscription. */
    record Unsubscribe(long atNanos, String filter) implements Step {}

    /**
     * Leaves its connection and connects again.
     *
     * @param node where to, counted from 0
     * @param pauseNanos time between
     */
    record Move(long atNanos, Leaving how, int node, long pauseNanos) implements Step {}

    /** How a client leaves a connection. */
    enum Leaving {
        /** With DISCONNECT: no will. */
        DISCONNECT,
        /** It closes the socket without a word. */
        CUT,
        /** It leaves the connection open, and connects beside it. */
        ABANDON
    }
}
