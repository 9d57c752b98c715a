package io.skein.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein lab sink}: what a generator is held against. */
@Command(
        name = "sink",
        description = {
            "Takes every connection, acknowledges every message and passes it to whoever has subscribed, at the"
                    + " least cost, until it is stopped. It is no broker: it keeps and repeats nothing.",
            "",
            "What 'skein lab bench' reaches against it is the generator's own ceiling, and the latency it reports"
                    + " the generator's own error."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SinkCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where to listen; port 0 for any that is free (default: loopback).")
    private String listen = "";

    @Override
    public Integer call() {
        try {
            return io.skein.lab.sink.SinkCommand.run(
                    HostAndPort.parse(listen, "127.0.0.1", 0), System.out, System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
