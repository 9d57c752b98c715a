package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages in memory, found by filter: what an architecture that has them all on every
 * node answers from. Safe for use by any thread; readers never wait. A {@link #match} that runs
 * beside a change sees the topic as it was before or after it.
 */
public final class RetainedTree {
    private static final class Node {
        final Map<String, Node> children = new ConcurrentHashMap<>(2);
        volatile @Nullable Message message;
    }

    private record Step(Node node, int level) {}

    private final Node root = new Node();
    private final AtomicLong size = new AtomicLong();

    /**
     * Keeps this message as the one of its topic, or removes the one that is there if the payload
     * is empty.
     *
     * @return the message that was there, or null
     */
    public synchronized @Nullable Message put(Message message) {
        if (message.payload().length == 0) { // [MQTT-3.3.1-6]
            return remove(message.topic());
        }
        Node node = root;
        for (String level : message.topic().levels()) {
            node = node.children.computeIfAbsent(level, name -> new Node());
        }
        Message before = node.message;
        node.message = message;
        if (before == null) {
            size.incrementAndGet();
        }
        return before;
    }

    /** The message of this topic, or null. */
    public @Nullable Message get(TopicName topic) {
        Node node = root;
        for (String level : topic.levels()) {
            node = node.children.get(level);
            if (node == null) {
                return null;
            }
        }
        return node.message;
    }

    /**
     * The messages whose topics match, in no order; of a shared filter, what it matches without.
     */
    public List<Message> match(TopicFilter filter) {
        String[] levels = filter.levels();
        List<Message> found = new ArrayList<>();
        // A loop and not a recursion: a topic may have tens of thousands of levels.
        Deque<Step> open = new ArrayDeque<>();
        open.push(new Step(root, 0));
        while (!open.isEmpty()) {
            Step step = open.pop();
            Message message = step.node.message;
            boolean rest = step.level < levels.length && levels[step.level].equals("#");
            if (message != null && (rest || step.level == levels.length)) {
                found.add(message); // [MQTT-4.7.1-2] "a/#" matches "a" too
            }
            if (rest) {
                descend(step, 0, open);
            } else if (step.level < levels.length && levels[step.level].equals("+")) {
                descend(step, 1, open);
            } else if (step.level < levels.length) {
                Node child = step.node.children.get(levels[step.level]);
                if (child != null) {
                    open.push(new Step(child, step.level + 1));
                }
            }
        }
        return found;
    }

    /** Hands each message to {@code action}, in no order. */
    public void forEach(Consumer<Message> action) {
        Deque<Node> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Node node = open.pop();
            Message message = node.message;
            if (message != null) {
                action.accept(message);
            }
            node.children.values().forEach(open::push);
        }
    }

    /** How many messages there are. */
    public long size() {
        return size.get();
    }

    private void descend(Step step, int levels, Deque<Step> open) {
        step.node.children.forEach((name, child) -> {
            // [MQTT-4.7.2-1] a wildcard at the front does not see topics that begin with $
            if (step.node != root || !name.startsWith("$")) {
                open.push(new Step(child, step.level + levels));
            }
        });
    }

    private @Nullable Message remove(TopicName topic) {
        String[] levels = topic.levels();
        List<Node> path = new ArrayList<>(levels.length + 1);
        path.add(root);
        for (String level : levels) {
            Node child = path.getLast().children.get(level);
            if (child == null) {
                return null;
            }
            path.add(child);
        }
        Message before = path.getLast().message;
        if (before == null) {
            return null;
        }
        path.getLast().message = null;
        size.decrementAndGet();
        for (int i = levels.length; i > 0; i--) {
            Node node = path.get(i);
            if (node.message != null || !node.children.isEmpty()) {
                break;
            }
            path.get(i - 1).children.remove(levels[i - 1]);
        }
        return before;
    }
}
