package io.skein.lab.history;

/** Who ended a connection, as the client saw it. */
public enum Closing {
    /** The client, after it had written DISCONNECT. */
    DISCONNECTED,

    /** The client, without DISCONNECT, as a crash would. */
    ABORTED,

    /** The broker, with a DISCONNECT (MQTT 5). */
    BY_BROKER,

    /** It was closed or reset without a word, or was silent for a keep alive. */
    LOST,

    /** The client, because the broker sent what MQTT does not allow. */
    PROTOCOL_ERROR
}
