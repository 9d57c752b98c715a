package io.skein.cli;

import io.skein.lab.client.TlsFiles;
import io.skein.lab.shell.ConnectionSettings;
import io.skein.lab.shell.PropertyArguments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options that {@code pub} and {@code sub} share, under the names mosquitto's clients gave
 * them.
 */
final class ConnectionOptions {
    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "Where the broker is (default: localhost).")
    private @Nullable String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its port (default: 1883, with TLS 8883).")
    private @Nullable Integer port;

    @Option(
            names = {"-L", "--url"},
            paramLabel = "URL",
            description =
                    "All in one: mqtt[s]://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC, or"
                            + " ws[s]://[USER[:PASSWORD]@]HOST[:PORT]/PATH.")
    private @Nullable String url;

    @Option(
            names = {"-V", "--protocol-version"},
            paramLabel = "VERSION",
            description = "mqttv31, mqttv311 (default) or mqttv5.")
    private @Nullable String version;

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description = "Client identifier (default: the broker chooses).")
    private @Nullable String clientId;

    @Option(
            names = {"-I", "--id-prefix"},
            paramLabel = "PREFIX",
            description = "Client identifier of this and the process id.")
    private @Nullable String clientIdPrefix;

    @Option(
            names = {"-c", "--disable-clean-session"},
            description = "Keep the session at the broker; needs -i.")
    private boolean keepSession;

    @Option(
            names = {"-x", "--session-expiry-interval"},
            paramLabel = "SECONDS",
            description = "How long the broker keeps the session (MQTT 5).")
    private @Nullable Long sessionExpirySeconds;

    @Option(
            names = {"-k", "--keepalive"},
            paramLabel = "SECONDS",
            description = "Keep alive (default: 60).")
    private @Nullable Integer keepAliveSeconds;

    @Option(
            names = {"-u", "--username"},
            paramLabel = "NAME",
            description = "User name.")
    private @Nullable String username;

    @Option(
            names = {"-P", "--pw"},
            paramLabel = "PASSWORD",
            description = "Password.")
    private @Nullable String password;

    @Option(names = "--will-topic", paramLabel = "TOPIC", description = "Topic of a will.")
    private @Nullable String willTopic;

    @Option(names = "--will-payload", paramLabel = "TEXT", description = "Payload of the will.")
    private @Nullable String willPayload;

    @Option(names = "--will-qos", paramLabel = "QOS", description = "QoS of the will.")
    private int willQos;

    @Option(names = "--will-retain", description = "Retain the will.")
    private boolean willRetain;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "Use TLS and trust these certificates (PEM).")
    private @Nullable Path caFile;

    @Option(names = "--cert", paramLabel = "FILE", description = "The client's certificate (PEM).")
    private @Nullable Path certFile;

    @Option(names = "--key", paramLabel = "FILE", description = "The certificate's key (PEM).")
    private @Nullable Path keyFile;

    @Option(names = "--insecure", description = "Use TLS and accept any certificate: for tests.")
    private boolean insecure;

    @Option(
            names = {"-D", "--property"},
            paramLabel = "COMMAND PROPERTY VALUE",
            arity = "3..4",
            parameterConsumer = PropertyWords.class,
            description =
                    "A property of MQTT 5, such as -D publish content-type text/plain or -D connect"
                            + " user-property NAME VALUE; can be repeated.")
    private List<List<String>> properties = new ArrayList<>();

    @Option(
            names = {"-d", "--debug"},
            description = "Tell of every packet.")
    private boolean debug;

    @Option(names = "--quiet", description = "Print no errors.")
    private boolean quiet;

    @SuppressWarnings("unused") // picocli asks the option, not the field
    @Option(names = "--help", usageHelp = true, description = "Show this help message and exit.")
    private boolean help;

    @SuppressWarnings("unused")
    @Option(
            names = "--version",
            versionHelp = true,
            description = "Print version information and exit.")
    private boolean versionHelp;

    /** How many words belong to a property depends on the property. */
    static final class PropertyWords implements IParameterConsumer {
        private static final int WORDS_BEFORE_IT_IS_KNOWN = 2;

        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            List<String> argument = new ArrayList<>();
            int count = WORDS_BEFORE_IT_IS_KNOWN;
            while (argument.size() < count) {
                if (words.isEmpty()) {
                    throw new ParameterException(
                            command.commandLine(),
                            "-D takes a command, a property and its value (for user-property a name"
                                    + " and a value)");
                }
                argument.add(words.pop());
                if (argument.size() == WORDS_BEFORE_IT_IS_KNOWN) {
                    count = PropertyArguments.arity(argument.get(1));
                }
            }
            List<List<String>> all = new ArrayList<>(option.<List<List<String>>>getValue());
            all.add(argument);
            option.setValue(all);
        }
    }

    /**
     * What the options say.
     *
     * @throws IllegalArgumentException if they do not go together; the message says why
     */
    ConnectionSettings settings() {
        ConnectionSettings.Builder settings = ConnectionSettings.builder();
        Given.apply(url, settings::url); // first: what stands alone wins over its part of the URL
        Given.apply(host, settings::host);
        Given.apply(port, settings::port);
        Given.apply(version, settings::version);
        Given.apply(clientId, settings::clientId);
        Given.apply(clientIdPrefix, settings::clientIdPrefix);
        settings.cleanSession(!keepSession);
        Given.apply(sessionExpirySeconds, settings::sessionExpirySeconds);
        Given.apply(keepAliveSeconds, settings::keepAliveSeconds);
        Given.apply(username, settings::username);
        Given.apply(password, settings::password);
        Given.apply(willTopic, settings::willTopic);
        Given.apply(willPayload, settings::willPayload);
        settings.willQos(willQos).willRetain(willRetain);
        settings.tls(new TlsFiles(caFile, certFile, keyFile, insecure));
        properties.forEach(settings::property);
        return settings.debug(debug).quiet(quiet).build();
    }
}
