package io.skein.lab.capture;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be captured, or read.
 *
 * @param read a capture that is there; null to record one
 * @param out folder for capture, listing and table; may be null where one is read
 * @param ports of brokers; with none, and only where a capture is read, every connection that
 *     begins with a CONNECT
 * @param device network interface
 * @param program path of tcpdump or dumpcap; null to look for one
 * @param duration how long to record; null until the command ends or somebody stops it
 * @param command to run meanwhile; may be empty
 */
public record CaptureOptions(
        @Nullable Path read,
        @Nullable Path out,
        Set<Integer> ports,
        String device,
        @Nullable String program,
        @Nullable Duration duration,
        List<String> command) {
    /** Checks that they fit together. */
    public CaptureOptions {
        ports = Set.copyOf(ports);
        command = List.copyOf(command);
        if (read == null && out == null) {
            throw new IllegalArgumentException("where to? Say --out, or --read for a file");
        }
        if (read == null && ports.isEmpty()) {
            throw new IllegalArgumentException("at least one port to record");
        }
        if (read != null && !command.isEmpty()) {
            throw new IllegalArgumentException(
                    "a capture is read, or recorded while a command runs");
        }
        for (int port : ports) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
            }
        }
    }
}
