package io.skein.lab.load;

import org.jspecify.annotations.Nullable;

/** A load could not begin; the message says why and is fit to be shown as it is. */
public class LoadFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a message for the user. */
    public LoadFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
