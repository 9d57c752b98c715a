package io.skein.dist.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java sources of all modules, by their path below the root. */
final class Sources {
    private static final Path OURS = Path.of("io", "skein", "dist", "conformance");

    private final SortedMap<String, String> main = new TreeMap<>();
    private final SortedMap<String, String> tests = new TreeMap<>();

    /** Reads every module of the repository; this package, whose examples are none, is left out. */
    static Sources read(Path root) throws IOException {
        Sources sources = new Sources();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.filter(m -> Files.exists(m.resolve("pom.xml"))).toList()) {
                collect(root, module.resolve("src/main/java"), sources.main);
                collect(root, module.resolve("src/test/java"), sources.tests);
            }
        }
        return sources;
    }

    private static void collect(Path root, Path directory, Map<String, String> into)
            throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !directory.relativize(file).startsWith(OURS))
                    .forEach(file -> into.put(name(root, file), text(file)));
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Sources withMain(String path, String text) {
        main.put(path, text);
        return this;
    }

    Sources withTest(String path, String text) {
        tests.put(path, text);
        return this;
    }

    /** A citation and where it stands. */
    record Place(String path, int line, int offset, Citation citation) {
        @Override
        public String toString() {
            return path + ":" + line + ": [" + citation.id() + "]";
        }
    }

    List<Place> inMain() {
        return citations(main);
    }

    List<Place> inTests() {
        return citations(tests);
    }

    private static List<Place> citations(Map<String, String> files) {
        List<Place> places = new ArrayList<>();
        files.forEach((path, text) -> {
            int offset = 0;
            int number = 1;
            for (String line : text.split("\n", -1)) {
                for (Citation citation : Citation.in(line)) {
                    places.add(
                            new Place(
                                    path, number, offset + line.indexOf(citation.id()), citation));
                }
                offset += line.length() + 1;
                number++;
            }
        });
        return places;
    }

    JavaSource test(String path) {
        return JavaSource.parse(tests.getOrDefault(path, ""));
    }

    /** Whether a method of a test source that JUnit does not run is used by one of its module. */
    boolean isUsed(String path, JavaSource.Method method) {
        String module = path.substring(0, path.indexOf('/') + 1);
        String owner = method.owner().substring(method.owner().lastIndexOf('.') + 1);
        Pattern elsewhere = Pattern.compile("\\b" + owner + "(\\.|::)" + method.name() + "\\b");
        Pattern here = Pattern.compile("\\b" + method.name() + "\\b");
        return here.matcher(tests.getOrDefault(path, "")).results().count() > 1
                || tests.entrySet().stream()
                        .filter(file -> file.getKey().startsWith(module))
                        .anyMatch(file -> elsewhere.matcher(file.getValue()).find());
    }
}
