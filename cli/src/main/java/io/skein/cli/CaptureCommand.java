package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.capture.CaptureOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein lab capture}: what was on the wire, packet by packet. */
@Command(
        name = "capture",
        description = {
            "Records what passes at a broker's port with tcpdump or dumpcap, while a command runs or until it is"
                    + " stopped, and lists the MQTT in it: packets, and the flights they belong to.",
            "",
            "  skein lab capture --out DIR --port 1883 -- skein lab bench --target mqtt://localhost",
            "  skein lab capture --read FILE.pcap",
            "",
            "The exit code is 0, 1 if nothing was recorded or read, 3 if the command failed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CaptureCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--read",
            paramLabel = "FILE",
            description = "Reads this capture (pcap or pcapng) instead of recording one.")
    private @Nullable Path read;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where capture.pcap, listing.txt and flights.csv go.")
    private @Nullable Path out;

    @Option(
            names = "--port",
            split = ",",
            paramLabel = "PORT",
            description =
                    "Ports of brokers (default: 1883; of a capture that is read, every connection that begins"
                            + " with CONNECT).")
    private List<Integer> ports = new ArrayList<>();

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            defaultValue = "lo",
            description = "Network interface (default: ${DEFAULT-VALUE}).")
    private String device = "";

    @Option(
            names = "--program",
            paramLabel = "PATH",
            description = "tcpdump or dumpcap (default: whichever is installed).")
    private @Nullable String program;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description =
                    "How long to record at most (default: until the command ends, or Ctrl-C).")
    private @Nullable String duration;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "What to run meanwhile, behind --.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        try {
            List<Integer> wanted = ports.isEmpty() && read == null ? List.of(1883) : ports;
            return io.skein.lab.capture.CaptureCommand.run(
                    new CaptureOptions(
                            read,
                            out,
                            new HashSet<>(wanted),
                            device,
                            program,
                            duration == null ? null : Durations.parse(duration),
                            command),
                    System.out,
                    System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
