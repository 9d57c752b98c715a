package io.skein.broker;

import io.skein.cluster.Refusal;
import org.jspecify.annotations.Nullable;

/** What is to happen once the changes of a turn are kept by the store, or were refused. */
@FunctionalInterface
interface Effect {
    /** Runs on the shard's thread. */
    void run(@Nullable Refusal refusal, long nowNanos);
}
