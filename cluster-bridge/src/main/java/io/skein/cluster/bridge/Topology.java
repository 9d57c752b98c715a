package io.skein.cluster.bridge;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The links between brokers as all of them know it, where they form more than a tree. What a broker
 * publishes travels along the shortest paths from there, of equal ones along the neighbour whose
 * name comes first: a tree for each broker, the same one wherever it is computed, so that a message
 * comes to every broker by one path only. Immutable; any thread may call.
 */
final class Topology {
    /** Nothing is known: every link carries everything, which is right for a tree. */
    static final Topology UNKNOWN = new Topology(new TreeMap<>());

    private final Map<String, SortedSet<String>> neighbours;
    private final Map<String, Map<String, String>> parents = new ConcurrentHashMap<>();

    private Topology(Map<String, SortedSet<String>> neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * Reads {@code a/b, b/c}: pairs of brokers that a link joins.
     *
     * @throws IllegalArgumentException if it is not written like that
     */
    static Topology parse(String text) {
        if (text.isBlank()) {
            return UNKNOWN;
        }
        Map<String, SortedSet<String>> neighbours = new TreeMap<>();
        for (String pair : text.split(",", -1)) {
            String[] ends = pair.strip().split("/", -1);
            if (ends.length != 2
                    || !LinkOptions.isName(ends[0])
                    || !LinkOptions.isName(ends[1])
                    || ends[0].equals(ends[1])) {
                throw new IllegalArgumentException(
                        "'" + pair.strip() + "' is not a pair of different brokers, as in a/b");
            }
            neighbours.computeIfAbsent(ends[0], _ -> new TreeSet<>()).add(ends[1]);
            neighbours.computeIfAbsent(ends[1], _ -> new TreeSet<>()).add(ends[0]);
        }
        return new Topology(neighbours);
    }

    boolean isKnown() {
        return !neighbours.isEmpty();
    }

    /** Whether a link joins the two; always so where nothing is known. */
    boolean joins(String one, String other) {
        SortedSet<String> near = neighbours.get(one);
        return !isKnown() || (near != null && near.contains(other));
    }

    /** Whether there is a way from one broker to its neighbour without the link between them. */
    boolean isOnCycle(String one, String neighbour) {
        Set<String> reached = new HashSet<>(Set.of(one));
        Queue<String> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            String from = next.remove();
            for (String to : neighbours.getOrDefault(from, new TreeSet<>())) {
                boolean isTheLink = from.equals(one) && to.equals(neighbour);
                if (!isTheLink && reached.add(to)) {
                    next.add(to);
                }
            }
        }
        return joins(one, neighbour) && reached.contains(neighbour);
    }

    /**
     * Whether a message goes from one broker to its neighbour.
     *
     * @param path the brokers it has passed before, in their order
     */
    boolean carries(List<String> path, String from, String to) {
        if (!neighbours.containsKey(from) || !neighbours.containsKey(to)) {
            return true;
        }
        String origin = from;
        for (String passed : path) {
            if (neighbours.containsKey(passed)) {
                origin = passed;
                break;
            }
        }
        return from.equals(parent(origin, to));
    }

    private @Nullable String parent(String origin, String broker) {
        return parents.computeIfAbsent(origin, this::tree).get(broker);
    }

    /** Each broker but the root with the one it hears the root's messages from. */
    private Map<String, String> tree(String root) {
        Map<String, String> tree = new HashMap<>();
        Map<String, Integer> distances = new HashMap<>(Map.of(root, 0));
        Queue<String> next = new ArrayDeque<>(List.of(root));
        while (!next.isEmpty()) {
            String from = next.remove();
            int distance = distances.getOrDefault(from, 0) + 1;
            for (String to : neighbours.getOrDefault(from, new TreeSet<>())) {
                Integer known = distances.putIfAbsent(to, distance);
                if (known == null) {
                    next.add(to);
                    tree.put(to, from);
                } else if (known == distance && from.compareTo(tree.getOrDefault(to, "")) < 0) {
                    tree.put(to, from);
                }
            }
        }
        return tree;
    }
}
