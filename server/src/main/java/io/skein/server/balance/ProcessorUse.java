package io.skein.server.balance;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this process takes of the processors, from one look to the next. For one thread. */
final class ProcessorUse {
    private static final int PERCENT = 100;

    private long lookedNanos;
    private long usedNanos;
    private boolean looked;
    private int percent;

    /** Looks. */
    void look(long nowNanos) {
        long used = usedNanos();
        long passed = nowNanos - lookedNanos;
        if (looked && passed > 0) {
            double busy = (double) (used - usedNanos) / passed;
            double share = busy * PERCENT / Runtime.getRuntime().availableProcessors();
            percent = Math.clamp(Math.round(share), 0, PERCENT);
        }
        looked = true;
        lookedNanos = nowNanos;
        usedNanos = used;
    }

    private static long usedNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    /** Between the last two looks, 0 to 100; 0 before. */
    int percent() {
        return percent;
    }
}
