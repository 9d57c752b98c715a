package io.skein.lab.target;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a broker is started, as a few lines of YAML. In commands, files and addresses, {@code
 * ${dir}}, {@code ${host}}, {@code ${port}}, {@code ${port.NAME}}, {@code ${option.NAME}} and
 * {@code ${cp}} (the class path of {@code maven}) stand for what they are in a run.
 *
 * @param name what it is called in {@code --target}
 * @param description what that is, in a line
 * @param program a program that has to be installed, found on the PATH; null with {@code maven}
 * @param install what to do where it is not
 * @param maven {@code group:artifact:version}, run by the Java of the laboratory; empty with {@code
 *     program}
 * @param arguments of the program, or of {@code java -cp} with {@code maven}
 * @param versionArguments with which the program tells its version
 * @param environment variables of its environment
 * @param files to write into its directory, by relative path
 * @param nodes how many of it make a target, at least 1; {@code ${host.of.1}}, {@code ${port.of.1}}
 *     and {@code ${port.NAME.of.1}} stand for those of the first in the files of all
 * @param nodeFiles further files of one node, by its number from 1
 * @param options what can be set behind its name, with their defaults
 * @param ports names of further ports it needs
 * @param username to connect with, or null
 * @param password to connect with, or null
 * @param metrics address of its metrics in the text format of Prometheus, or null
 * @param readySeconds how long it may take to start
 */
record Recipe(
        String name,
        String description,
        @Nullable String program,
        @Nullable String install,
        List<String> maven,
        List<String> arguments,
        List<String> versionArguments,
        Map<String, String> environment,
        Map<String, String> files,
        int nodes,
        Map<Integer, Map<String, String>> nodeFiles,
        Map<String, String> options,
        List<String> ports,
        @Nullable String username,
        @Nullable String password,
        @Nullable String metrics,
        @JsonProperty(defaultValue = "60") int readySeconds) {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory())
                    .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Pattern COORDINATE = Pattern.compile("[^:/\\s]+:[^:/\\s]+:[^:/\\s]+");
    private static final int READY_SECONDS_DEFAULT = 60;

    /** Fills in what was left out, and checks what was not. */
    @SuppressWarnings("NullAway") // what the file leaves out comes here as null
    Recipe {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("a target needs a name");
        }
        description = description == null ? "" : description;
        maven = maven == null ? List.of() : List.copyOf(maven);
        arguments = arguments == null ? List.of() : List.copyOf(arguments);
        versionArguments = versionArguments == null ? List.of() : List.copyOf(versionArguments);
        environment = environment == null ? Map.of() : Map.copyOf(environment);
        files = files == null ? Map.of() : Map.copyOf(files);
        nodes = Math.max(1, nodes);
        nodeFiles = nodeFiles == null ? Map.of() : Map.copyOf(nodeFiles);
        options = options == null ? Map.of() : Map.copyOf(options);
        ports = ports == null ? List.of() : List.copyOf(ports);
        readySeconds = readySeconds == 0 ? READY_SECONDS_DEFAULT : readySeconds;
        if ((program == null) == maven.isEmpty()) {
            throw new IllegalArgumentException(
                    "target '%s' needs either a program or maven coordinates".formatted(name));
        }
        for (String coordinate : maven) {
            if (!COORDINATE.matcher(coordinate).matches()) {
                throw new IllegalArgumentException(
                        "'%s' of target '%s' is not group:artifact:version"
                                .formatted(coordinate, name));
            }
        }
    }

    /**
     * Reads a recipe.
     *
     * @throws IllegalArgumentException if it is none; the message says where and why
     */
    static Recipe parse(String yaml, String source) {
        try {
            return YAML.readValue(yaml, Recipe.class);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException(
                    "%s%s: %s"
                            .formatted(
                                    source,
                                    at == null ? "" : ", line " + at.getLineNr(),
                                    e.getOriginalMessage()),
                    e);
        }
    }
}
