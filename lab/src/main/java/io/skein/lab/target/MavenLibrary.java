package io.skein.lab.target;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brokers from Maven Central, with all they need, fetched by Maven itself so that the mirrors,
 * proxies and credentials of the user's settings hold. A library is there whole or not at all.
 */
final class MavenLibrary {
    private static final String COPY =
            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";

    private final Path cache;

    /** Libraries below this directory. */
    MavenLibrary(Path cache) {
        this.cache = cache;
    }

    /** {@code LAB_CACHE}, or where the user's caches are. */
    static MavenLibrary ofThisUser() {
        Map<String, String> environment = System.getenv();
        String own = environment.get("LAB_CACHE");
        String caches = environment.get("XDG_CACHE_HOME");
        return new MavenLibrary(
                own != null
                        ? Path.of(own)
                        : (caches != null
                                        ? Path.of(caches)
                                        : Path.of(System.getProperty("user.home"), ".cache"))
                                .resolve("skein-lab"));
    }

    /**
     * The directory with the jars of these artifacts and all they depend on; fetches what is not
     * there.
     *
     * @param coordinates {@code group:artifact:version}, the first of which names the directory
     * @throws TargetFailedException if Maven is not there or cannot get them
     */
    Path of(List<String> coordinates, Consumer<String> progress) throws TargetFailedException {
        Path library = cache.resolve(directoryName(coordinates));
        if (Files.isDirectory(library)) {
            return library;
        }
        progress.accept("fetching %s into %s".formatted(String.join(", ", coordinates), library));
        try {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, "fetching");
            try {
                fetch(coordinates, work);
                move(work.resolve("lib"), library);
            } finally {
                delete(work);
            }
        } catch (IOException e) {
            throw new TargetFailedException(
                    "cannot keep %s in %s: %s"
                            .formatted(coordinates.getFirst(), cache, e.getMessage()),
                    e);
        }
        return library;
    }

    private static String directoryName(List<String> coordinates) {
        String[] parts = coordinates.getFirst().split(":");
        return "%s-%s-%08x".formatted(parts[1], parts[2], String.join(" ", coordinates).hashCode());
    }

    private static void fetch(List<String> coordinates, Path work)
            throws IOException, TargetFailedException {
        Path pom = work.resolve("pom.xml");
        Files.writeString(pom, pom(coordinates));
        Path log = work.resolve("maven.log");
        List<String> command =
                new ArrayList<>(List.of(maven(), "-B", "-ntp", "-f", pom.toString()));
        command.add(COPY);
        command.add("-DincludeScope=runtime");
        command.add("-DoutputDirectory=" + work.resolve("lib"));
        try (LocalProcess process = LocalProcess.start(command, Map.of(), work, log)) {
            int exit = process.awaitEnd();
            if (exit != 0 || !Files.isDirectory(work.resolve("lib"))) {
                throw new TargetFailedException(
                        "Maven cannot fetch %s: %s"
                                .formatted(coordinates.getFirst(), firstError(log)),
                        null);
            }
        }
    }

    private static String firstError(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("ERROR"))
                    .findFirst()
                    .map(line -> line.replaceFirst("^.*?ERROR\\S*\\s*", ""))
                    .orElse("it said nothing");
        }
    }

    private static String pom(List<String> coordinates) {
        return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.skein.lab</groupId>
          <artifactId>target</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <dependencies>
        %s
          </dependencies>
        </project>
        """
                .formatted(
                        coordinates.stream()
                                .map(MavenLibrary::dependency)
                                .collect(Collectors.joining("\n")));
    }

    private static String dependency(String coordinate) {
        String[] parts = coordinate.split(":");
        return "    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
                .formatted(parts[0], parts[1], parts[2]);
    }

    private static String maven() throws TargetFailedException {
        Path found = Programs.find("mvn");
        if (found != null) {
            return found.toString();
        }
        String launcher = System.getProperty("skein.launcher");
        if (launcher != null) {
            Path wrapper = Path.of(launcher).resolveSibling("mvnw");
            if (Files.isExecutable(wrapper)) {
                return wrapper.toString();
            }
        }
        throw new TargetFailedException(
                "Maven is needed to fetch this broker, and there is no mvn on the PATH; on Debian: apt-get install maven",
                null);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        } catch (IOException e) {
            if (!Files.isDirectory(to)) { // else another laboratory was faster
                throw e;
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
