package io.skein.benchmarks.store;

import io.skein.cluster.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The local store: a message of 300 bytes put in a queue and an earlier one taken out, as {@link
 * StoreThroughput} does it, until a batch of 64 such writes is kept. In the directory for temporary
 * files ({@code -Djava.io.tmpdir}), whose disk it measures.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the parameter and calls the set-up first
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(value = 1)
public class StoreBenchmark {
    private static final int BATCH = 64;
    private static final int KEPT = 10_000;

    @Param public Durability durability;

    private Path directory;
    private StoreThroughput store;

    /** Opens a store without anything in it. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("store-benchmark");
        store = new StoreThroughput(directory, durability);
        store.start();
    }

    /** Closes it and leaves nothing behind. */
    @TearDown
    public void close() throws IOException {
        store.close();
        StoreThroughput.empty(directory);
        Files.delete(directory);
    }

    /** A batch, until it is kept. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void write() throws InterruptedException {
        store.write(BATCH, KEPT, BATCH, null);
    }
}
