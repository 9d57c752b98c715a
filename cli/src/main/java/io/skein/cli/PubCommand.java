package io.skein.cli;

import io.skein.lab.shell.PublishCommand;
import io.skein.lab.shell.PublishOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein pub}: publishes to any broker. */
@Command(
        name = "pub",
        description = {
            "Publishes messages to any MQTT broker.",
            "",
            "The options are those of mosquitto_pub. Ends when the broker has acknowledged everything."
        },
        versionProvider = Version.class,
        sortOptions = false)
final class PubCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Where to.")
    private @Nullable String topic;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "What.")
    private @Nullable String message;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The content of a file.")
    private @Nullable Path file;

    @Option(
            names = {"-l", "--stdin-line"},
            description = "Each line of standard input.")
    private boolean lines;

    @Option(
            names = {"-s", "--stdin-file"},
            description = "Standard input as one message.")
    private boolean standardInput;

    @Option(
            names = {"-n", "--null-message"},
            description = "An empty message.")
    private boolean empty;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            description = "0 (default), 1 or 2.")
    private int qos;

    @Option(
            names = {"-r", "--retain"},
            description = "Retain it.")
    private boolean retain;

    @Option(names = "--repeat", paramLabel = "N", description = "Publish it N times.")
    private @Nullable Integer repeat;

    @Option(
            names = "--repeat-delay",
            paramLabel = "SECONDS",
            description = "Wait so long in between (default: 0).")
    private double repeatDelaySeconds;

    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Override
    public Integer call() {
        return PublishCommand.run(options(), System.in, System.err);
    }

    private PublishOptions options() {
        try {
            PublishOptions.Builder options = PublishOptions.builder();
            options.connection(connection.settings()).topic(topic).qos(qos).retain(retain);
            Given.apply(message, options::message);
            Given.apply(file, options::file);
            if (lines) {
                options.lines();
            }
            if (standardInput) {
                options.standardInput();
            }
            if (empty) {
                options.emptyMessage();
            }
            Given.apply(repeat, options::repeat);
            return options.repeatDelay(seconds(repeatDelaySeconds)).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * NANOS_PER_SECOND));
    }
}
