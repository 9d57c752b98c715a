package io.skein.lab.watch;

/**
 * What this machine did between two samples.
 *
 * @param cpuShare CPU in cores
 * @param idleShare part of all processors that had nothing to do, 0 to 1
 * @param usedBytes memory in use at the end
 * @param receivedPerSecond bytes by network interfaces other than loopback
 * @param sentPerSecond likewise
 * @param loopbackPerSecond bytes through the loopback interface
 * @param diskReadPerSecond bytes from disks
 * @param diskWrittenPerSecond bytes to disks
 */
public record HostUsage(
        double cpuShare,
        double idleShare,
        long usedBytes,
        double receivedPerSecond,
        double sentPerSecond,
        double loopbackPerSecond,
        double diskReadPerSecond,
        double diskWrittenPerSecond) {
    private static final double TICKS_PER_SECOND = 100;

    static HostUsage between(HostSample before, HostSample after, double seconds) {
        long total = after.totalTicks() - before.totalTicks();
        long busy = after.busyTicks() - before.busyTicks();
        return new HostUsage(
                busy / TICKS_PER_SECOND / seconds,
                total == 0 ? 0 : 1 - (double) busy / total,
                after.usedBytes(),
                (after.receivedBytes() - before.receivedBytes()) / seconds,
                (after.sentBytes() - before.sentBytes()) / seconds,
                (after.loopbackBytes() - before.loopbackBytes()) / seconds,
                (after.diskReadBytes() - before.diskReadBytes()) / seconds,
                (after.diskWrittenBytes() - before.diskWrittenBytes()) / seconds);
    }
}
