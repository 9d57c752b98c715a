package io.skein.mqtt.codec;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no packet the specification allows: the connection has to be closed
 * ([MQTT-4.8.0-1], [MQTT-4.13.1-1]). The message says what was wrong and where, and quotes the peer
 * only in a short, printable form. Cheap to throw: it has no stack trace.
 */
public final class MqttCodecException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final @Nullable ProtocolVersion answerVersion;

    MqttCodecException(ReasonCode reason, @Nullable ProtocolVersion answerVersion, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.answerVersion = answerVersion;
    }

    /** The reason code of MQTT 5 for what was wrong, 0x80 or above. */
    public ReasonCode reason() {
        return reason;
    }

    /**
     * The version in which the peer may be told {@link #reason()} (in a CONNACK before the
     * connection was accepted, in a DISCONNECT afterwards), or null where the bytes do not show
     * that it speaks MQTT. With {@link ReasonCode#UNSUPPORTED_PROTOCOL_VERSION} it is the version
     * nearest to the one asked for, so that encoding a CONNACK in it gives the answer the
     * specification wants ([MQTT-3.1.2-2]: return code 1 in MQTT 3).
     */
    public @Nullable ProtocolVersion answerVersion() {
        return answerVersion;
    }
}
