package io.skein.cluster.redis;

import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import java.util.concurrent.CompletionException;

/** What went wrong with Redis, as a refusal. */
final class Refusals {
    private Refusals() {}

    static Refusal of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof RefusedException refused
                ? refused.refusal()
                : Refusal.unavailable("Redis: " + cause.getMessage());
    }
}
