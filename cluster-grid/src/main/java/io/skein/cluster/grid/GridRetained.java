package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages in the shared cache: it orders the writes of one topic in the same way for all
 * nodes.
 */
final class GridRetained implements RetainedStore {
    private final RetainedMessages tree;
    private final Peer self;
    private volatile @Nullable AdvancedCache<String, byte[]> cache;

    GridRetained(Peer self, RetainedMessages tree) {
        this.self = self;
        this.tree = tree;
    }

    void open(AdvancedCache<String, byte[]> shared) {
        cache = GridEngine.blind(shared);
    }

    @Override
    public void put(Message message, Completion done) {
        AdvancedCache<String, byte[]> known = cache;
        if (known == null) {
            done.complete(Refusal.unavailable("the node was not started"));
            return;
        }
        String key = SharedState.retainedKey(message.topic());
        CompletableFuture<?> written =
                message.payload().length == 0
                        ? Tombstone.put(known, key, encoded(message))
                        : known.putAsync(key, encoded(message));
        written.whenComplete((ignored, error) ->
                done.complete(
                        error == null
                                ? null
                                : Refusal.unavailable("retained message was not kept: " + error)));
    }

    /**
     * Puts back what was there, unless somebody has written anew.
     *
     * @param vain what stands in its place
     * @param message one without a payload for none
     */
    CompletableFuture<Boolean> restore(String key, byte[] vain, Message message) {
        AdvancedCache<String, byte[]> known = Objects.requireNonNull(cache);
        return message.payload().length == 0
                ? Tombstone.replace(known, key, vain)
                : known.replaceAsync(key, vain, encoded(message));
    }

    /** With the node that writes it: others pass over what it writes when it is buried. */
    private byte[] encoded(Message message) {
        Message of = message.from(new Origin(self.node(), self.incarnation(), 0, 0));
        return Frames.encoded(out -> out.message(of));
    }

    @Override
    public CompletionStage<Iterator<Message>> match(TopicFilter filter) {
        return CompletableFuture.completedFuture(tree.iterator(filter));
    }

    @Override
    public long bytes(TopicName topic) {
        return tree.bytes(topic);
    }

    @Override
    public long bytes() {
        return tree.bytes();
    }

    @Override
    public long size() {
        return tree.size();
    }
}
