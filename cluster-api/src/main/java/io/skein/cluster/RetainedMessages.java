package io.skein.cluster;

import io.skein.mqtt.topic.RetainedTree;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages in memory, found by filter: what an architecture that has them all on every
 * node answers from. Safe for use by any thread; readers never wait. A {@link #match} that runs
 * beside a change sees the topic as it was before or after it.
 */
public final class RetainedMessages {
    // A seed of its own, so that no client can choose topics that collide.
    private final RetainedTree<Message> tree =
            new RetainedTree<>(ThreadLocalRandom.current().nextLong());

    private final AtomicLong bytes = new AtomicLong();

    /**
     * Keeps this message as the one of its topic, or removes the one that is there if the payload
     * is empty.
     *
     * @return the message that was there, or null
     * @throws IllegalArgumentException if the topic has more levels than {@link
     *     io.skein.mqtt.topic.TopicTree#LEVELS_MAXIMUM}
     */
    public @Nullable Message put(Message message) {
        boolean kept = message.payload().length > 0; // [MQTT-3.3.1-6]
        Message before = kept ? tree.put(message.topic(), message) : tree.remove(message.topic());
        bytes.addAndGet((kept ? bytes(message) : 0) - (before == null ? 0 : bytes(before)));
        return before;
    }

    private static long bytes(Message message) {
        return message.payload().length + (long) message.topic().utf8().length;
    }

    /** The message of this topic, or null. */
    public @Nullable Message get(TopicName topic) {
        return tree.get(topic);
    }

    /**
     * The messages whose topics match, in no order; of a shared filter, what it matches without.
     */
    public List<Message> match(TopicFilter filter) {
        List<Message> found = new ArrayList<>();
        tree.match(filter, (topic, message) -> found.add(message));
        return found;
    }

    /** The same messages as {@link #match}, each found when it is asked for; for one thread. */
    public Iterator<Message> iterator(TopicFilter filter) {
        return tree.iterator(filter);
    }

    /**
     * All messages, each found when it is asked for; for one thread. One that stays until the end
     * is found once, one that comes or goes meanwhile may be found or not.
     */
    public Iterator<Message> iterator() {
        return tree.iterator();
    }

    /** Hands each message to {@code action}, in no order. */
    public void forEach(Consumer<Message> action) {
        tree.forEach((topic, message) -> action.accept(message));
    }

    /** Payload and topic bytes of the message of this topic, 0 if it has none. */
    public long bytes(TopicName topic) {
        Message kept = tree.get(topic);
        return kept == null ? 0 : bytes(kept);
    }

    /** Payload and topic bytes of all messages. */
    public long bytes() {
        return bytes.get();
    }

    /** How many messages there are. */
    public long size() {
        return tree.size();
    }
}
