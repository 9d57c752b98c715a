package io.skein.server.security.login;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An end to waiting for a whole answer. The JDK's HttpClient counts only until the headers are
 * here: a service that sends them and then nothing would be waited for without end.
 */
public final class Deadline {
    private Deadline() {}

    /**
     * What was asked, or a {@link java.util.concurrent.TimeoutException} after this time; the
     * question is cancelled then, and its connection closed.
     */
    public static <T> CompletableFuture<T> of(Duration time, CompletableFuture<T> asked) {
        return asked.copy()
                .orTimeout(time.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, _) -> asked.cancel(true));
    }
}
