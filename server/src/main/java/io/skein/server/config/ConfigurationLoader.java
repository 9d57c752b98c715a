package io.skein.server.config;

import io.skein.broker.BrokerLimits;
import io.skein.broker.OverloadLimits;
import io.skein.broker.SharedSubscriptions;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.files.FileProblem;
import io.skein.server.net.ListenerRules;
import io.skein.server.net.NetworkLimits;
import io.skein.server.tls.ClientCertificate;
import io.skein.server.tls.TlsSettings;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Configuration} of a YAML file, the environment and {@code --set} options, the
 * later overriding the earlier. Everything that is wrong is found, not only the first.
 */
public final class ConfigurationLoader {
    private static final String NO_FILE = "configuration";
    private static final int LISTENERS_MAXIMUM = 100;

    private final Map<String, String> environment;
    private final List<String> options;
    private final Function<Configuration, List<Problem>> check;

    /**
     * A loader.
     *
     * @param environment variables; those that begin with {@code SKEIN_} count
     * @param options {@code key=value}, as given to {@code --set}
     */
    public ConfigurationLoader(Map<String, String> environment, List<String> options) {
        this(environment, options, _ -> List.of());
    }

    /**
     * A loader that looks further than the keys and their values.
     *
     * @param check what else is wrong with a configuration, for the same list of problems; where a
     *     value is wrong it sees the standard
     */
    public ConfigurationLoader(
            Map<String, String> environment,
            List<String> options,
            Function<Configuration, List<Problem>> check) {
        this.environment = Map.copyOf(environment);
        this.options = List.copyOf(options);
        this.check = check;
    }

    /** The configuration without a file: what every key has when nothing is said. */
    public Configuration load() throws ConfigurationException {
        return load(NO_FILE, "");
    }

    /** The configuration of a file. */
    public Configuration load(Path file) throws ConfigurationException {
        try {
            return load(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw unreadable(file, FileProblem.why(e));
        }
    }

    private static ConfigurationException unreadable(Path file, String why) {
        return new ConfigurationException(List.of(new Problem(file.toString(), why)));
    }

    /**
     * The configuration of a text.
     *
     * @param name what messages call it
     */
    public Configuration load(String name, String yaml) throws ConfigurationException {
        List<Problem> problems = new ArrayList<>();
        Map<String, Setting> settings = new LinkedHashMap<>();
        try (Reader text = new StringReader(yaml)) {
            settings.putAll(YamlSettings.read(name, text, problems));
        } catch (IOException e) {
            problems.add(new Problem(name, e.toString()));
        }
        addEnvironment(settings, problems);
        addOptions(settings, problems);
        SettingsReader reader = new SettingsReader(settings, problems);
        reader.refuseUnknown();
        Configuration configuration = read(reader, name, problems);
        if (configuration != null) {
            problems.addAll(check.apply(configuration));
        }
        if (!problems.isEmpty() || configuration == null) {
            throw new ConfigurationException(problems.stream().distinct().toList());
        }
        return configuration;
    }

    private void addEnvironment(Map<String, Setting> settings, List<Problem> problems) {
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            if (!EnvironmentNames.isMeant(name, variable.getValue())) {
                continue;
            }
            EnvironmentNames.path(name, settings.keySet())
                    .ifPresentOrElse(
                            path ->
                                    settings.put(
                                            path, new Setting(path, variable.getValue(), name)),
                            () ->
                                    problems.add(
                                            new Problem(
                                                    name,
                                                    "unknown variable"
                                                            + EnvironmentNames.nearest(name)
                                                                    .map(ConfigurationLoader::hint)
                                                                    .orElse(""))));
        }
    }

    private static String hint(String nearest) {
        return "; did you mean " + nearest + "?";
    }

    private void addOptions(Map<String, Setting> settings, List<Problem> problems) {
        for (String option : options) {
            String where = "--set " + option;
            int equals = option.indexOf('=');
            if (equals < 1) {
                problems.add(new Problem(where, "expected key=value"));
            } else {
                String path = option.substring(0, equals);
                settings.put(path, new Setting(path, option.substring(equals + 1), where));
            }
        }
    }

