package io.skein.lab.client;

import io.skein.mqtt.ReasonCode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why no connection came about; the message is fit to be shown to the user as it is. */
public final class ConnectFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kept the connection from coming about. */
    public enum Kind {
        /** No TCP (or TLS) connection: unknown host, nothing listens, no route. */
        UNREACHABLE,
        /** The broker answered CONNECT with a reason code that says no. */
        REFUSED,
        /** Nothing answered in time. */
        TIMED_OUT,
        /** The other side closed the connection before CONNACK, or does not speak MQTT. */
        NO_BROKER
    }

    private final Kind kind;
    private final @Nullable ReasonCode reason;

    ConnectFailedException(
            Kind kind, @Nullable ReasonCode reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.reason = reason;
    }

    /** What kept the connection from coming about. */
    public Kind kind() {
        return kind;
    }

    /** The broker's reason code where it {@link Kind#REFUSED}; null otherwise. */
    public @Nullable ReasonCode reason() {
        return reason;
    }
}
