package io.skein.server.admin;

/** A request that cannot be answered as asked: an HTTP status of 400 and above, and why. */
final class RequestFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RequestFault(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
