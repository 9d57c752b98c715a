package io.skein.cluster.bridge;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks on while the broker gets its sessions back, and notes what those of links hold. */
final class LinkSessions implements LocalBroker {
    private final LocalBroker broker;
    private final Map<String, Set<TopicFilter>> filters;
    private final Map<String, Integer> queues;

    /** Fills both maps, by client id: with filters, and with how many messages wait. */
    LinkSessions(
            LocalBroker broker,
            Map<String, Set<TopicFilter>> filters,
            Map<String, Integer> queues) {
        this.broker = broker;
        this.filters = filters;
        this.queues = queues;
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        if (session.clientId().startsWith(LOCAL_CLIENTS)) {
            filters.put(
                    session.clientId(),
                    session.subscriptions().stream()
                            .map(entry -> entry.subscription().filter())
                            .collect(Collectors.toUnmodifiableSet()));
            if (session.head().expirySeconds() == SessionHead.NEVER_EXPIRES) {
                queues.put(session.clientId(), session.queue().size());
            }
        }
        return broker.adopt(session, epoch);
    }

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        broker.deliver(message, shares, done);
    }

    @Override
    public void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> sessions,
            List<String> later,
            Completion done) {
        broker.deliver(message, everyone, shares, sessions, later, done);
    }

    @Override
    public void passOnly(String clientId, Predicate<Message> passes) {
        broker.passOnly(clientId, passes);
    }

    @Override
    public CompletionStage<Integer> queued(String clientId) {
        return broker.queued(clientId);
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        return broker.relinquish(clientId, epoch);
    }

    @Override
    public CompletionStage<Void> forfeit(String clientId, long epoch) {
        return broker.forfeit(clientId, epoch);
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        broker.serving(refusal);
    }

    @Override
    public void storing(@Nullable Refusal refusal) {
        broker.storing(refusal);
    }
}
