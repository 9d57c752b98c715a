package io.skein.broker;

import io.skein.cluster.Message;
import org.jspecify.annotations.Nullable;

/** A message on its way from one shard to sessions of another: to targets, or to one by name. */
final class Delivery {
    final Message message;
    final Target[] targets;

    /** The session that it is for, in place of targets; null where there are targets. */
    final @Nullable String named;

    /** Whether a client of this node has published it. */
    final boolean own;

    /** Where to report once persistent sessions hold it; null where nobody waits. */
    final @Nullable Pending pending;

    private Delivery(
            Message message,
            Target[] targets,
            @Nullable String named,
            boolean own,
            @Nullable Pending pending) {
        this.message = message;
        this.targets = targets;
        this.named = named;
        this.own = own;
        this.pending = pending;
    }

    static Delivery to(Target[] targets, Message message, boolean own, @Nullable Pending pending) {
        return new Delivery(message, targets, null, own, pending);
    }

    static Delivery named(String clientId, Message message, Pending pending) {
        return new Delivery(message, Match.NOBODY, clientId, false, pending);
    }
}
