package io.skein.broker;

import io.skein.cluster.Message;
import org.jspecify.annotations.Nullable;

/** A message on its way from one shard to sessions of another. */
final class Delivery {
    final Message message;
    final Target[] targets;

    /** Where to report once persistent sessions hold it; null where nobody waits. */
    final @Nullable Pending pending;

    Delivery(Message message, Target[] targets, @Nullable Pending pending) {
        this.message = message;
        this.targets = targets;
        this.pending = pending;
    }
}
