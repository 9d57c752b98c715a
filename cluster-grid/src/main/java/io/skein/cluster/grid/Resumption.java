package io.skein.cluster.grid;

import io.skein.cluster.LocalBroker;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sessions that are this node's still after it was cut off, for nobody has gone on without it. The
 * broker was refused what it wrote last, and may have given up what is kept all the same, here and
 * in copies: who sends that again is told that the session has had it. So the broker forgets the
 * session and adopts what is kept; wills of clients that were sent away are due then. Lives on the
 * loop.
 */
final class Resumption {
    private final Post post;
    private final GridSessions sessions;
    private final GridRoutes routes;
    private final LocalBroker broker;

    Resumption(Post post, GridSessions sessions, GridRoutes routes, LocalBroker broker) {
        this.post = post;
        this.sessions = sessions;
        this.routes = routes;
        this.broker = broker;
    }

    /** Complete when the broker has all of them, or this node is cut off again. */
    CompletableFuture<Void> run() {
        return CompletableFuture.allOf(
                sessions.suspended().stream().map(this::resume).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> resume(OwnedSession session) {
        List<TopicFilter> filters = new ArrayList<>(session.plainFilters());
        filters.addAll(session.groups());
        filters.forEach(routes::pin); // what others publish is for it meanwhile, too
        return broker.forfeit(session.clientId(), session.epoch())
                .toCompletableFuture()
                .thenComposeAsync(nothing -> adopt(session), post.loop())
                .whenCompleteAsync((nothing, error) -> filters.forEach(routes::unpin), post.loop());
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
