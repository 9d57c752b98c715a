package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gives this node's broker a session whose owner died, after its entry was replaced by one of this
 * node. Lives on the loop.
 */
final class Succession {
    private final Post post;
    private final GridSessions sessions;
    private final Deliveries deliveries;
    private final Departures departures;

    Succession(Post post, GridSessions sessions, Deliveries deliveries, Departures departures) {
        this.post = post;
        this.sessions = sessions;
        this.deliveries = deliveries;
        this.departures = departures;
    }

    /**
     * Takes over, and lets the broker adopt what there is to adopt.
     *
     * @param former the entry of the owner that died
     * @param mine the one in its place
     * @param state what is left of the session; null for nothing but what the entry says
     * @return complete when the broker has it, and its mail follows
     */
    CompletableFuture<Void> take(
            String clientId,
            OwnerEntry former,
            OwnerEntry mine,
            byte[] mineBytes,
            @Nullable StoredSession state) {
        StoredSession stored =
                state == null ? new StoredSession(clientId, former.head()) : state.copy();
        Marks had = sessions.estate().marks(clientId, former);
        sessions.take(
                stored.copy(),
                had.copy(),
                mine,
                mineBytes,
                refusal -> sessions.dropBefore(clientId, former));
        sessions.forgetFormer(clientId);
        if (!stored.head().isPersistent() && !mine.head().equals(stored.head())) {
            // The client that claims it is not served yet: it is still as it was.
            sessions.write(
                    List.of(new SessionChange.HeadSet(clientId, mine.epoch(), stored.head())),
                    Completion.IGNORED);
        }
        CompletableFuture<Void> taken =
                stored.head().isPersistent() || stored.head().will() != null
                        ? adopt(former, mine, stored, had)
                        : end(clientId, mine);
        return taken.thenComposeAsync(nothing -> sessions.inBroker(clientId), post.loop())
                .thenRunAsync(
                        () -> {
                            deliveries.arrived(clientId, mine.epoch());
                            sessions.settleLater(clientId, mine.epoch());
                        },
                        post.loop());
    }

    /**
     * Takes over what was found on the disk, and lets the broker adopt it.
     *
     * @param mine the entry in the place of that of the disk
     * @return complete when the broker has it
     */
    CompletableFuture<Void> restore(OwnerEntry mine, byte[] mineBytes, StoredSession state) {
        String clientId = state.clientId();
        sessions.take(state.copy(), Marks.of(state), mine, mineBytes, Completion.IGNORED);
        return sessions.broker()
                .adopt(state.copy(), mine.epoch())
                .toCompletableFuture()
                .thenRunAsync(() -> deliveries.arrived(clientId, mine.epoch()), post.loop());
    }

    private CompletableFuture<Void> adopt(
            OwnerEntry former, OwnerEntry mine, StoredSession stored, Marks had) {
        departures.inherit(former.owner(), stored, had);
        sessions.awaitBroker(stored.clientId());
        return sessions.broker()
                .adopt(stored.copy(), mine.epoch())
                .toCompletableFuture()
                .exceptionally(unsubscribed -> null); // its client is here by then
    }

    private CompletableFuture<Void> end(String clientId, OwnerEntry mine) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        sessions.write(
                List.of(new SessionChange.Ended(clientId, mine.epoch())),
                refusal -> ended.complete(null));
        return ended;
    }
}
