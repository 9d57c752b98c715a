package io.skein.cluster;

import org.jspecify.annotations.Nullable;

/** Told once how an asynchronous call ended. Must not block and must not throw. */
@FunctionalInterface
public interface Completion {
    /** A completion for callers that promised nothing, QoS 0 for one. */
    Completion IGNORED = refusal -> {};

    /** Called with null when the promise holds, with the reason when it does not. */
    void complete(@Nullable Refusal refusal);
}
