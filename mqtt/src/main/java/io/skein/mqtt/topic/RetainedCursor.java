package io.skein.mqtt.topic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link RetainedTree} that a filter matches, found one by one as they are asked
 * for. Holds a path through the tree and nothing else, however much there is to find.
 */
final class RetainedCursor<V> implements Iterator<V> {
    /** Children of a node of which some were visited. */
    private static final class Visit {
        final TopicNode parent;
        final @Nullable Object[] children;

        /** The level of the filter that the children have to match. */
        final int level;

        int next;

        Visit(TopicNode parent, int level) {
            this.parent = parent;
            this.children = parent.children();
            this.level = level;
        }
    }

    private final RetainedTree<V> tree;
    private final String[] levels;
    private final boolean reservedToo;
    private final ArrayDeque<Visit> path = new ArrayDeque<>();
    private @Nullable V found;

    RetainedCursor(RetainedTree<V> tree, TopicNode root, TopicFilter filter) {
        this(tree, root, filter.levels(), false);
    }

    /** Finds the values of all topics, those that begin with $ included. */
    RetainedCursor(RetainedTree<V> tree, TopicNode root) {
        this(tree, root, new String[] {"#"}, true);
    }

    private RetainedCursor(
            RetainedTree<V> tree, TopicNode root, String[] levels, boolean reservedToo) {
        this.tree = tree;
        this.levels = levels;
        this.reservedToo = reservedToo;
        visit(root, 0);
        advance();
    }

    @Override
    public boolean hasNext() {
        return found != null;
    }

    @Override
    public V next() {
        V value = found;
        if (value == null) {
            throw new NoSuchElementException();
        }
        found = null;
        advance();
        return value;
    }

    private void advance() {
        while (found == null && !path.isEmpty()) {
            Visit visit = path.peek();
            TopicNode child = nextChild(visit);
            if (child == null) {
                path.pop();
            } else if (reservedToo || tree.isVisible(visit.parent, child)) {
                boolean toNumberSign = levels[visit.level].equals("#");
                visit(child, toNumberSign ? visit.level : visit.level + 1);
            }
        }
    }

    private static @Nullable TopicNode nextChild(Visit visit) {
        while (visit.next < visit.children.length) {
            if (SlotTable.slot(visit.children, visit.next++) instanceof TopicNode child) {
                return child;
            }
        }
        return null;
    }

    private void visit(TopicNode start, int from) {
        TopicNode node = start;
        for (int i = from; i < levels.length; i++) {
            boolean toNumberSign = levels[i].equals("#");
            if (toNumberSign) { // [MQTT-4.7.1-2] the parent level too
                found = tree.value(node);
            }
            if (toNumberSign || levels[i].equals("+")) { // [MQTT-4.7.1-3]
                path.push(new Visit(node, i));
                return;
            }
            byte[] label = levels[i].getBytes(StandardCharsets.UTF_8);
            TopicNode child = tree.child(node, label, 0, label.length);
            if (child == null) {
                return;
            }
            node = child;
        }
        found = tree.value(node);
    }
}
