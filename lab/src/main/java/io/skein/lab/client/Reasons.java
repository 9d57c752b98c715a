package io.skein.lab.client;

import io.skein.mqtt.ReasonCode;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/** Reason codes and exceptions in words that can be shown to a user. */
public final class Reasons {
    private static final List<String> CONNECT_ERRORS =
            List.of("Connection refused", "No route to host", "Network is unreachable");

    private Reasons() {}

    /** For example {@code not authorized (0x87)}. */
    public static String inWords(ReasonCode reason) {
        return "%s (0x%02X)"
                .formatted(
                        reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), reason.value());
    }

    /** The message of an exception without the names of classes. */
    public static String inWords(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "unknown host";
        }
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        if (cause instanceof ConnectException) {
            // Netty's is "finishConnect(..) failed with error(-111): Connection refused:
            // /host:port".
            for (String known : CONNECT_ERRORS) {
                if (message.contains(known)) {
                    return known;
                }
            }
        }
        return message;
    }
}
