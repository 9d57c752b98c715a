package io.skein.cli;

import io.skein.lab.bench.Durations;
import io.skein.lab.client.BrokerUrl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab publisher}: the publishers of the stress matrix, commanded over MQTT. */
@Command(
        name = "publisher",
        description = {
            "Publishes counters as an analyser asks for it, run by run, until it is stopped.",
            "",
            "Serves 'skein lab analyser' and any other that publishes request/qos, request/delay and"
                    + " request/instancecount."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class PublisherCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "URL",
            required = true,
            description = "The broker where the analyser is.")
    private String target = "";

    @Option(
            names = "--first",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of the first instance (default: ${DEFAULT-VALUE}).")
    private int first;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of the last instance (default: ${DEFAULT-VALUE}).")
    private int last;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60s",
            description =
                    "Of runs whose analyser does not tell how long (default: ${DEFAULT-VALUE}).")
    private String duration = "";

    @Mixin private BrokerLogin login = new BrokerLogin();

    @Override
    public Integer call() {
        try {
            BrokerUrl url = BrokerUrl.parse(target);
            return io.skein.lab.stress.PublisherCommand.run(
                    url.address(),
                    login.username() == null ? url.username() : login.username(),
                    login.username() == null ? url.password() : login.password(),
                    login.tls(),
                    first,
                    last,
                    Durations.parse(duration),
                    System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
