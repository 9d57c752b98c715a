package io.skein.lab.client;

import io.skein.mqtt.ReasonCode;

/** The broker sent what MQTT does not allow: the connection has to end. */
final class MqttViolation extends Exception {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    MqttViolation(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    ReasonCode reason() {
        return reason;
    }
}
