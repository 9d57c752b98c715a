package io.skein.server.admin;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process takes of the machine.
 *
 * @param cpuNanos CPU time since its start, all threads together
 * @param heapUsedBytes Java objects, dead ones included
 * @param heapMaximumBytes as far as the heap may grow
 * @param residentBytes physical memory; -1 where the system does not tell
 * @param processors available to it
 */
record ProcessState(
        long cpuNanos,
        long heapUsedBytes,
        long heapMaximumBytes,
        long residentBytes,
        int processors) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /** As it is now. */
    static ProcessState now() {
        Runtime runtime = Runtime.getRuntime();
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new ProcessState(
                system.getProcessCpuTime(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                readResidentBytes(),
                runtime.availableProcessors());
    }

    private static long readResidentBytes() {
        if (!Files.isReadable(STATUS)) {
            return -1; // only Linux has it
        }
        try {
            List<String> lines = Files.readAllLines(STATUS);
            return lines.stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }
}
