package io.skein.lab.watch;

/**
 * What one process did between two samples.
 *
 * @param command its name
 * @param cpuShare CPU in cores
 * @param residentBytes memory in use at the end
 * @param threads at the end
 * @param descriptors open files and sockets at the end
 * @param diskReadPerSecond bytes from disks
 * @param diskWrittenPerSecond bytes to disks
 */
public record ProcessUsage(
        long pid,
        String command,
        double cpuShare,
        long residentBytes,
        int threads,
        int descriptors,
        double diskReadPerSecond,
        double diskWrittenPerSecond) {
    static ProcessUsage between(ProcessSample before, ProcessSample after, double seconds) {
        return new ProcessUsage(
                after.pid(),
                after.command(),
                (after.cpuSeconds() - before.cpuSeconds()) / seconds,
                after.residentBytes(),
                after.threads(),
                after.descriptors(),
                (after.readBytes() - before.readBytes()) / seconds,
                (after.writtenBytes() - before.writtenBytes()) / seconds);
    }
}
