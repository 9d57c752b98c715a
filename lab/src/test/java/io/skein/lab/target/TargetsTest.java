package io.skein.lab.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
    private final Targets targets = Targets.shipped();

    @TempDir private Path directory = Path.of("");

    private Target open(String text) throws TargetFailedException {
        return targets.open(text, directory, _ -> {}, new StopSignal());
    }

    @Test
    void addressesAreUsedAsTheyAreAndNothingIsStarted() throws TargetFailedException {
        String text = "mqtt://u:p@one:1884,mqtts://two";
        assertThat(targets.starts(text)).isFalse();
        try (Target target = open(text)) {
            assertThat(target.addresses())
                    .containsExactly(
                            new BrokerAddress("one", 1884),
                            new BrokerAddress(true, null, "two", 8883));
            assertThat(target.username()).isEqualTo("u");
            assertThat(target.password()).isEqualTo("p");
        }
    }

    @Test
    void aHostThatIsCalledLikeABrokerIsAnAddressOnceItHasAPort() {
        assertThat(targets.starts("mosquitto")).isTrue();
        assertThat(targets.starts("skein-grid-3")).isTrue();
        assertThat(targets.starts("skein-redis-3:cluster.redis=redis://127.0.0.1:6379")).isTrue();
        assertThat(targets.starts("mosquitto:persistence=true")).isTrue();
        assertThat(targets.starts("mosquitto:1883")).isFalse();
        assertThat(targets.starts("mqtt://mosquitto")).isFalse();
    }

    @Test
    void mosquittoIsStartedLookedIntoAndStopped() throws TargetFailedException {
        assumeTrue(Programs.find("mosquitto") != null, "mosquitto is not installed");
        Target target = open("mosquitto:max_queued_messages=7");
        try (target) {
            assertThat(target.description()).startsWith("mosquitto version");
            assertThat(target.pids()).hasSize(1);
            assertThat(target.ended()).isNull();
            assertThat(directory.resolve("mosquitto.conf"))
                    .content()
                    .contains("max_queued_messages 7");
        }
        assertThat(target.pids()).isEmpty();
        assertThat(target.ended()).isNotNull();
    }

    @Test
    void rabbitMqIsStartedLookedIntoAndStopped() throws TargetFailedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server")),
                "rabbitmq-server is not installed");
        Target target = open("rabbitmq");
        List<ProcessHandle> processes;
        try (target) {
            assertThat(target.description()).startsWith("rabbitmq_server-");
            processes =
                    target.pids().stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
            assertThat(processes).hasSizeGreaterThan(1);
            assertThat(target.ended()).isNull();
            assertThat(target.metrics()).hasSize(1);
        }
        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void anUnknownOptionIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> open("mosquitto:max_queue=7"))
                .isInstanceOf(TargetFailedException.class)
                .hasMessageContaining("no option 'max_queue'")
                .hasMessageContaining("max_queued_messages");
    }

    @Test
    void aFewLinesOfYamlAreATarget() throws Exception {
        assumeTrue(Programs.find("mosquitto") != null, "mosquitto is not installed");
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                name: mine
                program: mosquitto
                arguments: [-p, "${port}"]
                """);
        try (Target target = open(file.toString())) {
            assertThat(target.name()).isEqualTo("mine");
            assertThat(target.pids()).isNotEmpty();
        }
    }

    @Test
    void nodesOfOnesOwnAreATarget() throws Exception {
        assumeTrue(Programs.find("mosquitto") != null, "mosquitto is not installed");
        int port = FreePorts.inARow(2);
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                name: mine
                nodes:
                  - address: mqtt://127.0.0.1:%1$d
                    start: [mosquitto, -p, "%1$d"]
                  - address: mqtt://127.0.0.1:%2$d
                    start: [mosquitto, -p, "%2$d"]
                """
                        .formatted(port, port + 1));
        assertThat(targets.nodes(file.toString())).isEqualTo(2);
        assertThat(targets.isPlaced(file.toString())).isTrue();
        try (Target target = open(file.toString())) {
            assertThat(target.addresses())
                    .containsExactly(
                            new BrokerAddress("127.0.0.1", port),
                            new BrokerAddress("127.0.0.1", port + 1));
            assertThat(target.pids()).hasSize(2);
        }
    }

    @Test
    void nodesOfOnesOwnNeedAddressesOfTheirOwn() throws Exception {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                name: mine
                nodes:
                  - {address: mqtt://127.0.0.1:1883, start: [one]}
                  - {address: mqtt://127.0.0.1, start: [other]}
                """);
        assertThatThrownBy(() -> targets.nodes(file.toString()))
                .hasMessageContaining("mqtt://127.0.0.1 is the address of two nodes");
    }

    @Test
    void theBridgedPairHasTwoNodesThatTheLaboratoryPlaces() throws TargetFailedException {
        assumeTrue(Programs.find("mosquitto") != null, "mosquitto is not installed");
        assertThat(targets.nodes("mosquitto-bridge")).isEqualTo(2);
        try (Target target = open("mosquitto-bridge")) {
            assertThat(target.addresses()).hasSize(2);
            assertThat(directory.resolve("node-2/conf.d/bridge.conf"))
                    .content()
                    .contains("address 127.0.0.1:" + target.addresses().getFirst().port());
            assertThat(directory.resolve("node-1/conf.d/bridge.conf")).doesNotExist();
        }
    }

    @Test
    void nodesAreNotCutOffFromARedisThatIsNotTheLaboratorysOwn() {
        NodePlace place = new NodePlace("node-1", "10.213.1.10", directory);
        String named = "skein-redis-1:cluster.redis=redis://127.0.0.1:6379";
        assertThatThrownBy(() -> targets.deploy(named, List.of(place), place, _ -> {}))
                .hasMessageContaining("leave out cluster.redis");
    }

    @Test
    void aProgramThatIsNotInstalledSaysHowToGetIt() throws Exception {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(file, "name: mine\nprogram: no-such-broker\ninstall: 'ask its maker'\n");
        assertThatThrownBy(() -> open(file.toString()))
                .hasMessage(
                        "target mine: the program 'no-such-broker' is not installed; ask its maker");
    }

    @Test
    void aBrokerThatEndsAtOnceIsToldWithItsLastWords() throws Exception {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file, "name: mine\nprogram: sh\narguments: [-c, 'echo no such luck; exit 7']\n");
        assertThatThrownBy(() -> open(file.toString()))
                .hasMessageContaining("exit code 7")
                .hasMessageContaining("no such luck");
    }

    @Test
    void aRecipeWithAnUnknownKeyIsRefusedWithItsPlace() throws Exception {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(file, "name: mine\nprogram: mosquitto\ncolour: red\n");
        assertThatThrownBy(() -> open(file.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mine.yaml, line ")
                .hasMessageContaining("colour");
    }
}
