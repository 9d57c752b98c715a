package io.skein.lab.target;

/**
 * What one process of a target used while it was watched.
 *
 * @param command its name
 * @param cpuSeconds user and system time, in steps of 10 ms
 * @param residentBytes memory in use at the end
 * @param residentBytesMax the most since the process started
 * @param threads at the end
 */
public record TargetProcess(
        long pid,
        String command,
        double cpuSeconds,
        long residentBytes,
        long residentBytesMax,
        int threads) {}
