package io.skein.lab.client;

import io.skein.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended.
 *
 * @param kind who ended it, and how
 * @param reason the reason code of a DISCONNECT that came or went, or null
 * @param message in words, fit to be shown
 */
public record ConnectionLoss(Kind kind, @Nullable ReasonCode reason, String message) {
    /** Who ended a connection. */
    public enum Kind {
        /** This client, by {@link MqttClient#disconnect} or {@link MqttClient#abort}. */
        CLOSED_BY_CLIENT,
        /** The broker sent DISCONNECT (MQTT 5). */
        DISCONNECTED_BY_BROKER,
        /** The connection was closed or reset without a word. */
        LOST,
        /** No PINGRESP came within the keep alive. */
        KEEP_ALIVE_TIMEOUT,
        /** The broker sent what MQTT does not allow. */
        PROTOCOL_ERROR
    }

    /** Whether this client asked for the end. */
    public boolean wanted() {
        return kind == Kind.CLOSED_BY_CLIENT;
    }
}
