package io.skein.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Three nodes of the default architecture for all tests that leave them as they were: started for
 * the first, stopped after the last.
 */
final class SharedCluster implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == UpCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedCluster.class))
                .computeIfAbsent(Running.class, _ -> new Running(), Running.class)
                .cluster;
    }

    /** Closed by JUnit at the end of the run. */
    private static final class Running implements AutoCloseable {
        private final Path directory;
        private final UpCluster cluster;

        Running() {
            try {
                directory = Files.createTempDirectory("skein-it-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            cluster = UpCluster.start(directory, 3);
        }

        @Override
        public void close() throws IOException {
            cluster.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
