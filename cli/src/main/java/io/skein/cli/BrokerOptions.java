package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which broker an instrument measures, and how its clients connect. */
final class BrokerOptions {
    @Option(
            names = "--target",
            paramLabel = "URL[,URL...]|NAME",
            required = true,
            description =
                    "Brokers: mqtt[s]://HOST:PORT or ws[s]://HOST:PORT/PATH, with commas between them;"
                            + " clients are spread over them. Or a broker to start for the bench: see"
                            + " 'skein lab targets'.")
    private String target = "";

    @Option(
            names = "--protocol",
            paramLabel = "VERSION",
            description = "3.1, 3.1.1 (default) or 5.")
    private @Nullable String protocol;

    @Mixin private BrokerLogin login = new BrokerLogin();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops of this generator (default: 1).")
    private @Nullable Integer threads;

    @Option(names = "--seed", paramLabel = "N", description = "Of what is random (default: 1).")
    private @Nullable Long seed;

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    BenchOptions.Builder options(CommandSpec spec) {
        BenchOptions.Builder options = BenchOptions.builder().target(target);
        Given.apply(protocol, options::protocol);
        if (login.username() != null || login.password() != null) {
            options.credentials(login.username(), login.password());
        }
        options.tls(login.tls());
        Given.apply(threads, options::threads);
        Given.apply(seed, options::seed);
        return options.commandLine(Typed.command(spec));
    }
}
