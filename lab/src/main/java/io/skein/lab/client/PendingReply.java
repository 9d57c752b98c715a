package io.skein.lab.client;

import java.util.concurrent.CompletableFuture;

/** A request that one packet answers: SUBACK, UNSUBACK or PINGRESP. */
final class PendingReply<T> {
    private final CompletableFuture<T> future;

    PendingReply(CompletableFuture<T> future) {
        this.future = future;
    }

    void complete(T answer) {
        future.complete(answer);
    }

    void fail(ConnectionLoss loss) {
        future.completeExceptionally(new ConnectionLostException(loss));
    }
}
