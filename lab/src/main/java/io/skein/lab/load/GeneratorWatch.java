package io.skein.lab.load;

import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.ThreadClock;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Measures the generator itself from its making until {@link #stop}. */
final class GeneratorWatch {
    private final RoundMembers members;
    private final long[] threadIds;
    private final long[] threadNanos;
    private final KernelThread[] kernelThreads;
    private final long[] waitedNanos;
    private final long beganNanos;
    private final long processNanos;
    private final long collectionMillis;
    private double cpuShare;
    private double busiestLoopShare;
    private double starvedLoopShare;
    private long collectedMillis;

    GeneratorWatch(Fleet fleet, RoundMembers members) {
        this.members = members;
        this.threadIds = new long[fleet.executors().size()];
        this.threadNanos = new long[threadIds.length];
        this.kernelThreads = new KernelThread[threadIds.length];
        this.waitedNanos = new long[threadIds.length];
        members.onEachLoop(loop -> {
            threadIds[loop] = Thread.currentThread().threadId();
            kernelThreads[loop] = KernelThread.current();
        });
        for (int i = 0; i < threadIds.length; i++) {
            waitedNanos[i] = kernelThreads[i].waitedNanos();
            threadNanos[i] = ThreadClock.cpuNanos(threadIds[i]);
        }
        this.collectionMillis = ThreadClock.collectionMillis();
        this.processNanos = ThreadClock.processCpuNanos();
        this.beganNanos = System.nanoTime();
    }

    void stop() {
        double nanos = Math.max(1, System.nanoTime() - beganNanos);
        cpuShare = (ThreadClock.processCpuNanos() - processNanos) / nanos;
        for (int i = 0; i < threadIds.length; i++) {
            long awake = members.meters().get(i).awakeNanos.get();
            double share = (ThreadClock.cpuNanos(threadIds[i]) - threadNanos[i] - awake) / nanos;
            busiestLoopShare = Math.max(busiestLoopShare, share);
            double starved = (kernelThreads[i].waitedNanos() - waitedNanos[i]) / nanos;
            starvedLoopShare = Math.max(starvedLoopShare, starved);
        }
        collectedMillis = ThreadClock.collectionMillis() - collectionMillis;
    }

    /** After the members are detached. */
    GeneratorFigures figures() {
        Histogram lateness = LatencyRecorder.emptyHistogram();
        List<LoopMeter> meters = members.meters();
        meters.forEach(meter -> meter.lateness.addIntervalTo(lateness));
        return new GeneratorFigures(
                meters.size(),
                lateness,
                meters.stream().mapToLong(meter -> meter.heldBack.get()).sum(),
                members.pumps().stream().mapToLong(Pump::writeOffs).sum(),
                cpuShare,
                busiestLoopShare,
                starvedLoopShare,
                collectedMillis);
    }
}
