package io.skein.lab.target;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.result.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --target} names: addresses ({@code mqtt://host:1883}, several with commas), a broker
 * to start ({@code mosquitto}, {@code skein-grid-3:durability=os}), or the file of a {@link Recipe}
 * ({@code my-broker.yaml:option=value}) or of a {@link NodesFile}.
 */
public final class Targets {
    private static final List<String> SHIPPED =
            List.of(
                    "mosquitto",
                    "mosquitto-bridge",
                    "hivemq",
                    "moquette",
                    "artemis",
                    "rabbitmq",
                    "rabbitmq-cluster");

    private static final String YAML = ".yaml";

    private final List<TargetDriver> drivers;

    private Targets(List<TargetDriver> drivers) {
        this.drivers = drivers;
    }

    /** All drivers of this distribution. */
    public static Targets shipped() {
        MavenLibrary library = MavenLibrary.ofThisUser();
        List<TargetDriver> drivers = new ArrayList<>();
        drivers.add(new SkeinDriver());
        for (String name : SHIPPED) {
            drivers.add(new RecipeDriver(Recipe.parse(resource(name), name), library));
        }
        return new Targets(List.copyOf(drivers));
    }

    /** Brokers that run already, at these addresses. */
    public static Target at(
            List<BrokerAddress> addresses, @Nullable String username, @Nullable String password) {
        return new AddressTarget(List.copyOf(addresses), username, password);
    }

    /** A line for each broker that can be started. */
    public String help() {
        return drivers.stream().map(TargetDriver::help).collect(Collectors.joining("\n"));
    }

    /** Whether {@link #open} would start something, as against use what is there. */
    public boolean starts(String text) {
        return text.contains(YAML) || driverOf(Named.parse(text).name()) != null;
    }

    /**
     * Opens a target; what is started is stopped by its {@code close}.
     *
     * @param directory for files and logs of what is started; made if it is not there
     * @throws IllegalArgumentException if the text names nothing that is known
     * @throws TargetFailedException if it cannot be started
     */
    public Target open(String text, Path directory, Consumer<String> progress, StopSignal stop)
            throws TargetFailedException {
        if (!starts(text)) {
            return AddressTarget.parse(text);
        }
        Named named = Named.parse(text);
        TargetDriver driver =
                named.name().endsWith(YAML) ? ofFile(named.name()) : driverOf(named.name());
        if (driver == null) {
            throw new IllegalArgumentException("'" + text + "' names no target");
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new TargetFailedException("cannot make " + directory + ": " + e.getMessage(), e);
        }
        return driver.start(
                new TargetRequest(
                        named.name(), named.options(), directory.toAbsolutePath(), progress, stop));
    }

    /**
     * How many nodes a target has that can be deployed.
     *
     * @throws IllegalArgumentException if the text names nothing that can be started
     */
    public int nodes(String text) throws TargetFailedException {
        Named named = Named.parse(text);
        return startable(named).nodes(named.name());
    }

    /**
     * Whether the nodes of a target listen and keep things where they want, not where they are
     * told.
     *
     * @throws IllegalArgumentException if the text names nothing that can be started
     */
    public boolean isPlaced(String text) throws TargetFailedException {
        return startable(Named.parse(text)).isPlaced();
    }

    /** Prepares a target whose nodes, which need nothing beside them, somebody else starts. */
    public Deployment deploy(String text, List<NodePlace> places, Consumer<String> progress)
            throws TargetFailedException {
        return deploy(text, places, null, progress);
    }

    /**
     * Prepares a target whose nodes somebody else starts.
     *
     * @param places as many as {@link #nodes}
     * @param beside where is to be what the nodes need
     * @throws IllegalArgumentException if the text names nothing that can be started
     */
    public Deployment deploy(
            String text,
            List<NodePlace> places,
            @Nullable NodePlace beside,
            Consumer<String> progress)
            throws TargetFailedException {
        Named named = Named.parse(text);
        return startable(named)
                .deploy(
                        new DeploymentRequest(
                                named.name(), named.options(), places, beside, progress));
    }

    private TargetDriver startable(Named named) throws TargetFailedException {
        TargetDriver driver =
                named.name().endsWith(YAML) ? ofFile(named.name()) : driverOf(named.name());
        if (driver == null) {
            throw new IllegalArgumentException(
                    "'%s' names no target that can be started; known are:%n%s"
                            .formatted(named.name(), help()));
        }
        return driver;
    }

    private @Nullable TargetDriver driverOf(String name) {
        return drivers.stream().filter(driver -> driver.answersTo(name)).findFirst().orElse(null);
    }

    private static TargetDriver ofFile(String file) throws TargetFailedException {
        try {
            String text = TextFile.read(Path.of(file));
            return NodesFile.isOne(text)
                    ? NodesFile.parse(text, file)
                    : new RecipeDriver(Recipe.parse(text, file), MavenLibrary.ofThisUser());
        } catch (IOException e) {
            throw new TargetFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Targets.class.getResourceAsStream(name + YAML)) {
            if (in == null) {
                throw new IllegalStateException("no recipe of " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code name:key=value,key=value}, taken apart; an address has no options. */
    private record Named(String name, Map<String, String> options) {
        static Named parse(String text) {
            int colon = text.indexOf(':');
            if (colon < 0 || text.indexOf('=') < 0 || text.startsWith("://", colon)) {
                return new Named(text, Map.of());
            }
            Map<String, String> options = new TreeMap<>();
            for (String option : text.substring(colon + 1).split(",")) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(
                            "'%s' of target '%s' is not key=value".formatted(option, text));
                }
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
            return new Named(text.substring(0, colon), options);
        }
    }
}
