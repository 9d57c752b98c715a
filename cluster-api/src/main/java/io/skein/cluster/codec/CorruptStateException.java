package io.skein.cluster.codec;

/**
 * Bytes that are not what a {@link StateWriter} writes; the message says what is wrong with them.
 */
public final class CorruptStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception that says what is wrong. */
    public CorruptStateException(String message) {
        super(message);
    }

    /** An exception for a value that was read and that its type does not allow. */
    public CorruptStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
