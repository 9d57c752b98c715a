package io.skein.cli;

import io.skein.lab.shell.SubscribeCommand;
import io.skein.lab.shell.SubscribeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein sub}: prints what any broker has. */
@Command(
        name = "sub",
        description = {
            "Subscribes at any MQTT broker and prints what comes.",
            "",
            "The options are those of mosquitto_sub. Ends at -C, -W or Ctrl-C; connects again when the"
                    + " connection is lost."
        },
        versionProvider = Version.class,
        sortOptions = false)
final class SubCommand implements Callable<Integer> {
    private static final String JSON = "%j";

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "What to subscribe to; can be repeated.")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            description = "0 (default), 1 or 2.")
    private int qos;

    @Option(
            names = {"-C"},
            paramLabel = "N",
            description = "End after N messages.")
    private @Nullable Long count;

    @Option(
            names = {"-W"},
            paramLabel = "SECONDS",
            description = "End after so long, with exit code 27.")
    private @Nullable Double timeoutSeconds;

    @Option(
            names = {"-E"},
            description = "End as soon as the broker has answered.")
    private boolean exitWhenSubscribed;

    @Option(
            names = {"-T", "--filter-out"},
            paramLabel = "FILTER",
            description = "What not to print; can be repeated.")
    private List<String> filteredOut = new ArrayList<>();

    @Option(
            names = {"-U", "--unsubscribe"},
            paramLabel = "FILTER",
            description = "What to unsubscribe from first; can be repeated.")
    private List<String> unsubscribed = new ArrayList<>();

    @Option(
            names = {"-R"},
            description = "Print no retained messages.")
    private boolean noRetained;

    @Option(names = "--retained-only", description = "Print retained messages only.")
    private boolean retainedOnly;

    @Option(
            names = "--remove-retained",
            description = "Remove the retained messages that are printed.")
    private boolean removeRetained;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print topic and payload.")
    private boolean verbose;

    @Option(
            names = {"-F"},
            paramLabel = "FORMAT",
            description = "How to print: %%t topic, %%p payload, %%q QoS, %%j JSON and more.")
    private @Nullable String format;

    @Option(names = "--json", description = "Print a JSON object for each message, as -F %%j does.")
    private boolean json;

    @Option(names = "--pretty", description = "JSON over several lines.")
    private boolean pretty;

    @Option(
            names = {"-N"},
            description = "No end of line after a message.")
    private boolean noEndOfLine;

    @Option(names = "--no-reconnect", description = "End when the connection is lost.")
    private boolean noReconnect;

    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Override
    public Integer call() {
        return SubscribeCommand.run(options(), System.out, System.err);
    }

    private SubscribeOptions options() {
        try {
            SubscribeOptions.Builder options = SubscribeOptions.builder();
            options.connection(connection.settings());
            topics.forEach(options::topic);
            filteredOut.forEach(options::filterOut);
            unsubscribed.forEach(options::unsubscribe);
            Given.apply(count, options::count);
            Given.apply(timeoutSeconds, seconds -> options.timeout(PubCommand.seconds(seconds)));
            return options.qos(qos)
                    .exitWhenSubscribed(exitWhenSubscribed)
                    .noRetained(noRetained)
                    .retainedOnly(retainedOnly)
                    .removeRetained(removeRetained)
                    .verbose(verbose)
                    .format(format == null && json ? JSON : format)
                    .pretty(pretty)
                    .noEndOfLine(noEndOfLine)
                    .reconnect(!noReconnect)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
