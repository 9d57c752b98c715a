package io.skein.cluster.grid;

import io.skein.cluster.LocalBroker;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Sessions that are this node's still after it was cut off. The broker was refused what it wrote
 * last, and may have given up what is kept all the same, here and in copies; so nothing it writes
 * counts from the cut on, and when the node is back it forgets the session and adopts what is kept.
 * Lives on the loop.
 */
final class Resumption {
    private final Post post;
    private final GridSessions sessions;
    private final GridRoutes routes;
    private final LocalBroker broker;
    private final Map<OwnedSession, CompletableFuture<Void>> underWay = new HashMap<>();

    Resumption(Post post, GridSessions sessions, GridRoutes routes, LocalBroker broker) {
        this.post = post;
        this.sessions = sessions;
        this.routes = routes;
        this.broker = broker;
    }

    /** What a broker is told that writes of a session from before. */
    static Refusal refusal(OwnedSession session) {
        Refusal cutOff = OwnerTable.cutOff();
        return new Refusal(cutOff.reason(), cutOff.explanation(), Set.of(session.clientId()));
    }

    /**
     * Gives the broker a session anew, if it has it from before.
     *
     * @return complete when the broker has it, or it is another node's, or this one is cut off
     */
    CompletableFuture<Void> resume(OwnedSession session) {
        if (!session.isSuspended()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> begun = underWay.get(session);
        if (begun == null) {
            begun = begin(session);
            underWay.put(session, begun);
        }
        return begun;
    }

    private CompletableFuture<Void> begin(OwnedSession session) {
        List<TopicFilter> filters = new ArrayList<>(session.plainFilters());
        filters.addAll(session.groups());
        filters.forEach(routes::pin); // what others publish is for it meanwhile, too
        return broker.forfeit(session.clientId(), session.epoch())
                .toCompletableFuture()
                .thenComposeAsync(nothing -> adopt(session), post.loop())
                .whenCompleteAsync(
                        (nothing, error) -> {
                            filters.forEach(routes::unpin);
                            underWay.remove(session);
                        },
                        post.loop());
    }

    private CompletableFuture<Void> adopt(OwnedSession session) {
        if (session.isOver() || sessions.isCutOff()) {
            return CompletableFuture.completedFuture(null);
        }
        session.suspended(false);
        if (session.isPersistent() || session.state().head().will() != null) {
            return broker.adopt(session.state().copy(), session.epoch())
                    .toCompletableFuture()
                    .exceptionally(unsubscribed -> null); // its client is here by then
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        sessions.write(
                List.of(new SessionChange.Ended(session.clientId(), session.epoch())),
                refusal -> ended.complete(null));
        return ended;
    }
}
