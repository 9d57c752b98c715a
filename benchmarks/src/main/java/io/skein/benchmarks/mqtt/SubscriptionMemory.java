package io.skein.benchmarks.mqtt;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * What subscriptions cost: bytes of heap for each in the topic tree, and how long a match takes
 * among all of them. Entries are made beforehand and not counted.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.mqtt.SubscriptionMemory [subscriptions]}
 */
public final class SubscriptionMemory {
    private static final int TOPICS = 100_000;
    private static final int ROUNDS = 20;

    private SubscriptionMemory() {}

    /** Measures each kind of population. */
    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        System.out.printf(
                "%-8s %13s %12s %9s %9s %9s %9s%n",
                "filters", "subscriptions", "bytes each", "found", "p50 us", "p99 us", "p99.9 us");
        measure("exact", count, count, i -> topic(i));
        measure("+", count, count, i -> "plant/+/machine-" + i + "/temperature");
        measure("#", count, count, i -> "plant/hall-" + i % 50 + "/machine-" + i + "/#");
        measure("mixed", count, count, SubscriptionMemory::mixed);
        measure("same", count, 1_000, i -> topic(i % 1_000));
    }

    private static String topic(int i) {
        return "plant/hall-" + i % 50 + "/machine-" + i + "/temperature";
    }

    private static String mixed(int i) {
        return switch (i % 10) {
            case 0 -> "plant/+/machine-" + i + "/temperature";
            case 1 -> "plant/hall-" + i % 50 + "/machine-" + i + "/#";
            default -> topic(i);
        };
    }

    private static void measure(
            String name, int count, int topicsInUse, IntFunction<String> filterOf) {
        Object[] entries = new Object[count];
        for (int i = 0; i < count; i++) {
            entries[i] = new Object();
        }
        TopicName[] topics = new TopicName[Math.min(TOPICS, count)];
        Random random = new Random(1);
        for (int i = 0; i < topics.length; i++) {
            topics[i] = TopicName.of(topic(random.nextInt(topicsInUse)));
        }
        long before = usedBytes();
        TopicTree<Object> tree = new TopicTree<>();
        for (int i = 0; i < count; i++) {
            tree.add(TopicFilter.of(filterOf.apply(i)), entries[i]);
        }
        double each = (usedBytes() - before) / (double) count;

        Histogram nanos = new Histogram(3);
        long[] found = {0};
        for (int round = 0; round < ROUNDS; round++) {
            boolean warm = round >= ROUNDS / 2;
            for (TopicName topic : topics) {
                long begun = System.nanoTime();
                tree.match(topic, entry -> found[0]++);
                if (warm) {
                    nanos.recordValue(System.nanoTime() - begun);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-8s %,13d %12.0f %9.1f %9.2f %9.2f %9.2f%n",
                name,
                tree.size(),
                each,
                found[0] / (double) ROUNDS / topics.length,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getValueAtPercentile(99.9) / 1e3);
    }

    private static long usedBytes() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
