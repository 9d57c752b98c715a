package io.skein.server.tls;

/** TLS cannot be set up as it was asked for; the message says what is wrong and what to do. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
