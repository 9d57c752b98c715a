package io.skein.lab.shell;

import io.skein.lab.client.ConnectFailedException;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;

/**
 * What the commands return, as scripts written for {@code mosquitto_pub} and {@code _sub} expect.
 */
public final class ExitCodes {
    /** Done. */
    public static final int OK = 0;

    /** Something failed; it was said on the error stream. */
    public static final int FAILED = 1;

    /** {@code sub -W}: the time was up. */
    public static final int TIMED_OUT = 27;

    /** Ended by Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private ExitCodes() {}

    /** A refused CONNECT gives its return code (MQTT 3: 1 to 5) or reason code (MQTT 5). */
    static int of(ConnectFailedException failure, ProtocolVersion version) {
        ReasonCode reason = failure.reason();
        if (reason == null || failure.kind() != ConnectFailedException.Kind.REFUSED) {
            return FAILED;
        }
        if (version == ProtocolVersion.MQTT_5) {
            return reason.value();
        }
        return switch (reason) {
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case SERVER_UNAVAILABLE -> 3;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            default -> 5;
        };
    }
}
