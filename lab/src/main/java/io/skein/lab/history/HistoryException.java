package io.skein.lab.history;

import java.io.IOException;

/** A record that is not one: the message says where and why. */
public final class HistoryException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong, in words. */
    public HistoryException(String message) {
        super(message);
    }
}
