package io.skein.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read below /proc, against files written by hand. */
class SamplesTest {
    @TempDir private Path root = Path.of("");

    private Path proc = Path.of("");
    private Path sys = Path.of("");

    @BeforeEach
    void directories() {
        proc = root.resolve("proc");
        sys = root.resolve("sys");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void process(int userTicks, int systemTicks) throws IOException {
        write(
                "proc/42/stat",
                "42 (bro (ker) x) S 1 42 42 0 -1 4194304 9 0 0 0 %d %d 0 0 20 0 5 0 1 1 1\n"
                        .formatted(userTicks, systemTicks));
        write(
                "proc/42/status",
                "Name:\tbroker\nVmHWM:\t    300 kB\nVmRSS:\t    200 kB\nThreads:\t5\n");
        write("proc/42/io", "rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n");
        write("proc/42/fd/0", "");
        write("proc/42/fd/1", "");
    }

    @Test
    void aProcessIsReadThoughItsNameHasBlanksAndParentheses() throws IOException {
        process(250, 50);
        assertThat(ProcessSample.of(proc, 42))
                .contains(
                        new ProcessSample(
                                42, "bro (ker) x", 3.0, 200 * 1024, 300 * 1024, 5, 2, 4096, 8192));
    }

    @Test
    void aProcessThatHasEndedIsNoSample() {
        assertThat(ProcessSample.of(proc, 43)).isEmpty();
    }

    @Test
    void whatAProcessDidIsTheDifferenceOfTwoSamplesByTheTime() throws IOException {
        process(100, 0);
        ProcessSample before = ProcessSample.of(proc, 42).orElseThrow();
        process(300, 100);
        ProcessSample after = ProcessSample.of(proc, 42).orElseThrow();
        ProcessUsage usage = ProcessUsage.between(before, after, 2);
        assertThat(usage.cpuShare()).isEqualTo(1.5);
        assertThat(usage.residentBytes()).isEqualTo(200 * 1024);
        assertThat(usage.diskWrittenPerSecond()).isZero();
    }

    private void machine(int busy, int idle, int received, int sectors) throws IOException {
        write("proc/stat", "cpu  %d 0 0 %d 0 0 0 0 0 0\ncpu0 1 1 1 1\n".formatted(busy, idle));
        write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 400 kB\n");
        write(
                "proc/net/dev",
                """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes
                    lo: 77 0 0 0 0 0 0 0 77 0 0 0 0 0 0 0
                  eth0: %d 0 0 0 0 0 0 0 50 0 0 0 0 0 0 0
                """
                        .formatted(received));
        write(
                "proc/diskstats",
                """
                 8 0 sda 1 0 %d 0 1 0 20 0 0 0 0
                 8 1 sda1 1 0 999 0 1 0 999 0 0 0 0
                """
                        .formatted(sectors));
        write("sys/block/sda/device/model", "");
    }

    @Test
    void aMachineIsReadWithoutLoopbackAndPartitions() throws IOException {
        machine(100, 300, 1_000, 10);
        assertThat(HostSample.of(proc, sys))
                .isEqualTo(new HostSample(100, 400, 600 * 1024, 1_000, 50, 77, 5_120, 10_240));
    }

    @Test
    void whatAMachineDidIsTheDifferenceOfTwoSamplesByTheTime() throws IOException {
        machine(100, 300, 1_000, 10);
        HostSample before = HostSample.of(proc, sys);
        machine(400, 400, 5_000, 30);
        HostUsage usage = HostUsage.between(before, HostSample.of(proc, sys), 2);
        assertThat(usage.cpuShare()).isEqualTo(1.5);
        assertThat(usage.idleShare()).isEqualTo(0.25);
        assertThat(usage.receivedPerSecond()).isEqualTo(2_000);
        assertThat(usage.diskReadPerSecond()).isEqualTo(5_120);
    }

    @Test
    void whereThereIsNoProcThereAreNoFigures() {
        assertThat(HostSample.of(proc, sys)).isEqualTo(new HostSample(0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void columnsAreSumsOverTheProcesses() throws IOException {
        process(100, 0);
        ProcessSample sample = ProcessSample.of(proc, 42).orElseThrow();
        ProcessUsage usage = ProcessUsage.between(sample, sample, 1);
        HostUsage host = new HostUsage(1, 0.5, 6, 7, 8, 9, 10, 11);
        List<Double> values = MomentColumns.values(new Moment(0, host, List.of(usage, usage)));
        assertThat(values).hasSameSizeAs(MomentColumns.names());
        assertThat(values.get(MomentColumns.names().indexOf("target_rss_bytes")))
                .isEqualTo(2.0 * 200 * 1024);
        assertThat(values.get(MomentColumns.names().indexOf("host_idle_share"))).isEqualTo(0.5);
    }
}
