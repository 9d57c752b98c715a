package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Joins the completions of several parts: complete when all are, refused if one was. Lives on the
 * loop, but for {@link #part} which may be completed by any thread.
 */
final class Outcome implements Completion {
    private final Post post;
    private final Completion done;
    private int open = 1;
    private @Nullable Refusal refusal;

    /** Open until its own {@link #complete} and those of all parts were called. */
    Outcome(Post post, Completion done) {
        this.post = post;
        this.done = done;
    }

    /** One more call of {@link #complete} is awaited. */
    Outcome more() {
        open++;
        return this;
    }

    /** One more part, which may be completed by any thread. */
    Completion part() {
        open++;
        return outcome -> post.loop().execute(() -> complete(outcome));
    }

    @Override
    public void complete(@Nullable Refusal outcome) {
        if (outcome != null) {
            refusal = refusal == null ? outcome : refusal.and(outcome);
        }
        if (--open == 0) {
            done.complete(refusal);
        }
    }
}
