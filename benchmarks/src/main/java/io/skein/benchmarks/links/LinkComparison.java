package io.skein.benchmarks.links;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Compares carriers between two processes on loopback: messages of 64 bytes, a window of 1, 64, 512
 * and 4,096 in flight, and 2,000 messages/s at a fixed pace. One thread hands messages over, as a
 * broker's event loop does, and hears of acknowledgements once per turn.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.links.LinkComparison [seconds] [carrier...]}
 */
public final class LinkComparison {
    private static final int RING = 1 << 16;
    private static final byte[] PAYLOAD = new byte[64];

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final long[] sentNanos = new long[RING];
    private final Histogram latencyNanos = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
    private final Thread sender = Thread.currentThread();
    private long sent;
    private long completed;

    private LinkComparison() {}

    /** Runs the comparison, or the receiving process of one. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("serve")) {
            Carrier.serve(arguments[1], Integer.parseInt(arguments[2]));
            System.out.println("ready");
            if (System.in.read() < 0) {
                System.exit(0);
            }
            return;
        }
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        List<String> names =
                arguments.length > 1
                        ? List.of(arguments).subList(1, arguments.length)
                        : List.of("jgroups", "jgroups-batch", "packets", "batches", "links");
        System.out.printf(
                "%-14s %9s %11s %9s %9s %9s %9s%n",
                "carrier", "in flight", "messages/s", "us here", "us there", "p50 us", "p99 us");
        for (String name : names) {
            compare(name, seconds);
        }
        System.exit(0);
    }

    private static void compare(String name, int seconds) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process peer =
                new ProcessBuilder(
                                System.getProperty("java.home") + File.separator + "bin/java",
                                "-Xmx512m",
                                "-Djava.net.preferIPv4Stack=true",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LinkComparison.class.getName(),
                                "serve",
                                name,
                                Integer.toString(port))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
                if (line == null) {
                    throw new IllegalStateException("receiving process ended");
                }
            }
            LinkComparison run = new LinkComparison();
            try (Carrier carrier = Carrier.connect(name, port, run::acknowledge)) {
                run.window(carrier, 512, 3);
                for (int window : new int[] {1, 64, 512, 4096}) {
                    run.measure(name, peer, window, () -> run.window(carrier, window, seconds));
                }
                run.paced(carrier, 2000, 1);
                run.measure(name, peer, 0, () -> run.paced(carrier, 2000, seconds));
            }
        } finally {
            peer.destroyForcibly().waitFor();
        }
    }

    private void acknowledge(int count) {
        if (acknowledged.getAndAdd(count) == 0) {
            LockSupport.unpark(sender);
        }
    }

    private void measure(String name, Process peer, int window, Runnable load) {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        latencyNanos.reset();
        long messages = completed;
        long hereNanos = system.getProcessCpuTime();
        long thereNanos = cpuNanos(peer);
        long start = System.nanoTime();
        load.run();
        double elapsedSeconds = (System.nanoTime() - start) / 1e9;
        messages = completed - messages;
        System.out.printf(
                "%-14s %9s %,11.0f %9.2f %9.2f %9.0f %9.0f%n",
                name,
                window == 0 ? "2000/s" : window,
                messages / elapsedSeconds,
                (system.getProcessCpuTime() - hereNanos) / 1e3 / messages,
                (cpuNanos(peer) - thereNanos) / 1e3 / messages,
                latencyNanos.getValueAtPercentile(50) / 1e3,
                latencyNanos.getValueAtPercentile(99) / 1e3);
    }

    private static long cpuNanos(Process process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** Keeps so many messages in flight, for so long, and waits for the last acknowledgement. */
    private void window(Carrier carrier, int window, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - end < 0) {
            while (sent - completed < window) {
                send(carrier);
            }
            carrier.flush();
            hear();
        }
        drain();
    }

    private void paced(Carrier carrier, int perSecond, int seconds) {
        long intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long start = System.nanoTime();
        for (int i = 0; i < perSecond * seconds; i++) {
            long due = start + i * intervalNanos;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
                take(acknowledged.getAndSet(0));
            }
            send(carrier);
            carrier.flush();
        }
        drain();
    }

    private void send(Carrier carrier) {
        sentNanos[(int) (sent++ % RING)] = System.nanoTime();
        carrier.send(PAYLOAD);
    }

    private void drain() {
        while (completed < sent) {
            hear();
        }
    }

    private void hear() {
        int count = acknowledged.getAndSet(0);
        while (count == 0) {
            LockSupport.park(this);
            count = acknowledged.getAndSet(0);
        }
        take(count);
    }

    private void take(int count) {
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            latencyNanos.recordValue(now - sentNanos[(int) (completed++ % RING)]);
        }
    }
}