    /** Null if the parts do not make a whole; the reason is among the problems then. */
    private static @Nullable Configuration read(
            SettingsReader reader, String name, List<Problem> problems) {
        SecurityReader security = new SecurityReader(reader, name, problems);
        List<ListenerSettings> listeners = listeners(reader, security, name, problems);
        try {
            return new Configuration(
                    reader.value(Keys.NODE_NAME),
                    Path.of(reader.value(Keys.DATA)),
                    reader.value(Keys.DURABILITY),
                    reader.value(Keys.ARCHITECTURE),
                    reader.value(Keys.THREADS),
                    listeners,
                    new AdminSettings(
                            reader.value(Keys.ADMIN_BIND), reader.optional(Keys.ADMIN_ADVERTISED)),
                    reader.clusterOptions(),
                    brokerLimits(reader),
                    overloadLimits(reader),
                    new SharedSubscriptions(
                            reader.value(Keys.SHARED_STRATEGY), reader.value(Keys.SHARED_GROUPS)),
                    decoderLimits(reader),
                    networkLimits(reader),
                    security.settings(listeners),
                    reader.value(Keys.SYS_INTERVAL),
                    reader.value(Keys.REFER_ABOVE),
                    log(reader),
                    reader.effective());
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(name, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static BrokerLimits brokerLimits(SettingsReader reader) {
        return new BrokerLimits(
                reader.value(Keys.KEEP_ALIVE),
                reader.value(Keys.SESSION_EXPIRY),
                reader.value(Keys.RECEIVE),
                reader.value(Keys.INFLIGHT),
                reader.value(Keys.QUEUED_MESSAGES),
                reader.value(Keys.QUEUED_BYTES),
                reader.value(Keys.SUBSCRIPTIONS),
                reader.value(Keys.TOPIC_ALIASES),
                reader.value(Keys.PACKET_BYTES));
    }

    private static LogSettings log(SettingsReader reader) {
        String file = reader.optional(Keys.LOG_FILE);
        return new LogSettings(
                reader.value(Keys.LOG_LEVEL),
                reader.value(Keys.LOG_FORMAT),
                file == null ? null : Path.of(file),
                reader.value(Keys.LOG_FILE_BYTES),
                reader.value(Keys.LOG_FILES));
    }

    private static NetworkLimits networkLimits(SettingsReader reader) {
        return new NetworkLimits(
                reader.value(Keys.CONNECTIONS),
                reader.value(Keys.CONNECT_SECONDS),
                reader.value(Keys.CONNECT_BYTES),
                reader.value(Keys.WRITE_BUFFER_BYTES),
                reader.value(Keys.UPGRADE_REQUEST_BYTES),
                reader.value(Keys.BACKLOG),
                reader.value(Keys.CONNECTS_PER_SECOND),
                reader.value(Keys.CONNECTS_PER_SECOND_AND_ADDRESS),
                reader.value(Keys.TOPIC_ALIASES_TO_CLIENT));
    }

    private static OverloadLimits overloadLimits(SettingsReader reader) {
        return new OverloadLimits(
                reader.value(Keys.NODE_QUEUED_MESSAGES),
                reader.value(Keys.NODE_QUEUED_BYTES),
                reader.value(Keys.RETAINED_MESSAGES),
                reader.value(Keys.RETAINED_BYTES),
                reader.value(Keys.PUBLISHES_PER_SECOND),
                reader.value(Keys.PUBLISH_BYTES_PER_SECOND),
                reader.value(Keys.SLOW_CONSUMER_SECONDS));
    }

    private static DecoderLimits decoderLimits(SettingsReader reader) {
        return new DecoderLimits(
                reader.value(Keys.PACKET_BYTES),
                reader.value(Keys.CONNECT_BYTES),
                reader.value(Keys.TOPIC_ALIASES),
                reader.value(Keys.TOPIC_BYTES),
                reader.value(Keys.TOPIC_LEVELS),
                reader.value(Keys.FILTERS),
                DecoderLimits.DEFAULT.cachedTopicsMaximum());
    }

    private static List<ListenerSettings> listeners(
            SettingsReader reader, SecurityReader security, String name, List<Problem> problems) {
        int count = Math.max(1, reader.places(Keys.LISTENERS));
        if (count > LISTENERS_MAXIMUM) {
            problems.add(
                    new Problem(name, "at most " + LISTENERS_MAXIMUM + " listeners are possible"));
            return List.of();
        }
        List<ListenerSettings> listeners = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        Map<HostPort, Integer> addresses = new HashMap<>();
        for (int place = 0; place < count; place++) {
            int problemsBefore = problems.size();
            ListenerSettings listener = listener(reader, security, place, name, problems);
            listeners.add(listener);
            if (problems.size() > problemsBefore) {
                continue; // what follows from a wrong value is not worth a line of its own
            }
            Integer namesake = names.putIfAbsent(listener.name(), place);
            if (namesake != null) {
                problems.add(
                        alike(
                                reader.where(Keys.LISTENER_NAME, place, name),
                                namesake,
                                place,
                                "are both called '%s'".formatted(listener.name())));
            }
            String where = reader.where(Keys.LISTENER_BIND, place, name);
            Integer there = addresses.putIfAbsent(listener.bind(), place);
            if (there != null && listener.bind().port() != 0) {
                problems.add(alike(where, there, place, "both bind %s".formatted(listener.bind())));
            }
            if (!security.hasLogins(place) && isOpenToTheWorld(listener)) {
                problems.add(new Problem(where, openToTheWorld(listener, place)));
            }
        }
        return listeners;
    }

    private static Problem alike(String where, int one, int other, String how) {
        return new Problem(where, "listeners %d and %d %s".formatted(one, other, how));
    }

    private static ListenerSettings listener(
            SettingsReader reader,
            SecurityReader security,
            int place,
            String file,
            List<Problem> problems) {
        ListenerRules rules =
                ListenerKeys.rules(
                        reader,
                        place,
                        (key, message) ->
                                problems.add(
                                        new Problem(
                                                reader.where(key, place, file),
                                                "listeners.%d: %s".formatted(place, message))));
        String given = reader.optional(Keys.LISTENER_NAME, place);
        String standard = place == 0 ? "" : "-" + place;
        return new ListenerSettings(
                given == null ? rules.transport() + standard : given,
                reader.value(Keys.LISTENER_BIND, place),
                Boolean.TRUE.equals(security.allowsAnonymous(place)),
                rules,
                reader.optional(Keys.LISTENER_ADVERTISED, place));
    }

    /** Whoever comes through a proxy may be anywhere, wherever the proxy is. */
    private static boolean isOpenToTheWorld(ListenerSettings listener) {
        TlsSettings tls = listener.rules().tls();
        boolean everybodyIsKnown =
                tls != null && tls.clientCertificate() == ClientCertificate.REQUIRED;
        boolean isLocal = listener.bind().isLoopback() && listener.rules().proxy() == null;
        return !listener.allowAnonymous() && !isLocal && !everybodyIsKnown;
    }

    private static String openToTheWorld(ListenerSettings listener, int place) {
        return ("listener '%s' would let nobody in who reaches %s: there is no way to authenticate;"
                        + " configure one (security.password-file), bind it to 127.0.0.1, or set"
                        + " listeners.%d.allow-anonymous to true if everybody is to come in")
                .formatted(listener.name(), listener.bind(), place);
    }
}
