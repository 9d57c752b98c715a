package io.skein.lab.capture;

import io.skein.lab.StopSignal;
import io.skein.lab.target.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A running tcpdump or dumpcap. It writes to its standard output, which is the file: so it does not
 * matter as which user it goes on after it has opened the interface.
 */
final class Recorder implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("tcpdump", "dumpcap");
    private static final int PCAP_HEADER_BYTES = 24;
    private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long STOP_SECONDS = 10;

    /** Longer than the kernel keeps frames before it hands them over: tcpdump lets it for 1 s. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** What the kernel may keep: at 300,000 frames of 200 bytes in a second, one second's. */
    private static final int BUFFER_MIB = 64;

    private static final Pattern DROPPED = Pattern.compile("(\\d+) packets? dropped by kernel");

    private final Process process;
    private final Path log;

    private Recorder(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts to record; returns when frames are taken.
     *
     * @param program path of tcpdump or dumpcap; null to look for one
     * @param device network interface
     * @param ports of brokers, at least one
     * @param file gets the frames
     * @param log gets what the program says
     * @throws CaptureFailedException if there is no such program, or it ends at once
     */
    static Recorder start(
            @Nullable String program,
            String device,
            Set<Integer> ports,
            Path file,
            Path log,
            StopSignal stop)
            throws IOException {
        Path found = find(program);
        Process process =
                new ProcessBuilder(command(found, device, ports))
                        .redirectOutput(file.toFile())
                        .redirectError(log.toFile())
                        .start();
        process.getOutputStream().close();
        Recorder recorder = new Recorder(process, log);
        long deadline = System.nanoTime() + READY_NANOS;
        while (!recorder.isListening(file)) {
            if (!process.isAlive()) {
                Files.deleteIfExists(file); // nothing is in it
                throw new CaptureFailedException(
                        "%s ended: %s".formatted(found, recorder.said().strip()));
            }
            if (stop.await(POLL_NANOS) || System.nanoTime() > deadline) {
                recorder.close();
                throw new CaptureFailedException(
                        stop.isRaised()
                                ? "interrupted"
                                : "%s does not listen within 15 s".formatted(found));
            }
        }
        return recorder;
    }

    private static Path find(@Nullable String given) throws CaptureFailedException {
        for (String name : given == null ? PROGRAMS : List.of(given)) {
            Path found = Programs.find(name);
            if (found != null) {
                return found;
            }
        }
        throw new CaptureFailedException(
                given == null
                        ? "neither tcpdump nor dumpcap is here: on Debian apt-get install tcpdump, or record elsewhere and"
                                + " give the file to --read"
                        : "there is no program " + given);
    }

    private static List<String> command(Path program, String device, Set<Integer> ports) {
        String filter =
                ports.stream()
                        .sorted()
                        .map(port -> "tcp port " + port)
                        .collect(Collectors.joining(" or "));
        String path = program.toString();
        return program.getFileName().toString().contains("dumpcap")
                ? List.of(
                        path,
                        "-i",
                        device,
                        "-P",
                        "-q",
                        "-B",
                        Integer.toString(BUFFER_MIB),
                        "-s",
                        "0",
                        "-w",
                        "-",
                        "-f",
                        filter)
                : List.of(
                        path,
                        "-i",
                        device,
                        "-n",
                        "-s",
                        "0",
                        "-U",
                        "-B",
                        Integer.toString(BUFFER_MIB * 1024),
                        "-w",
                        "-",
                        filter);
    }

    private boolean isListening(Path file) throws IOException {
        String said = said();
        return said.contains("listening on")
                || said.contains("Capturing on")
                || Files.size(file) >= PCAP_HEADER_BYTES;
    }

    private String said() throws IOException {
        return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    }

    /**
     * Frames that the kernel had no room for; -1 if the program does not say. Once it is closed.
     */
    long dropped() throws IOException {
        Matcher matcher = DROPPED.matcher(said());
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /** Waits for the last frames, unless it is to end at once. */
    void linger(StopSignal stop) {
        stop.await(LINGER_NANOS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
