package io.skein.mqtt.topic;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entries whose filters match a topic (section 4.7). The share part of a filter plays no
 * role here: an entry that belongs to a group knows so itself.
 *
 * <p>Any thread may call anything. Changes take a lock among themselves; {@link #match} takes none,
 * never sees half a change, and sees every change whose call returned before it began.
 *
 * <p>A match visits the nodes whose path fits the beginning of the topic, and no others: a handful
 * however many filters there are, but at worst, where filters have {@code +} and names at every
 * level in every combination, twice as many with each level. Memory is a node of 40 bytes and its
 * label for each level that no other filter shares, and none once the last filter through it is
 * gone.
 *
 * @param <T> the entry: compared by equals, its hash code must not change while it is here
 */
public final class TopicTree<T> {
    /** The most levels a filter may have here; bounds the recursion of a match. */
    public static final int LEVELS_MAXIMUM = 1_024;

    private final TopicNode root = TopicNode.withoutLabel();
    private final Labels labels = new Labels();
    private final long hashSeed;
    private volatile long version;
    private volatile int size;

    /** An empty tree. Where clients may be hostile use {@link #TopicTree(long)}. */
    public TopicTree() {
        this(0x243F_6A88_85A3_08D3L);
    }

    /**
     * An empty tree whose hashes nobody can foresee who does not know the seed.
     *
     * @param hashSeed a random number
     */
    public TopicTree(long hashSeed) {
        this.hashSeed = hashSeed;
    }

    /**
     * Adds an entry under a filter.
     *
     * @return whether it was not there yet; if an equal one is there, nothing changes
     * @throws IllegalArgumentException if the filter has more than {@link #LEVELS_MAXIMUM} levels
     */
    public synchronized boolean add(TopicFilter filter, T entry) {
        String[] levels = filter.levels();
        if (levels.length > LEVELS_MAXIMUM) {
            throw new IllegalArgumentException(
                    "filter of " + levels.length + " levels, the limit is " + LEVELS_MAXIMUM);
        }
        boolean toNumberSign = levels[levels.length - 1].equals("#");
        TopicNode node = root;
        for (int i = 0; i < levels.length - (toNumberSign ? 1 : 0); i++) {
            node = childOrNew(node, levels[i]);
        }
        Object entries = toNumberSign ? node.numberSignEntries() : node.entries();
        if (TopicNode.find(entries, entry) != null) {
            return false;
        }
        Object changed = TopicNode.plus(entries, entry);
        if (toNumberSign) {
            node.setNumberSignEntries(changed);
        } else {
            node.setEntries(changed);
        }
        size++;
        version++;
        return true;
    }

    private TopicNode childOrNew(TopicNode node, String level) {
        if (level.equals("+")) {
            return node.plusOrNew();
        }
        byte[] label = level.getBytes(StandardCharsets.UTF_8);
        int hash = Level.hash(hashSeed, label);
        TopicNode child = node.child(label, 0, label.length, hash);
        if (child == null) {
            child = new TopicNode(labels.shared(label, 0, label.length, hash), hash);
            node.addChild(child);
        }
        return child;
    }

    /** Removes the equal entry under a filter: whether it was there. */
    public synchronized boolean remove(TopicFilter filter, T entry) {
        String[] levels = filter.levels();
        boolean toNumberSign = levels[levels.length - 1].equals("#");
        int depth = levels.length - (toNumberSign ? 1 : 0);
        TopicNode[] path = new TopicNode[depth + 1];
        path[0] = root;
        for (int i = 0; i < depth; i++) {
            TopicNode child = child(path[i], levels[i]);
            if (child == null) {
                return false;
            }
            path[i + 1] = child;
        }
        TopicNode node = path[depth];
        Object entries = toNumberSign ? node.numberSignEntries() : node.entries();
        Object present = TopicNode.find(entries, entry);
        if (entries == null || present == null) {
            return false;
        }
        Object changed = TopicNode.minus(entries, present);
        if (toNumberSign) {
            node.setNumberSignEntries(changed);
        } else {
            node.setEntries(changed);
        }
        prune(path, levels);
        size--;
        version++;
        return true;
    }

    private @Nullable TopicNode child(TopicNode node, String level) {
        if (level.equals("+")) {
            return node.plus();
        }
        byte[] label = level.getBytes(StandardCharsets.UTF_8);
        return node.child(label, 0, label.length, Level.hash(hashSeed, label));
    }

    private static void prune(TopicNode[] path, String[] levels) {
        for (int i = path.length - 1; i > 0 && path[i].isEmpty(); i--) {
            if (levels[i - 1].equals("+")) {
                path[i - 1].removePlus();
            } else {
                path[i - 1].removeChild(path[i]);
            }
        }
    }

    /**
     * Reports the entries under every filter that matches: an entry once for each of its filters.
     *
     * @param found called on this thread; what it throws comes out of here
     */
    public void match(TopicName topic, Consumer<? super T> found) {
        match(root, topic.utf8(), 0, topic.isReserved(), found);
    }

    /**
     * Goes on from a node whose levels fit the topic before {@code from}, which is one past the end
     * when the topic has no more levels. Recurses for {@code +} only.
     */
    private void match(
            TopicNode start,
            byte[] topic,
            int start0,
            boolean wildcardsHidden,
            Consumer<? super T> found) {
        TopicNode node = start;
        int from = start0;
        boolean hidden = wildcardsHidden; // [MQTT-4.7.2-1] concerns the first level only
        while (true) {
            if (!hidden) {
                TopicNode.report(node.numberSignEntries(), found); // "a/#" matches "a" too
            }
            if (from > topic.length) {
                TopicNode.report(node.entries(), found);
                return;
            }
            long state = hashSeed;
            int to = from;
            for (; to < topic.length && topic[to] != '/'; to++) {
                state = Level.step(state, topic[to]);
            }
            TopicNode plus = hidden ? null : node.plus();
            if (plus != null) {
                match(plus, topic, to + 1, false, found);
            }
            TopicNode child = node.child(topic, from, to, Level.finish(state));
            if (child == null) {
                return;
            }
            node = child;
            from = to + 1;
            hidden = false;
        }
    }

    /**
     * A number that changes after every change. Who keeps a match reads it before matching, and
     * keeps the match for as long as the number is the same.
     */
    public long version() {
        return version;
    }

    /** How many entries there are, an entry counted for each of its filters. */
    public int size() {
        return size;
    }

    /** Whether no node is left but the root. */
    boolean isPruned() {
        return root.isEmpty();
    }
}
