package io.skein.cli;

import io.skein.cli.admin.AdminClient;
import io.skein.cli.up.ClusterFailedException;
import io.skein.cli.up.ClusterPlan;
import io.skein.cli.up.Ports;
import io.skein.server.Node;
import io.skein.server.StartException;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code skein rehearse}, for the start script: does once, on ports and in a directory of its own,
 * what commands do when they start, so that Java can write down what that takes.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Starts a node, exchanges a message with it, and leaves nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class RehearseCommand implements Callable<Integer> {
    private static final int FIRST_PORT = 7_800;

    @Parameters(paramLabel = "ARCHITECTURE", description = "The architecture of the node.")
    private String architecture = "";

    @Override
    public Integer call()
            throws IOException,
                    InterruptedException,
                    ClusterFailedException,
                    ConfigurationException,
                    StartException {
        Path directory = Files.createTempDirectory("skein-rehearsal-");
        List<String> settings = new ArrayList<>();
        settings.add("node.name=rehearsal");
        settings.add("data=" + directory);
        settings.add("architecture=" + architecture);
        settings.add("listeners.0.bind=127.0.0.1:0");
        settings.add("admin.bind=127.0.0.1:0");
        if (!architecture.equals(ClusterPlan.ALONE)) {
            int port = Ports.choose(1, FIRST_PORT, Set.of()).getFirst();
            settings.add("cluster.bind=127.0.0.1:" + port);
            settings.add("cluster.seeds=127.0.0.1:" + port);
        }
        try (Node node = Node.start(new ConfigurationLoader(Map.of(), settings).load())) {
            BrokerCommand.awaitReady(node);
            new AdminClient().nodes(node.self().adminAddress());
            String url = "mqtt://" + node.self().mqttAddress() + "/rehearsal";
            return run("pub", "-L", url, "-q", "1", "-r", "-m", "hello")
                    + run("sub", "-L", url, "-q", "1", "-C", "1", "-W", "10");
        } finally {
            delete(directory);
        }
    }

    private static int run(String... arguments) {
        return Skein.commandLine().execute(arguments);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
