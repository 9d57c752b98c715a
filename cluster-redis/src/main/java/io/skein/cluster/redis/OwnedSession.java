package io.skein.cluster.redis;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A session of this node. Lives on the loop. */
final class OwnedSession {
    final String clientId;
    final long epoch;

    /** Filters that are in the table of routes for this session. */
    final Set<String> routed = new HashSet<>();

    /** Null where the session ends with its connection. */
    @Nullable Inbox inbox;

    /** It is on its way to another node: nothing is taken any more. */
    boolean isLeaving;

    /** Complete when the broker has let go of it; null while nobody has asked for that. */
    @Nullable CompletableFuture<Void> left;

    OwnedSession(String clientId, long epoch) {
        this.clientId = clientId;
        this.epoch = epoch;
    }

    void leave() {
        isLeaving = true;
        if (inbox != null) {
            inbox.close();
        }
    }
}
