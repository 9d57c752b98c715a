package io.skein.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A cluster that another process runs, as {@code skein node} sees it. */
public final class RunningCluster {
    private final Path directory;

    /**
     * Nothing is asked yet.
     *
     * @param directory of the cluster
     */
    public RunningCluster(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /**
     * What {@code nodes.json} says of it.
     *
     * @throws ClusterFailedException if that cannot be read
     */
    public JsonNode description() throws ClusterFailedException {
        Path file = ClusterPlan.nodesFile(directory);
        try {
            return new JsonMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw notThere();
        }
    }

    /**
     * Adds a node with the next name and ports.
     *
     * @param limit how long a node may take until it serves
     * @param progress told what happens
     * @return what is there
     * @throws ClusterFailedException if no cluster runs there, or it does not do that
     */
    public String add(Duration limit, Consumer<String> progress) throws ClusterFailedException {
        return order(progress, ControlSocket.ADD, Long.toString(limit.toSeconds()));
    }

    /**
     * Stops a node for good.
     *
     * @param limit how long others may take until they serve again, where they are restarted
     * @param progress told what happens
     * @return what is no longer there
     * @throws ClusterFailedException if no cluster runs there, or it does not do that
     */
    public String remove(String name, Duration limit, Consumer<String> progress)
            throws ClusterFailedException {
        return order(progress, ControlSocket.REMOVE, Long.toString(limit.toSeconds()), name);
    }

    private String order(Consumer<String> progress, String... words) throws ClusterFailedException {
        List<String> failed = new ArrayList<>();
        try (SocketChannel channel = connect();
                PrintWriter out =
                        new PrintWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), true);
                BufferedReader in =
                        new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            out.println(String.join("\t", words));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String text = line.substring(Math.min(1, line.length()));
                switch (line.charAt(0)) {
                    case ControlSocket.PROGRESS -> progress.accept(text);
                    case ControlSocket.DONE -> {
                        return text;
                    }
                    default -> failed.add(text);
                }
            }
        } catch (IOException e) {
            throw new ClusterFailedException(
                    "the cluster in %s does not answer: %s".formatted(directory, e.getMessage()));
        }
        throw new ClusterFailedException(
                failed.isEmpty()
                        ? "the cluster in %s has stopped".formatted(directory)
                        : String.join("\n", failed));
    }

    private SocketChannel connect() throws ClusterFailedException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.in(directory)));
        } catch (IOException e) {
            throw notThere();
        }
    }

    private ClusterFailedException notThere() {
        return new ClusterFailedException(
                "no cluster runs in %s; --data takes the directory of one that 'skein up' has started"
                        .formatted(directory));
    }
}
