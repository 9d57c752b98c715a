package io.skein.lab.chaos;

/** A run that cannot be, or could not go on; the message is fit to be shown. */
public final class ChaosFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ChaosFailedException(String message) {
        super(message);
    }
}
