package io.skein.mqtt.codec;

import io.skein.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** The CONNACK return codes of MQTT 3 (table 3.1 of 3.1.1) and the reason codes they stand for. */
final class ConnectReturnCode {
    static final int NONE_FITS = -1;

    private ConnectReturnCode() {}

    /** The return code for a reason, or {@link #NONE_FITS}. */
    static int of(ReasonCode reason) {
        return switch (reason) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    SERVER_SHUTTING_DOWN,
                    QUOTA_EXCEEDED,
                    CONNECTION_RATE_EXCEEDED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED ->
                    3;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED, BANNED -> 5;
            default -> NONE_FITS; // [MQTT-3.2.2-6] of 3.1.1
        };
    }

    /** The reason for a return code, or null where MQTT 3 defines no such code. */
    static @Nullable ReasonCode reason(int returnCode) {
        return switch (returnCode) {
            case 0 -> ReasonCode.SUCCESS;
            case 1 -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> ReasonCode.SERVER_UNAVAILABLE;
            case 4 -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case 5 -> ReasonCode.NOT_AUTHORIZED;
            default -> null;
        };
    }
}
