package io.skein.cli.up;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code nodes.json}: what scripts and tests need in order to talk to nodes and to break them.
 * Whoever reads it sees one state or the next, never half of one.
 */
final class NodesFile {
    private static final ObjectWriter JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
                    .build()
                    .writerWithDefaultPrettyPrinter();

    private final Path file;

    /**
     * The whole file.
     *
     * @param state {@code starting}, {@code ready} or {@code stopped}
     * @param startedAt ISO 8601, UTC
     * @param pid of the supervisor; null when it has stopped the cluster
     * @param dashboard address of a page that shows the cluster
     */
    record Cluster(
            String architecture,
            String state,
            String startedAt,
            @Nullable Long pid,
            String dashboard,
            List<Member> nodes) {}

    /**
     * One node.
     *
     * @param state {@code running}, {@code dead} or {@code stopped}
     * @param pid null unless it runs
     * @param data the node's directory
     * @param command the words that start it again
     */
    record Member(
            String name,
            String state,
            @Nullable Long pid,
            String mqtt,
            String admin,
            String data,
            String config,
            String log,
            List<String> command) {}

    NodesFile(Path file) {
        this.file = file;
    }

    void write(Cluster cluster) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, JSON.writeValueAsBytes(cluster));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
