package io.skein.cluster.standalone;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers what it was told. */
final class RecordingBroker implements LocalBroker {
    final Map<String, StoredSession> adopted = new ConcurrentHashMap<>();
    final Map<String, Long> epochs = new ConcurrentHashMap<>();
    final List<Optional<Refusal>> serving = new CopyOnWriteArrayList<>();
    final List<Optional<Refusal>> storing = new CopyOnWriteArrayList<>();

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        throw new AssertionError("there is no other node");
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        throw new AssertionError("there is no other node");
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        adopted.put(session.clientId(), session);
        epochs.put(session.clientId(), epoch);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        serving.add(Optional.ofNullable(refusal));
    }

    @Override
    public void storing(@Nullable Refusal refusal) {
        storing.add(Optional.ofNullable(refusal));
    }
}
