package io.skein.lab.target;

import org.jspecify.annotations.Nullable;

/** A target cannot be started; the message is fit to be shown to the user as it is. */
public final class TargetFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what went wrong, in words. */
    public TargetFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
