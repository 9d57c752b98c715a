package io.skein.lab.result;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where and with what something was measured.
 *
 * @param processor the CPU's name, "unknown" where the platform does not tell
 * @param memoryBytes of the machine, 0 where the platform does not tell
 * @param labVersion of this program, "development" where it was not packaged
 */
public record Environment(
        String machine,
        String operatingSystem,
        String kernel,
        String architecture,
        String processor,
        int cpus,
        long memoryBytes,
        String java,
        String labVersion,
        String nettyVersion) {

    /** This machine and this program. */
    public static Environment here() {
        return new Environment(
                hostName(),
                System.getProperty("os.name", "unknown"),
                System.getProperty("os.version", "unknown"),
                System.getProperty("os.arch", "unknown"),
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                totalMemoryBytes(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                version(Environment.class.getPackage()),
                version(io.netty.channel.Channel.class.getPackage()));
    }

    /** All of it in a sentence. */
    public String sentence() {
        return "%s: %s, %d CPUs, %.1f GiB of memory; %s %s; %s; laboratory %s."
                .formatted(
                        machine,
                        processor,
                        cpus,
                        memoryBytes / (double) (1L << 30),
                        operatingSystem,
                        kernel,
                        java,
                        labVersion);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private static long totalMemoryBytes() {
        String kibibytes = field("/proc/meminfo", "MemTotal").replace(" kB", "");
        return kibibytes.equals("unknown") ? 0 : Long.parseLong(kibibytes) * 1024;
    }

    private static String field(String file, String name) {
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
                    return line.substring(colon + 1).strip();
                }
            }
        } catch (IOException e) {
            // Not Linux; the field is unknown there.
        }
        return "unknown";
    }

    private static String version(@Nullable Package name) {
        String version = name == null ? null : name.getImplementationVersion();
        return version == null ? "development" : version;
    }
}
