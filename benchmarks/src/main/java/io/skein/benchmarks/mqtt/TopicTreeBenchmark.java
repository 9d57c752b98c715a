package io.skein.benchmarks.mqtt;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Matching one topic after another against many filters, and changing them. {@code devices}: each
 * device has one filter of its own, a tenth of them with {@code +}, a few with {@code #}. {@code
 * plus}: every filter has {@code +} in half of its eight levels, so that a match has many ways to
 * go.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up first
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
public class TopicTreeBenchmark {
    private static final int TOPICS = 1_024;

    @Param({"devices", "plus"})
    public String shape;

    @Param({"1000", "1000000"})
    public int filters;

    private final TopicTree<Integer> tree = new TopicTree<>();
    private final TopicName[] topics = new TopicName[TOPICS];
    private final TopicFilter[] spare = new TopicFilter[TOPICS];
    private int next;

    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < filters; i++) {
            tree.add(TopicFilter.of(filter(i, random)), i);
        }
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = TopicName.of(topic(random.nextInt(filters), random));
            spare[i] = TopicFilter.of(filter(filters + i, random));
        }
    }

    private String filter(int i, Random random) {
        if (shape.equals("plus")) {
            StringBuilder filter = new StringBuilder("l" + random.nextInt(4));
            for (int level = 1; level < 8; level++) {
                filter.append(random.nextBoolean() ? "/+" : "/l" + random.nextInt(4));
            }
            return filter.append('/').append(i).toString();
        }
        return switch (i % 100) {
            case 0 -> "plant/hall-" + i % 50 + "/machine-" + i + "/#";
            case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> "plant/+/machine-" + i + "/temperature";
            default -> "plant/hall-" + i % 50 + "/machine-" + i + "/temperature";
        };
    }

    private String topic(int i, Random random) {
        if (shape.equals("plus")) {
            StringBuilder topic = new StringBuilder("l" + random.nextInt(4));
            for (int level = 1; level < 8; level++) {
                topic.append("/l").append(random.nextInt(4));
            }
            return topic.append('/').append(i).toString();
        }
        return "plant/hall-" + i % 50 + "/machine-" + i + "/temperature";
    }

    @Benchmark
    public void match(Blackhole hole) {
        tree.match(topics[next++ & (TOPICS - 1)], hole::consume);
    }

    @Benchmark
    public void addAndRemove(Blackhole hole) {
        TopicFilter filter = spare[next++ & (TOPICS - 1)];
        hole.consume(tree.add(filter, -1));
        hole.consume(tree.remove(filter, -1));
    }
}
