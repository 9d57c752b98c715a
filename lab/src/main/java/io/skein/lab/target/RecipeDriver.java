package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Starts what a {@link Recipe} tells how to. */
final class RecipeDriver implements TargetDriver {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}");
    private static final long VERSION_SECONDS = 10;

    private final Recipe recipe;
    private final MavenLibrary library;

    RecipeDriver(Recipe recipe, MavenLibrary library) {
        this.recipe = recipe;
        this.library = library;
    }

    @Override
    public boolean answersTo(String name) {
        return name.equals(recipe.name());
    }

    @Override
    public String help() {
        String options =
                recipe.options().isEmpty()
                        ? ""
                        : " Options: "
                                + String.join(", ", new TreeSet<>(recipe.options().keySet()))
                                + ".";
        return "%-12s %s%s".formatted(recipe.name(), recipe.description(), options);
    }

    @Override
    public Target start(TargetRequest request) throws TargetFailedException {
        checkOptions(request.options());
        Map<String, String> places = places(request);
        List<String> command = command(places, request);
        try {
            writeFiles(places, request.directory());
        } catch (IOException e) {
            throw failed("cannot write its files: " + e.getMessage(), e);
        }
        String description = description(command.getFirst());
        BrokerAddress address =
                new BrokerAddress("127.0.0.1", Integer.parseInt(place("port", places)));
        Path log = request.directory().resolve("output.log");
        LocalProcess process =
                LocalProcess.start(
                        command, filled(recipe.environment(), places), request.directory(), log);
        try {
            Readiness.await(
                    address,
                    recipe.username(),
                    recipe.password(),
                    recipe.readySeconds(),
                    process::ended,
                    request.stop());
        } catch (TargetFailedException e) {
            process.close();
            throw failed(e.getMessage() + "; log: " + log, e);
        }
        String metrics = recipe.metrics();
        return new ProcessTarget(
                recipe.name(),
                description,
                List.of(address),
                recipe.username(),
                recipe.password(),
                metrics == null ? List.of() : List.of(URI.create(filled(metrics, places))),
                List.of(process));
    }

    private void checkOptions(Map<String, String> given) throws TargetFailedException {
        for (String option : given.keySet()) {
            if (!recipe.options().containsKey(option)) {
                throw failed(
                        "there is no option '%s'; known are %s"
                                .formatted(
                                        option,
                                        recipe.options().isEmpty()
                                                ? "none"
                                                : String.join(
                                                        ", ",
                                                        new TreeSet<>(recipe.options().keySet()))),
                        null);
            }
        }
    }

    private Map<String, String> places(TargetRequest request) throws TargetFailedException {
        Map<String, String> places = new HashMap<>();
        places.put("dir", request.directory().toAbsolutePath().toString());
        places.put("user", System.getProperty("user.name"));
        int port = FreePorts.inARow(1 + recipe.ports().size());
        places.put("port", Integer.toString(port));
        for (String name : recipe.ports()) {
            places.put("port." + name, Integer.toString(++port));
        }
        Map<String, String> options = new TreeMap<>(recipe.options());
        options.putAll(request.options());
        options.forEach((name, value) -> places.put("option." + name, value));
        if (!recipe.maven().isEmpty()) {
            places.put("cp", library.of(recipe.maven(), request.progress()) + File.separator + "*");
        }
        return places;
    }

    private List<String> command(Map<String, String> places, TargetRequest request)
            throws TargetFailedException {
        List<String> command = new ArrayList<>();
        String program = recipe.program();
        if (program == null) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        } else {
            Path found = Programs.find(program);
            if (found == null) {
                String install = recipe.install();
                throw failed(
                        "the program '%s' is not installed%s"
                                .formatted(program, install == null ? "" : "; " + install),
                        null);
            }
            command.add(found.toString());
        }
        for (String argument : recipe.arguments()) {
            command.add(filled(argument, places));
        }
        request.progress().accept("starting " + recipe.name());
        return command;
    }

    private void writeFiles(Map<String, String> places, Path directory)
            throws IOException, TargetFailedException {
        for (Map.Entry<String, String> file : recipe.files().entrySet()) {
            Path path = directory.resolve(file.getKey()).normalize();
            if (!path.startsWith(directory.normalize())) {
                throw failed(
                        "its file '%s' lies outside of its directory".formatted(file.getKey()),
                        null);
            }
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(path, filled(file.getValue(), places));
        }
    }

    private Map<String, String> filled(Map<String, String> values, Map<String, String> places)
            throws TargetFailedException {
        Map<String, String> filled = new HashMap<>();
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled.put(value.getKey(), filled(value.getValue(), places));
        }
        return filled;
    }

    private String filled(String text, Map<String, String> places) throws TargetFailedException {
        Matcher matcher = PLACE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(
                    filled, Matcher.quoteReplacement(place(matcher.group(1), places)));
        }
        return matcher.appendTail(filled).toString();
    }

    private String place(String name, Map<String, String> places) throws TargetFailedException {
        String value = places.get(name);
        if (value == null) {
            throw failed(
                    "its recipe uses ${%s}; known are %s"
                            .formatted(name, String.join(", ", new TreeSet<>(places.keySet()))),
                    null);
        }
        return value;
    }

    /** Version of the program by its own words, or of the artifact by its coordinate. */
    private String description(String program) {
        if (!recipe.maven().isEmpty()) {
            return recipe.maven().getFirst();
        }
        String version = recipe.versionArguments().isEmpty() ? null : version(program);
        return version == null ? program : version;
    }

    private @Nullable String version(String program) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(recipe.versionArguments());
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS);
            return said.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private TargetFailedException failed(String what, @Nullable Throwable cause) {
        return new TargetFailedException("target %s: %s".formatted(recipe.name(), what), cause);
    }
}
