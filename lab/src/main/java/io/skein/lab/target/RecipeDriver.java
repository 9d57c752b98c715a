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
    private static final String LOOPBACK = "127.0.0.1";
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
    public int nodes(String name) {
        return recipe.nodes();
    }

    @Override
    public Target start(TargetRequest request) throws TargetFailedException {
        Deployment deployment =
                deploy(
                        new DeploymentRequest(
                                request.name(),
                                request.options(),
                                placesOnLoopback(request.directory()),
                                null,
                                request.progress()));
        request.progress().accept("starting " + recipe.name());
        List<LocalProcess> processes = new ArrayList<>();
        for (NodeLaunch node : deployment.nodes()) {
            start(node, processes, request);
        }
        return new ProcessTarget(
                recipe.name(),
                deployment.description(),
                deployment.nodes().stream().map(NodeLaunch::address).toList(),
                recipe.username(),
                recipe.password(),
                deployment.metrics(),
                List.copyOf(processes));
    }

    private List<NodePlace> placesOnLoopback(Path directory) throws TargetFailedException {
        if (recipe.nodes() == 1) {
            return List.of(new NodePlace("node-1", LOOPBACK, directory));
        }
        List<NodePlace> places = new ArrayList<>();
        for (int node = 1; node <= recipe.nodes(); node++) {
            Path own = directory.resolve("node-" + node);
            try {
                Files.createDirectories(own);
            } catch (IOException e) {
                throw failed("cannot make " + own + ": " + e.getMessage(), e);
            }
            places.add(new NodePlace("node-" + node, LOOPBACK, own));
        }
        return places;
    }

    /** Starts a node and waits until it is ready; ends all that were started if it is not. */
    private void start(NodeLaunch node, List<LocalProcess> processes, TargetRequest request)
            throws TargetFailedException {
        Path log = node.directory().resolve("output.log");
        try {
            LocalProcess process =
                    LocalProcess.start(node.command(), node.environment(), node.directory(), log);
            processes.add(process);
            Readiness.await(
                    node.address(),
                    recipe.username(),
                    recipe.password(),
                    recipe.readySeconds(),
                    process::ended,
                    request.stop());
        } catch (TargetFailedException e) {
            processes.forEach(LocalProcess::close);
            throw failed(e.getMessage() + "; log: " + log, e);
        }
    }

    @Override
    public Deployment deploy(DeploymentRequest request) throws TargetFailedException {
        checkOptions(request.options());
        Map<String, String> common = commonPlaces(request);
        int portsOfNode = 1 + recipe.ports().size();
        int port = FreePorts.inARow(portsOfNode * request.places().size());
        for (int node = 0; node < request.places().size(); node++) {
            String of = ".of." + (node + 1);
            int first = port + portsOfNode * node;
            common.put("host" + of, request.places().get(node).host());
            common.put("port" + of, Integer.toString(first));
            for (int further = 0; further < recipe.ports().size(); further++) {
                common.put(
                        "port." + recipe.ports().get(further) + of,
                        Integer.toString(first + 1 + further));
            }
        }
        List<NodeLaunch> nodes = new ArrayList<>();
        List<URI> metrics = new ArrayList<>();
        for (int node = 0; node < request.places().size(); node++) {
            NodePlace at = request.places().get(node);
            Map<String, String> places = new HashMap<>(common);
            places.put("dir", at.directory().toAbsolutePath().toString());
            places.put("host", at.host());
            int own = port + portsOfNode * node;
            places.put("port", Integer.toString(own));
            for (int further = 0; further < recipe.ports().size(); further++) {
                places.put(
                        "port." + recipe.ports().get(further), Integer.toString(own + 1 + further));
            }
            List<String> command = command(places);
            writeFiles(recipe.files(), places, at.directory());
            writeFiles(recipe.nodeFiles().getOrDefault(node + 1, Map.of()), places, at.directory());
            nodes.add(
                    new NodeLaunch(
                            at.name(),
                            command,
                            filled(recipe.environment(), places),
                            at.directory(),
                            new BrokerAddress(at.host(), own),
                            recipe.readySeconds()));
            if (recipe.metrics() != null) {
                metrics.add(URI.create(filled(recipe.metrics(), places)));
            }
        }
        return new Deployment(
                recipe.name(),
                description(nodes.getFirst().command().getFirst()),
                nodes,
                recipe.username(),
                recipe.password(),
                metrics);
    }

    private Map<String, String> commonPlaces(DeploymentRequest request)
            throws TargetFailedException {
        Map<String, String> places = new HashMap<>();
        places.put("user", System.getProperty("user.name"));
        Map<String, String> options = new TreeMap<>(recipe.options());
        options.putAll(request.options());
        options.forEach((name, value) -> places.put("option." + name, value));
        if (!recipe.maven().isEmpty()) {
            places.put("cp", library.of(recipe.maven(), request.progress()) + File.separator + "*");
        }
        return places;
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

    private List<String> command(Map<String, String> places) throws TargetFailedException {
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
        return command;
    }

    private void writeFiles(Map<String, String> files, Map<String, String> places, Path directory)
            throws TargetFailedException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey()).normalize();
            if (!path.startsWith(directory.normalize())) {
                throw failed(
                        "its file '%s' lies outside of its directory".formatted(file.getKey()),
                        null);
            }
            try {
                Path parent = path.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.writeString(path, filled(file.getValue(), places));
            } catch (IOException e) {
                throw failed("cannot write its files: " + e.getMessage(), e);
            }
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
