package io.skein.lab.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Samples this machine, the processes of a target and what the target tells of itself, on a thread
 * of its own, from its start until it is closed. The results may be asked for by any thread, also
 * while it runs. Of figures only those that changed are kept, up to {@link #READINGS_LIMIT}.
 */
public final class ResourceWatch implements AutoCloseable {
    /** How many readings one watch keeps; more are counted and dropped. */
    public static final int READINGS_LIMIT = 500_000;

    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys");
    private static final long CLOSE_SECONDS = 5;

    private final Supplier<Set<Long>> pids;
    private final List<FigureSource> sources;
    private final long intervalNanos;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final List<Moment> moments = new ArrayList<>();
    private final List<Reading> readings = new ArrayList<>();
    private final Map<String, Map<String, Double>> latest = new HashMap<>();
    private long droppedReadings;
    private long beforeNanos;
    private @Nullable HostSample hostBefore;
    private Map<Long, ProcessSample> processesBefore = Map.of();

    private ResourceWatch(Supplier<Set<Long>> pids, List<FigureSource> sources, Duration interval) {
        this.pids = pids;
        this.sources = sources;
        this.intervalNanos = interval.toNanos();
        this.thread = Thread.ofPlatform().daemon().name("resource-watch").unstarted(this::run);
    }

    /**
     * Starts to watch.
     *
     * @param pids the processes, asked for at every sample: they may come and go
     * @param sources stay the caller's to close
     * @param interval between two samples, above 0
     */
    public static ResourceWatch start(
            Supplier<Set<Long>> pids, Sources sources, Duration interval) {
        ResourceWatch watch = new ResourceWatch(pids, sources.list(), interval);
        watch.sample(); // what follows is measured from here
        watch.thread.start();
        return watch;
    }

    private void run() {
        try {
            long due = System.nanoTime() + intervalNanos;
            while (!closing.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                sample();
                due = Math.max(due + intervalNanos, System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sample() {
        Map<Long, ProcessSample> processes = new TreeMap<>();
        for (long pid : pids.get()) {
            ProcessSample.of(PROC, pid).ifPresent(sample -> processes.put(pid, sample));
        }
        HostSample host = HostSample.of(PROC, SYS);
        long now = System.nanoTime();
        synchronized (this) {
            HostSample before = hostBefore;
            if (before != null) {
                double seconds = Math.max(1, now - beforeNanos) / 1e9;
                moments.add(
                        new Moment(
                                now,
                                HostUsage.between(before, host, seconds),
                                usages(processes, seconds)));
            }
            hostBefore = host;
            processesBefore = processes;
            beforeNanos = now;
        }
        for (FigureSource source : sources) {
            note(source.name(), source.figures(), System.nanoTime());
        }
    }

    private List<ProcessUsage> usages(Map<Long, ProcessSample> processes, double seconds) {
        List<ProcessUsage> usages = new ArrayList<>();
        for (ProcessSample after : processes.values()) {
            ProcessSample before = processesBefore.get(after.pid());
            if (before != null) {
                usages.add(ProcessUsage.between(before, after, seconds));
            }
        }
        return usages;
    }

    private synchronized void note(String source, Map<String, Double> figures, long now) {
        Map<String, Double> before = latest.put(source, figures);
        figures.forEach((name, value) -> {
            if (before == null || !value.equals(before.get(name))) {
                if (readings.size() < READINGS_LIMIT) {
                    readings.add(new Reading(now, source, name, value));
                } else {
                    droppedReadings++;
                }
            }
        });
    }

    /** The samples so far, in their order. */
    public synchronized List<Moment> moments() {
        return List.copyOf(moments);
    }

    /** What changed of the target's own figures, in order. */
    public synchronized List<Reading> readings() {
        return List.copyOf(readings);
    }

    /** How many readings there was no room for. */
    public synchronized long droppedReadings() {
        return droppedReadings;
    }

    @Override
    public void close() {
        end();
    }

    /** Takes a last sample and ends; what was sampled stays. */
    public void end() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        try {
            if (thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
                sample();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
