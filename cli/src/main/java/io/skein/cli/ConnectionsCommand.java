package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.Durations;
import io.skein.lab.connections.ConnectionsOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab connections}: how fast a broker takes connections, and what they cost it. */
@Command(
        name = "connections",
        description = {
            "Connects many clients that do nothing: how fast the broker takes them, how much memory each costs"
                    + " it, and whether all stand to the end.",
            "",
            "The exit code is 0 if all stood to the end, 1 if none was accepted, 3 if some were refused or"
                    + " lost, 130 if it was stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ConnectionsCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Option(
            names = "--count",
            paramLabel = "N",
            required = true,
            description = "How many connections.")
    private int count;

    @Option(
            names = "--rate",
            paramLabel = "PER_S",
            defaultValue = "0",
            description = "How many begin in a second (default: as fast as the broker takes them).")
    private double rate;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long they are kept (default: ${DEFAULT-VALUE}).")
    private String hold = "";

    @Option(
            names = "--keep-alive",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Keep alive of each (default: ${DEFAULT-VALUE}).")
    private int keepAliveSeconds;

    @Option(
            names = "--source",
            split = ",",
            paramLabel = "ADDRESS",
            description =
                    "Addresses of this machine to connect from, in turn, with commas between them: one has"
                            + " ports for some 28,000 connections. On loopback any of 127.0.0.0/8 serves.")
    private List<String> sources = List.of();

    @Mixin private AgentsOptions agents = new AgentsOptions();

    @Mixin private OutOption out = new OutOption();

    @Override
    public Integer call() {
        return io.skein.lab.connections.ConnectionsCommand.run(options(), System.out, System.err);
    }

    private ConnectionsOptions options() {
        try {
            BenchOptions.Builder options = broker.options(spec);
            out.apply(options);
            return new ConnectionsOptions(
                    options.build(),
                    count,
                    rate,
                    Durations.parse(hold),
                    keepAliveSeconds,
                    addresses(),
                    agents.options(null));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<InetAddress> addresses() {
        List<InetAddress> addresses = new ArrayList<>();
        for (String source : sources) {
            try {
                addresses.add(InetAddress.getByName(source.strip()));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("'" + source + "' is no address", e);
            }
        }
        return addresses;
    }
}
