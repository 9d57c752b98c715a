package io.skein.server.net;

/** A client broke the rules of WebSocket; the connection ends with this status. */
final class WebSocketViolation extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    WebSocketViolation(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** As RFC 6455 section 7.4 numbers it. */
    int status() {
        return status;
    }
}
