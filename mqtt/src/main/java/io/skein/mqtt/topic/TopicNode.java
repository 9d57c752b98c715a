package io.skein.mqtt.topic;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of a topic tree: one level of one or more names or filters. Most nodes have one child or
 * one entry or neither, so both stand in the node itself until there are two. One writer at a time;
 * readers take no lock and see every state whole.
 */
final class TopicNode {
    private static final byte[] NO_LABEL = {};
    private static final @Nullable Object[] NO_CHILDREN = {};

    private static final class Children extends SlotTable<TopicNode> {
        @Override
        int hashOf(TopicNode node) {
            return node.hash;
        }
    }

    private static final class Entries extends SlotTable<Object> {
        @Override
        int hashOf(Object entry) {
            int hash = entry.hashCode() * 0x9E37_79B9;
            return hash ^ (hash >>> 16);
        }
    }

    private final byte[] label;
    private final int hash;

    /** Null, the only child, or Children. */
    private volatile @Nullable Object children;

    /** Null, the only entry, or Entries. */
    private volatile @Nullable Object entries;

    /** The child for {@code +}. */
    private volatile @Nullable TopicNode plus;

    /** The entries of filters that go on with {@code #}: null, the only one, or Entries. */
    private volatile @Nullable Object numberSignEntries;

    TopicNode(byte[] label, int hash) {
        this.label = label;
        this.hash = hash;
    }

    /** A node that stands for no level: the root, or a {@code +}. */
    static TopicNode withoutLabel() {
        return new TopicNode(NO_LABEL, 0);
    }

    boolean isReserved() {
        return label.length > 0 && label[0] == '$';
    }

    // --- reading, on any thread

    /** The child whose label is {@code utf8[from..to)} and has this hash. */
    @Nullable TopicNode child(byte[] utf8, int from, int to, int wantedHash) {
        Object some = children;
        if (some == null) {
            return null;
        }
        if (some instanceof TopicNode only) {
            return only.hash == wantedHash && Level.equals(only.label, utf8, from, to)
                    ? only
                    : null;
        }
        @Nullable Object[] slots = ((Children) some).slots();
        int mask = slots.length - 1;
        for (int i = wantedHash & mask; ; i = (i + 1) & mask) {
            Object slot = SlotTable.slot(slots, i);
            if (slot == null) {
                return null;
            }
            if (slot instanceof TopicNode node
                    && node.hash == wantedHash
                    && Level.equals(node.label, utf8, from, to)) {
                return node;
            }
        }
    }

    /**
     * The children as they are now, to be read with {@link SlotTable#slot}: what is no node there
     * is to be passed over. Later changes may or may not show.
     */
    @Nullable Object[] children() {
        Object some = children;
        return some == null
                ? NO_CHILDREN
                : some instanceof Children many ? many.slots() : new @Nullable Object[] {some};
    }

    void forEachChild(Consumer<TopicNode> action) {
        Object some = children;
        if (some instanceof TopicNode only) {
            action.accept(only);
        } else if (some != null) {
            @Nullable Object[] slots = ((Children) some).slots();
            for (int i = 0; i < slots.length; i++) {
                if (SlotTable.slot(slots, i) instanceof TopicNode node) {
                    action.accept(node);
                }
            }
        }
    }

    /** The child for {@code +}. */
    @Nullable TopicNode plus() {
        return plus;
    }

    /** The entries of filters that end here: null, one, or a set for {@link #report}. */
    @Nullable Object entries() {
        return entries;
    }

    /**
     * The entries of filters that go on with {@code #}: null, one, or a set for {@link #report}.
     */
    @Nullable Object numberSignEntries() {
        return numberSignEntries;
    }

    @SuppressWarnings("unchecked") // a tree of T puts nothing else in
    static <T> void report(@Nullable Object entries, Consumer<? super T> found) {
        if (entries == null) {
            return;
        }
        if (!(entries instanceof Entries many)) {
            found.accept((T) entries);
            return;
        }
        @Nullable Object[] slots = many.slots();
        for (int i = 0; i < slots.length; i++) {
            Object entry = SlotTable.slot(slots, i);
            if (entry != null && SlotTable.isElement(entry)) {
                found.accept((T) entry);
            }
        }
    }

    // --- writing, by one thread at a time

    void addChild(TopicNode child) {
        Object some = children;
        if (some == null) {
            children = child;
        } else if (some instanceof TopicNode only) {
            Children table = new Children();
            table.insert(only);
            table.insert(child);
            children = table;
        } else {
            ((Children) some).insert(child);
        }
    }

    void removeChild(TopicNode child) {
        if (!(children instanceof Children table)) {
            children = null;
            return;
        }
        table.remove(child, child.hash);
        if (table.live() == 1) {
            children = table.any();
        }
    }

    TopicNode plusOrNew() {
        TopicNode node = plus;
        if (node == null) {
            node = withoutLabel();
            plus = node;
        }
        return node;
    }

    void removePlus() {
        plus = null;
    }

    void setEntries(@Nullable Object changed) {
        entries = changed;
    }

    void setNumberSignEntries(@Nullable Object changed) {
        numberSignEntries = changed;
    }

    /** Whether nothing hangs on this node, so that it can be taken out of the tree. */
    boolean isEmpty() {
        return children == null && entries == null && plus == null && numberSignEntries == null;
    }

    /** The entry equal to this one, or null. */
    static @Nullable Object find(@Nullable Object entries, Object entry) {
        if (!(entries instanceof Entries many)) {
            return entry.equals(entries) ? entries : null;
        }
        @Nullable Object[] slots = many.slots();
        int mask = slots.length - 1;
        for (int i = many.hashOf(entry) & mask; ; i = (i + 1) & mask) {
            Object slot = SlotTable.slot(slots, i);
            if (slot == null || slot.equals(entry)) {
                return slot;
            }
        }
    }

    /** The entries with one more that {@link #find} does not find. */
    static Object plus(@Nullable Object entries, Object entry) {
        if (entries == null) {
            return entry;
        }
        if (entries instanceof Entries many) {
            many.insert(entry);
            return many;
        }
        Entries two = new Entries();
        two.insert(entries);
        two.insert(entry);
        return two;
    }

    /** The entries without the one that {@link #find} found; null when none is left. */
    static @Nullable Object minus(Object entries, Object entry) {
        if (!(entries instanceof Entries many)) {
            return null;
        }
        many.remove(entry, many.hashOf(entry));
        return many.live() == 1 ? many.any() : many;
    }
}
