package io.skein.lab.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.measure.Histograms;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * The result of one run, as its folder has it.
 *
 * @param file where it was read from
 * @param tree as docs/LAB.md describes it
 */
record Result(Path file, JsonNode tree) {
    private static final Pattern TARGET = Pattern.compile("--target[ =](\\S+)");
    private static final JsonMapper JSON = new JsonMapper();

    /** What a folder holds. */
    enum Kind {
        BENCH,
        STRESS,
        CAPACITY,
        CONNECTIONS,
        DEVICES,
        EDGE_CLOUD,
        FAILOVER;

        static Optional<Kind> of(String name) {
            return Stream.of(values()).filter(kind -> kind.toString().equals(name)).findFirst();
        }

        /** As it stands in a result. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The result that a directory holds, or those of the directories in it, in their order; a file
     * is taken as it is.
     *
     * @throws IOException if there is none, or it is not readable; the message says why
     */
    static List<Result> of(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of(read(path));
        }
        if (!Files.isDirectory(path)) {
            throw new IOException("there is no directory " + path);
        }
        Path file = path.resolve(RunFolder.RESULT);
        if (Files.exists(file)) {
            return List.of(read(file));
        }
        List<Result> results = new ArrayList<>();
        try (Stream<Path> inside = Files.list(path)) {
            for (Path each :
                    inside.map(directory -> directory.resolve(RunFolder.RESULT))
                            .filter(Files::exists)
                            .sorted()
                            .toList()) {
                results.add(read(each));
            }
        }
        if (results.isEmpty()) {
            throw new IOException(
                    "%s holds no %s: a run that was cut short makes one when the same command goes on with it"
                            .formatted(path, RunFolder.RESULT));
        }
        return results;
    }

    private static Result read(Path file) throws IOException {
        JsonNode tree;
        try {
            tree = JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
        Result result = new Result(file, tree);
        int version = tree.path("schema_version").asInt();
        if (version < 1 || version > ResultJson.SCHEMA_VERSION) {
            throw new IOException(
                    "%s has schema_version %s; this laboratory reads up to %d"
                            .formatted(
                                    file,
                                    tree.path("schema_version").asText("-"),
                                    ResultJson.SCHEMA_VERSION));
        }
        String kind = tree.path("kind").asText();
        if (Kind.of(kind).isEmpty()) {
            throw new IOException(
                    "%s is of kind '%s'; what can be compared is %s"
                            .formatted(
                                    file,
                                    kind,
                                    Stream.of(Kind.values())
                                            .map(Kind::toString)
                                            .collect(Collectors.joining(", "))));
        }
        return result;
    }

    Kind kind() {
        return Kind.of(tree.path("kind").asText()).orElseThrow();
    }

    /** Whether it says of itself that it is not to be believed. */
    boolean isInvalid() {
        return !tree.path("valid").asBoolean(true);
    }

    /** What was measured, as the user named it, or else in its own words. */
    String target() {
        return switch (kind()) {
            case STRESS, FAILOVER -> tree.path("target").asText();
            case BENCH -> named(addresses());
            case CAPACITY, CONNECTIONS, DEVICES -> named(tree.path("target").asText());
            case EDGE_CLOUD -> {
                String edge = tree.path("edge").asText();
                String cloud = tree.path("cloud").asText();
                yield edge.equals(cloud) ? edge : edge + " / " + cloud;
            }
        };
    }

    private String named(String otherwise) {
        Matcher named = TARGET.matcher(tree.path("environment").path("command_line").asText());
        return named.find() ? named.group(1) : otherwise;
    }

    private String addresses() {
        List<String> addresses = new ArrayList<>();
        tree.path("target").path("addresses").forEach(each -> addresses.add(each.asText()));
        return String.join(",", addresses);
    }

    /** What is known of its version and how it was started; empty if nothing is. */
    String description() {
        return switch (kind()) {
            case BENCH -> at("target", "name").asText();
            case STRESS, FAILOVER -> tree.path("target_description").asText();
            case CAPACITY, CONNECTIONS, DEVICES -> tree.path("target").asText();
            case EDGE_CLOUD ->
                    Stream.of("edge_description", "cloud_description")
                            .map(side -> tree.path(side).asText())
                            .distinct()
                            .collect(Collectors.joining(" / "));
        };
    }

    /** The directory, or the file where it was named. */
    Path place() {
        Path parent = file.getParent();
        boolean usual = String.valueOf(file.getFileName()).equals(RunFolder.RESULT);
        return usual && parent != null ? parent : file;
    }

    /** A number of the tree; NaN where there is none. */
    double number(String... path) {
        return number(at(path));
    }

    /** A node of the tree; missing where there is none. */
    JsonNode at(String... path) {
        JsonNode node = tree;
        for (String name : path) {
            node = node.path(name);
        }
        return node;
    }

    /** A number; NaN where it could not be had. */
    static double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : Double.NaN;
    }

    /**
     * The histogram that a text holds, empty where there is none.
     *
     * @throws IOException if it is damaged
     */
    Histogram histogram(JsonNode text) throws IOException {
        try {
            return Histograms.of(text.asText());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
