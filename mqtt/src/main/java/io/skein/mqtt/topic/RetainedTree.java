package io.skein.mqtt.topic;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Values under topic names, found by name or by a filter: what retained messages need. Threads and
 * memory are as in {@link TopicTree}; a value that stays during a match is reported once.
 *
 * @param <V> the value
 */
public final class RetainedTree<V> {
    private record Retained<V>(TopicName topic, V value) {}

    private final TopicNode root = TopicNode.withoutLabel();
    private final Labels labels = new Labels();
    private final long hashSeed;
    private volatile int size;

    /** An empty tree. Where clients may be hostile use {@link #RetainedTree(long)}. */
    public RetainedTree() {
        this(0x243F_6A88_85A3_08D3L);
    }

    /**
     * An empty tree whose hashes nobody can foresee who does not know the seed.
     *
     * @param hashSeed a random number
     */
    public RetainedTree(long hashSeed) {
        this.hashSeed = hashSeed;
    }

    /**
     * Sets the value of a topic.
     *
     * @return the value it had, or null
     * @throws IllegalArgumentException if the topic has more than {@link TopicTree#LEVELS_MAXIMUM}
     *     levels
     */
    public synchronized @Nullable V put(TopicName topic, V value) {
        if (topic.levelCount() > TopicTree.LEVELS_MAXIMUM) {
            throw new IllegalArgumentException(
                    "topic of more than " + TopicTree.LEVELS_MAXIMUM + " levels");
        }
        byte[] utf8 = topic.utf8();
        TopicNode node = root;
        for (int from = 0; from <= utf8.length; ) {
            int to = endOfLevel(utf8, from);
            int hash = hash(utf8, from, to);
            TopicNode child = node.child(utf8, from, to, hash);
            if (child == null) {
                child = new TopicNode(labels.shared(utf8, from, to, hash), hash);
                node.addChild(child);
            }
            node = child;
            from = to + 1;
        }
        Retained<V> before = retained(node);
        node.setEntries(new Retained<>(topic, value));
        if (before == null) {
            size++;
            return null;
        }
        return before.value;
    }

    /** Takes the value of a topic away: the value it had, or null. */
    public synchronized @Nullable V remove(TopicName topic) {
        byte[] utf8 = topic.utf8();
        TopicNode[] path = new TopicNode[topic.levelCount() + 1];
        path[0] = root;
        int depth = 0;
        for (int from = 0; from <= utf8.length; depth++) {
            int to = endOfLevel(utf8, from);
            TopicNode child = path[depth].child(utf8, from, to, hash(utf8, from, to));
            if (child == null) {
                return null;
            }
            path[depth + 1] = child;
            from = to + 1;
        }
        Retained<V> before = retained(path[depth]);
        if (before == null) {
            return null;
        }
        path[depth].setEntries(null);
        for (int i = depth; i > 0 && path[i].isEmpty(); i--) {
            path[i - 1].removeChild(path[i]);
        }
        size--;
        return before.value;
    }

    /** The value of a topic, or null. */
    public @Nullable V get(TopicName topic) {
        byte[] utf8 = topic.utf8();
        TopicNode node = root;
        for (int from = 0; from <= utf8.length; ) {
            int to = endOfLevel(utf8, from);
            TopicNode child = node.child(utf8, from, to, hash(utf8, from, to));
            if (child == null) {
                return null;
            }
            node = child;
            from = to + 1;
        }
        Retained<V> retained = retained(node);
        return retained == null ? null : retained.value;
    }

    /**
     * Reports every topic the filter matches, with its value; the share part plays no role.
     *
     * @param found called on this thread; what it throws comes out of here
     */
    public void match(TopicFilter filter, BiConsumer<? super TopicName, ? super V> found) {
        match(root, filter.levels(), 0, found);
    }

    /**
     * The values of the topics the filter matches, each found when it is asked for: a caller may
     * stop after some of them and go on later. The iterator is for one thread; a value that stays
     * until the end is found once, one that comes or goes meanwhile may be found or not.
     */
    public Iterator<V> iterator(TopicFilter filter) {
        return new RetainedCursor<>(this, root, filter);
    }

    /** The values of all topics, also of those that no wildcard reaches, in the same way. */
    public Iterator<V> iterator() {
        return new RetainedCursor<>(this, root);
    }

    /** The value of this node, or null. */
    @Nullable V value(TopicNode node) {
        Retained<V> retained = retained(node);
        return retained == null ? null : retained.value;
    }

    @Nullable TopicNode child(TopicNode node, byte[] label, int from, int to) {
        return node.child(label, from, to, hash(label, from, to));
    }

    /**
     * Reports every topic, also those that no wildcard reaches, with its value.
     *
     * @param found called on this thread; what it throws comes out of here
     */
    public void forEach(BiConsumer<? super TopicName, ? super V> found) {
        forEach(root, found);
    }

    private void forEach(TopicNode node, BiConsumer<? super TopicName, ? super V> found) {
        report(node, found);
        node.forEachChild(child -> forEach(child, found));
    }

    private void match(
            TopicNode start,
            String[] levels,
            int start0,
            BiConsumer<? super TopicName, ? super V> found) {
        TopicNode node = start;
        for (int i = start0; i < levels.length; i++) {
            TopicNode here = node;
            int next = i + 1;
            if (levels[i].equals("#")) { // [MQTT-4.7.1-2] the parent level too
                reportAll(here, found);
                return;
            }
            if (levels[i].equals("+")) { // [MQTT-4.7.1-3]
                here.forEachChild(child -> {
                    if (isVisible(here, child)) {
                        match(child, levels, next, found);
                    }
                });
                return;
            }
            byte[] label = levels[i].getBytes(StandardCharsets.UTF_8);
            TopicNode child = node.child(label, 0, label.length, hash(label, 0, label.length));
            if (child == null) {
                return;
            }
            node = child;
        }
        report(node, found);
    }

    private void reportAll(TopicNode node, BiConsumer<? super TopicName, ? super V> found) {
        report(node, found);
        node.forEachChild(child -> {
            if (isVisible(node, child)) {
                reportAll(child, found);
            }
        });
    }

    /** [MQTT-4.7.2-1]: a wildcard as first level does not reach names that begin with $. */
    boolean isVisible(TopicNode parent, TopicNode child) {
        return parent != root || !child.isReserved();
    }

    private void report(TopicNode node, BiConsumer<? super TopicName, ? super V> found) {
        Retained<V> retained = retained(node);
        if (retained != null) {
            found.accept(retained.topic, retained.value);
        }
    }

    @SuppressWarnings("unchecked") // put() writes nothing else
    private @Nullable Retained<V> retained(TopicNode node) {
        return (Retained<V>) node.entries();
    }

    /** How many topics have a value. */
    public int size() {
        return size;
    }

    /** Whether no node is left but the root. */
    boolean isPruned() {
        return root.isEmpty();
    }

    private static int endOfLevel(byte[] utf8, int from) {
        int to = from;
        while (to < utf8.length && utf8[to] != '/') {
            to++;
        }
        return to;
    }

    private int hash(byte[] utf8, int from, int to) {
        long state = hashSeed;
        for (int i = from; i < to; i++) {
            state = Level.step(state, utf8[i]);
        }
        return Level.finish(state);
    }
}
