package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands say of a start, that it went well or why it did not. */
class StartIT {

    @Test
    @ExtendWith(SharedCluster.class)
    void theReadyLineAndTheFileNameEveryNode(UpCluster cluster) {
        assertThat(cluster.supervisor().out())
                .containsExactly(
                        "ready architecture=grid nodes=3 mqtt://127.0.0.1:%d mqtt://127.0.0.1:%d mqtt://127.0.0.1:%d dashboard %s/"
                                .formatted(
                                        cluster.port(1),
                                        cluster.port(2),
                                        cluster.port(3),
                                        cluster.admin(1)));
        assertThat(cluster.file().path("architecture").asText()).isEqualTo("grid");
        assertThat(cluster.file().path("nodes")).hasSize(3);
        for (int node = 1; node <= 3; node++) {
            assertThat(cluster.process(node).isAlive()).isTrue();
            assertThat(cluster.node(node).path("name").asText()).isEqualTo("node-" + node);
            assertThat(cluster.node(node).path("mqtt").asText())
                    .isEqualTo("mqtt://127.0.0.1:" + cluster.port(node));
            assertThat(cluster.node(node).path("admin").asText()).isEqualTo(cluster.admin(node));
            assertThat(Path.of(cluster.node(node).path("log").asText())).isRegularFile();
        }
    }

    @Test
    @ExtendWith(SharedCluster.class)
    void anyNodeNamesAllNodes(UpCluster cluster) {
        try (Child nodes = Child.skein("nodes", "--admin", cluster.admin(2))) {
            assertThat(nodes.awaitExit()).as(nodes.toString()).isZero();
            assertThat(nodes.out())
                    .hasSize(4)
                    .anyMatch(line -> line.matches("node-3 +127.0.0.1:" + cluster.port(3) + " .*"));
        }
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingIsStarted(@TempDir Path directory) throws IOException {
        int base = Ports.consecutive(6);
        try (ServerSocket other = new ServerSocket(base + 1, 1, InetAddress.getLoopbackAddress());
                Child up =
                        Child.skein(
                                "up",
                                "--base-port",
                                Integer.toString(base),
                                "--admin-port",
                                Integer.toString(base + 3),
                                "--data",
                                directory.toString())) {
            assertFails(
                    up,
                    "port %d (MQTT of node-2) is in use".formatted(other.getLocalPort()),
                    "--base-port");
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        String base = Integer.toString(Ports.consecutive(2));
        String admin = Integer.toString(Ports.consecutive(2));
        try (Child up =
                        Child.skein(
                                "up",
                                "--base-port",
                                base,
                                "--admin-port",
                                admin,
                                "--nodes",
                                "2",
                                "--data",
                                file.resolve("data").toString());
                Child broker =
                        Child.skein(
                                "broker",
                                "--port",
                                base,
                                "--admin-port",
                                admin,
                                "--data",
                                file.resolve("data").toString())) {
            assertFails(up, file + "/data cannot be written", "--data");
            assertFails(broker, file + "/data cannot be made", file + " is a file");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up --architecture nonsense     | takes one of: bridge, grid,",
                "up --architecture standalone   | use --nodes 1",
                "up --nodes 0                   | --nodes takes 1 to",
                "up --base-port 65534           | --base-port 65534 leaves no room for 3 ports",
                "up --base-port 1000 --admin-port 1001 | overlap",
                "broker --architecture nonsense | there is no architecture 'nonsense'",
                "broker --set limits.bklog=5    | did you mean 'limits.backlog'?",
                "broker --config /no/such/file  | /no/such/file: there is no such file",
                "broker --prot 1883             | Unknown options: '--prot'",
                "nodes --admin http://127.0.0.1:1 | no node answers at http://127.0.0.1:1",
                "pub -t a                       | no message",
                "pub -t a/# -m x                | a/#",
                "sub -t a -q 3                  | 3",
                "sub -p 1 -t a                  | cannot reach mqtt://localhost:1",
                "lab bench                      | --target",
                "lab bench --target http://x    | http://x",
                "nonsense                       | nonsense"
            })
    void whatIsWrongIsSaidInALineWithoutAStackTrace(String arguments, String message) {
        List<String> words = List.of(arguments.strip().split(" +"));
        try (Child command = Child.skein(words.toArray(String[]::new))) {
            assertFails(command, message.strip());
            assertThat(command.err()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void wrongKeysOfAConfigurationAreNamedWithTheirLines(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("skein.yaml");
        Files.writeString(file, "limits:\n  receive-maximum: 10\n  backlogs: 3\nthreads: many\n");
        try (Child check = Child.skein("broker", "--check", "--config", file.toString())) {
            assertFails(
                    check,
                    file + ":3: unknown key 'limits.backlogs'; did you mean 'limits.backlog'?",
                    file + ":4: ");
        }
        Files.writeString(file, "limits:\n  receive-maximum: 10\n");
        try (Child check = Child.skein("broker", "--check", "--config", file.toString())) {
            assertThat(check.awaitExit()).as(check.toString()).isZero();
            assertThat(check.out()).containsExactly("configuration is valid");
        }
    }

    @ParameterizedTest
    @CsvSource({"up", "broker", "reload", "import", "nodes", "pub", "sub", "lab", "lab bench"})
    void everyCommandHelps(String command) {
        String[] words = (command + " --help").split(" ");
        try (Child help = Child.skein(words)) {
            assertThat(help.awaitExit()).isZero();
            assertThat(help.out()).first().asString().startsWith("Usage: skein " + command);
        }
    }

    @Test
    void theScriptRunsThroughALinkAndFromAnywhere(@TempDir Path directory) throws IOException {
        Path script = Path.of(System.getProperty("skein.home"), "skein");
        Path link = Files.createSymbolicLink(directory.resolve("broker"), script);
        try (Child version = Child.start(List.of(link.toString(), "--version"), directory)) {
            assertThat(version.awaitExit()).isZero();
            assertThat(version.out()).singleElement().asString().startsWith("skein ");
            assertThat(version.err()).isEmpty();
        } finally {
            Files.delete(link);
        }
    }

    private static void assertFails(Child command, String... parts) {
        assertThat(command.awaitExit()).as(command.toString()).isPositive();
        assertThat(String.join("\n", command.err()))
                .contains(parts)
                .doesNotContain("\tat ", "Exception");
        assertThat(command.out()).isEmpty();
    }
}
