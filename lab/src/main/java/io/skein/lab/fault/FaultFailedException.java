package io.skein.lab.fault;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A fault that could not be made, did not show, or could not be undone, or a node that did not come
 * back; the message is fit to be shown to the user as it is.
 */
public final class FaultFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FaultFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** With what is wrong, in words. */
    public FaultFailedException(String message) {
        this(message, null);
    }
}
