package io.skein.cli.up;

/**
 * A local cluster did not come about; the message is fit to be shown to the user as it is: what was
 * wrong, where, and what to do.
 */
public final class ClusterFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ClusterFailedException(String message) {
        super(message);
    }
}
