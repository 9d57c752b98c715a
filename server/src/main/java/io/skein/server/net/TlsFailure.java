package io.skein.server.net;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Why a TLS handshake failed, for the log: what the client sent is not repeated there. */
final class TlsFailure {
    private static final int LENGTH_MAXIMUM = 200;

    private TlsFailure() {}

    static String inWords(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> "no TLS";
            case NotSslRecordException _ -> "it does not speak TLS";
            case ClosedChannelException _ -> "it went away in the TLS handshake";
            default -> {
                Throwable deepest = cause; // the others only say that there is a problem
                while (deepest.getCause() != null) {
                    deepest = deepest.getCause();
                }
                String message = String.valueOf(deepest.getMessage()).replaceAll("\\p{Cntrl}", " ");
                yield "TLS: " + message.substring(0, Math.min(message.length(), LENGTH_MAXIMUM));
            }
        };
    }
}
