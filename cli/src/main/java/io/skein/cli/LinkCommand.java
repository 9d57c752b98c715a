package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.link.LinkProfiles;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab link}: an emulated link in front of anything that speaks TCP. */
@Command(
        name = "link",
        description = {
            "Delays, stalls and throttles what passes between whoever connects and an address, until it is"
                    + " stopped; says how late it was against what was set.",
            "",
            "A profile is lan, 5g, fibre, transatlantic, satellite or none, with figures of your own behind"
                    + " it: 5g:delay=30ms,loss=1%,down-bandwidth=5Mbit. Loss is a stall: TCP repeats what was"
                    + " lost, and what came behind waits."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LinkCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            defaultValue = "127.0.0.1:0",
            description =
                    "Where to listen; port 0 for any that is free (default: loopback). A link by netem has an"
                            + " address of its own, which is printed; of this the port counts.")
    private String listen = "";

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            required = true,
            description = "The other side.")
    private String to = "";

    @Option(
            names = "--profile",
            paramLabel = "NAME[:KEY=VALUE,...]",
            required = true,
            description = "What the link is like.")
    private String profile = "";

    @Mixin private LinksOption means = new LinksOption();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of jitter and loss (default: another each time; it is printed).")
    private @Nullable Long seed;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How often to say what passed (default: ${DEFAULT-VALUE}).")
    private String every = "";

    @Override
    public Integer call() {
        try {
            return io.skein.lab.link.LinkCommand.run(
                    new io.skein.lab.link.LinkCommand.Order(
                            HostAndPort.parse(listen, "127.0.0.1", 0),
                            HostAndPort.parse(to, "", 1),
                            LinkProfiles.parse(profile),
                            means.means(),
                            seed == null ? ThreadLocalRandom.current().nextLong() : seed),
                    Durations.parse(every),
                    System.out,
                    System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
