package io.skein.cluster;

/** Carries a {@link Refusal} through a {@link java.util.concurrent.CompletionStage}. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    /** An exception without a stack trace: a refusal is an outcome, not a fault in the program. */
    public RefusedException(Refusal refusal) {
        super(refusal.explanation(), null, false, false);
        this.refusal = refusal;
    }

    /** What was refused and why. */
    public Refusal refusal() {
        return refusal;
    }
}
