package io.skein.cluster.link;

import io.skein.cluster.Refusal;
import org.jspecify.annotations.Nullable;

/** Told once, on the loop, what became of a frame. Must not block and must not throw. */
public interface LinkCompletion {
    /** For frames whose fate is of no interest. */
    LinkCompletion IGNORED =
            new LinkCompletion() {
                @Override
                public void answered(@Nullable Refusal refusal) {}

                @Override
                public void lost() {}
            };

    /** The peer completed it: null, or why it refused. */
    void answered(@Nullable Refusal refusal);

    /**
     * The peer was {@linkplain NodeLinks#remove removed} before it answered. It may have taken the
     * frame in or not.
     */
    void lost();
}
