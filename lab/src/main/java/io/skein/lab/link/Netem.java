package io.skein.lab.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.InNamespace;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.fault.NetworkNamespace;
import io.skein.lab.fault.ShellCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's queue that delays, loses and throttles, by the program {@code tc} of iproute2.
 *
 * @param tc the program
 */
record Netem(String tc) {
    /** Packets that may wait at least, whatever the figures: small ones are many. */
    private static final long PACKETS_MINIMUM = 10_000;

    private static final int PACKET_BYTES = 1_514;
    private static final double BUFFER_SECONDS = 0.1;
    private static final double DEVIATIONS = 3;

    /** With a rate packets stay in order, which jitter alone would not keep: faster than any. */
    private static final long UNLIMITED_BITS_PER_SECOND = 100_000_000_000L;

    private static final JsonMapper JSON = new JsonMapper();

    /** What is missing before anything is tried, in words; null if nothing is. */
    static @Nullable String missingForAll() {
        return NetworkNamespace.missing();
    }

    /**
     * Tries it in a namespace of its own, which is gone afterwards.
     *
     * @return what is missing, in words; null if nothing is
     */
    @Nullable String missing(Leftovers leftovers) {
        String name = "sklink-try-" + ProcessHandle.current().pid();
        try (NetworkNamespace namespace = NetworkNamespace.make(name, leftovers)) {
            InNamespace.call(namespace, () -> true);
            List<String> command = command(List.of(name), "add", NetworkNamespace.LOOPBACK);
            command.addAll(List.of("netem", "delay", "1000us"));
            ShellCommand.mustRun(command);
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Lets what leaves an interface of this machine pass so. */
    void shape(String device, Impairment way) throws FaultFailedException {
        shape(List.of(), device, way);
    }

    /** Lets what leaves the interface of a namespace pass so. */
    void shape(NetworkNamespace namespace, Impairment way) throws FaultFailedException {
        shape(List.of(namespace.name()), NetworkNamespace.INTERFACE, way);
    }

    private void shape(List<String> namespace, String device, Impairment way)
            throws FaultFailedException {
        List<String> command = command(namespace, "add", device);
        command.addAll(words(way));
        ShellCommand.mustRun(command);
    }

    /** How many packets the queue of an interface of this machine lost. */
    long lost(String device) throws FaultFailedException {
        return lost(List.of(), device);
    }

    /** How many packets the queue of a namespace's interface lost. */
    long lost(NetworkNamespace namespace) throws FaultFailedException {
        return lost(List.of(namespace.name()), NetworkNamespace.INTERFACE);
    }

    private long lost(List<String> namespace, String device) throws FaultFailedException {
        List<String> command = new ArrayList<>(List.of(tc, "-s", "-j"));
        namespace.forEach(name -> command.addAll(List.of("-n", name)));
        command.addAll(List.of("qdisc", "show", "dev", device, "root"));
        String said = ShellCommand.mustRun(command);
        try {
            long drops = 0;
            for (JsonNode queue : JSON.readTree(said)) {
                drops += queue.path("drops").asLong();
            }
            return drops;
        } catch (JsonProcessingException e) {
            throw new FaultFailedException(
                    "'%s' says no JSON: %s".formatted(String.join(" ", command), said));
        }
    }

    private List<String> command(List<String> namespace, String verb, String device) {
        List<String> command = new ArrayList<>(List.of(tc));
        namespace.forEach(name -> command.addAll(List.of("-n", name)));
        command.addAll(List.of("qdisc", verb, "dev", device, "root"));
        return command;
    }

    /** A direction in the words of tc: microseconds, percent, bits per second. */
    static List<String> words(Impairment way) {
        List<String> words =
                new ArrayList<>(List.of("netem", "limit", Long.toString(packets(way))));
        if (way.delayNanos() > 0 || way.jitterNanos() > 0) {
            words.addAll(List.of("delay", micros(way.delayNanos())));
        }
        if (way.jitterNanos() > 0) {
            words.addAll(List.of(micros(way.jitterNanos()), "distribution", "normal"));
        }
        if (way.loss() > 0) {
            words.addAll(
                    List.of(
                            "loss",
                            "random",
                            String.format(Locale.ROOT, "%.6f%%", way.loss() * 100)));
        }
        if (way.bitsPerSecond() > 0 || way.jitterNanos() > 0) {
            long rate = way.bitsPerSecond() > 0 ? way.bitsPerSecond() : UNLIMITED_BITS_PER_SECOND;
            words.addAll(List.of("rate", rate + "bit"));
        }
        return words;
    }

    /** What fits on the way and into the buffer of a router before it. */
    private static long packets(Impairment way) {
        double seconds = (way.delayNanos() + DEVIATIONS * way.jitterNanos()) / 1e9 + BUFFER_SECONDS;
        double packets = way.bitsPerSecond() / 8.0 * seconds / PACKET_BYTES;
        return Math.max(PACKETS_MINIMUM, Math.round(packets));
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%.3fus", nanos / 1e3);
    }
}
