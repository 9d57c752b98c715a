package io.skein.server.balance;

/** Clients cannot be moved so; the message says why, for who asked. */
public final class OrderRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    OrderRefusedException(String message) {
        super(message);
    }
}
