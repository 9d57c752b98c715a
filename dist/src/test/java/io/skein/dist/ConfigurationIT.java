package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration as its users meet it: checked, shown, reloaded, imported. */
class ConfigurationIT {
    private static final int CONFIGURATION_WRONG = 3;
    private static final int NOT_STARTED = 4;

    @TempDir private Path directory;

    private static String script() {
        return Path.of(System.getProperty("skein.home"), "skein").toString();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static Child withEnvironment(String variable, String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", variable, script()));
        command.addAll(List.of(arguments));
        return Child.start(command);
    }

    @Test
    void checkTellsAllThatIsWrongWithItsPlaceAndTheNearestRightName() throws IOException {
        Path file = write("skein.yaml", "limits:\n  backlogs: 3\narchitecture: mesh\n");
        String[] check = {
            "broker", "--check", "--json", "--config", file.toString(), "--set", "listeners.0.bnd=x"
        };
        try (Child broker = withEnvironment("SKEIN_THREDS=2", check)) {
            assertThat(broker.awaitExit()).as(broker.toString()).isEqualTo(CONFIGURATION_WRONG);
            JsonNode report = new JsonMapper().readTree(String.join("\n", broker.out()));
            assertThat(report.path("valid").asBoolean()).isFalse();
            assertThat(report.path("problems").findValuesAsText("message"))
                    .containsExactly(
                            "unknown variable; did you mean SKEIN_THREADS?",
                            "unknown key 'limits.backlogs'; did you mean 'limits.backlog'?",
                            "unknown key 'listeners.0.bnd'; did you mean 'listeners.0.bind'?",
                            "there is no architecture 'mesh'; there are: bridge, grid, redis,"
                                    + " standalone");
            assertThat(report.path("problems").get(1).path("file").asText())
                    .isEqualTo(file.toString());
            assertThat(report.path("problems").get(1).path("line").asInt()).isEqualTo(2);
        }
    }

    @Test
    void checkReadsTheFilesThatAreNamed() throws IOException {
        Path passwords = write("passwords", "alice:plain\n");
        Path file =
                write(
                        "skein.yaml",
                        """
                        listeners:
                          - bind: 127.0.0.1:8883
                            tls: {certificate: %s/server.crt, key: server.key}
                        security:
                          password-file: %s
                          rules-file: %s/rules.yaml
                        """
                                .formatted(directory, passwords, directory));
        try (Child broker = Child.skein("broker", "--check", "--config", file.toString())) {
            assertThat(broker.awaitExit()).as(broker.toString()).isEqualTo(CONFIGURATION_WRONG);
            assertThat(String.join("\n", broker.err()))
                    .contains(file + ":3: ", directory + "/server.crt")
                    .contains(file + ":5: security.password-file: " + passwords)
                    .contains(file + ":6: security.rules-file: there is no " + directory)
                    .doesNotContain("plain\n");
        }
    }

    @Test
    void printConfigShowsWhereEachValueComesFromAndNoSecrets() throws IOException {
        Path file =
                write("skein.yaml", "node: {name: shown}\ncluster: {secret: hushhushhushhush}\n");
        String[] print = {
            "broker", "--print-config", "--config", file.toString(), "--architecture", "grid"
        };
        try (Child broker = withEnvironment("SKEIN_LISTENERS_1_BIND=127.0.0.1:1884", print)) {
            assertThat(broker.awaitExit()).as(broker.toString()).isZero();
            assertThat(String.join("\n", broker.out()))
                    .containsPattern("name: shown +# " + file + ":1")
                    .containsPattern("bind: 127.0.0.1:1884 +# SKEIN_LISTENERS_1_BIND")
                    .containsPattern("durability: sync +# default")
                    .doesNotContain("hush");
        }
    }

    @Test
    void hangupAndTheCommandReloadAndAFileThatIsWrongChangesNothing() throws IOException {
        int first = Ports.consecutive(3);
        String listener = "listeners:\n  - bind: 127.0.0.1:%d\n".formatted(first);
        Path file = write("skein.yaml", listener);
        String admin = Integer.toString(first + 2);
        String[] start = {
            "broker",
            "--config",
            file.toString(),
            "--data",
            directory.resolve("data").toString(),
            "--admin-port",
            admin
        };
        try (Child broker = Child.skein(start)) {
            broker.awaitOut("ready ");
            Files.writeString(file, listener + "  - bind: 127.0.0.1:%d\n".formatted(first + 1));
            try (Child kill = Child.start(List.of("kill", "-HUP", Long.toString(broker.pid())))) {
                assertThat(kill.awaitExit()).isZero();
            }
            broker.await(() -> said(broker, "The configuration was reloaded"));
            Mosquitto.pub(first + 1, "-q", "1", "-t", "a", "-m", "b");

            Files.writeString(file, "listners: 3\n");
            try (Child reload = Child.skein("reload", "--admin", "http://127.0.0.1:" + admin)) {
                assertThat(reload.awaitExit()).isEqualTo(CONFIGURATION_WRONG);
                assertThat(reload.err())
                        .containsExactly(
                                "skein reload: %s:1: unknown key 'listners'; did you mean 'listeners'?"
                                        .formatted(file));
            }
            Mosquitto.pub(first + 1, "-q", "1", "-t", "a", "-m", "b");

            Files.writeString(file, listener);
            try (Child reload = Child.skein("reload", "--admin", "http://127.0.0.1:" + admin)) {
                assertThat(reload.awaitExit()).as(reload.toString()).isZero();
                assertThat(reload.out())
                        .contains("listener 'tcp-1' 127.0.0.1:%d closed".formatted(first + 1));
            }
            assertThat(Ports.isFree(first + 1)).isTrue();
            Mosquitto.pub(first, "-q", "1", "-t", "a", "-m", "b");
        }
    }

    private static boolean said(Child child, String part) {
        return child.err().stream().anyMatch(line -> line.contains(part));
    }

    @Test
    void aPortOrADirectoryThatIsTakenIsALineAndAnExitCode() {
        int port = Ports.consecutive(4);
        String data = directory.resolve("data").toString();
        try (Child broker = broker(data, port, port + 1)) {
            broker.awaitOut("ready ");
            try (Child sameData = broker(data, port + 2, port + 3);
                    Child samePort = broker(data + "2", port, port + 3);
                    Child sameAdmin = broker(data + "3", port + 2, port + 1)) {
                assertNotStarted(sameData, data + " is in use by another node");
                assertNotStarted(samePort, "listener 'tcp' cannot listen on 127.0.0.1:" + port);
                assertNotStarted(
                        sameAdmin, "the admin API cannot listen on 127.0.0.1:" + (port + 1));
            }
        }
    }

    private static Child broker(String data, int port, int admin) {
        return Child.skein(
                "broker",
                "--data",
                data,
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(admin));
    }

    private static void assertNotStarted(Child broker, String why) {
        assertThat(broker.awaitExit()).as(broker.toString()).isEqualTo(NOT_STARTED);
        assertThat(broker.err()).singleElement().asString().contains(why);
    }

    @Test
    void whatWasImportedFromMosquittoServesOnTheSamePort() throws IOException {
        int port = Ports.consecutive(2);
        Path mosquitto =
                write(
                        "mosquitto.conf",
                        """
                        listener %d localhost
                        allow_anonymous true
                        persistence true
                        persistence_location %s/
                        max_queued_messages 500
                        pid_file %s/pid
                        """
                                .formatted(port, directory, directory));
        Path file = directory.resolve("skein.yaml");
        try (Child imported = Child.skein("import", mosquitto.toString(), "-o", file.toString())) {
            assertThat(imported.awaitExit()).as(imported.toString()).isZero();
            assertThat(imported.err())
                    .singleElement()
                    .asString()
                    .startsWith("skein import: " + mosquitto + ":6: 'pid_file ");
        }
        try (Child broker =
                Child.skein(
                        "broker",
                        "--config",
                        file.toString(),
                        "--admin-port",
                        Integer.toString(port + 1))) {
            broker.awaitOut("ready ");
            Mosquitto.pub(port, "-q", "1", "-t", "a", "-m", "b");
            assertThat(directory.resolve("skein")).isDirectory();
        }
    }

    @Test
    void anImportThatWouldLetClientsDoMoreWritesNothing() throws IOException {
        Path mosquitto = write("mosquitto.conf", "plugin /usr/lib/access.so\n");
        Path file = directory.resolve("skein.yaml");
        try (Child imported = Child.skein("import", mosquitto.toString(), "-o", file.toString())) {
            assertThat(imported.awaitExit()).as(imported.toString()).isEqualTo(1);
            assertThat(imported.err()).first().asString().contains("WEAKER: ", ":1: 'plugin ");
            assertThat(file).doesNotExist();
        }
    }
}
