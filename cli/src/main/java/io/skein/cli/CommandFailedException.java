package io.skein.cli;

/** What was asked for could not be done; the message says what was wrong, where, and what to do. */
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message) {
        super(message);
    }
}
