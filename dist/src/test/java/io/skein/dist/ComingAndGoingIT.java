package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Disconnect;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skein node}: nodes are added to clusters that run, and removed. */
class ComingAndGoingIT {
    /** The last line of a command that succeeds. */
    private static String node(UpCluster cluster, String... words) {
        try (Child command = command(cluster, words)) {
            assertThat(command.awaitExit()).as(command.toString()).isZero();
            return command.out().getLast();
        }
    }

    private static Child command(UpCluster cluster, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "node";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--data";
        all[words.length + 2] = cluster.directory();
        return Child.skein(all);
    }

    private static void reaches(int from, int to, String text) {
        try (var there = Mosquitto.sub(to, "-q", "1", "-t", "reach/#").subscribed()) {
            Mosquitto.pub(from, "-q", "1", "-t", "reach/a", "-m", text);
            there.awaitMessages("reach/a 1 0 " + text);
        }
    }

    /** Adds a fourth node, removes the second, and looks what becomes of its clients. */
    private static void growAndShrink(UpCluster cluster) throws Exception {
        assertThat(node(cluster, "add"))
                .isEqualTo(
                        "node-4 is ready: %s admin %s"
                                .formatted(
                                        cluster.named("node-4").path("mqtt").asText(),
                                        cluster.named("node-4").path("admin").asText()));
        cluster.awaitMembers(1, 4);
        cluster.awaitMembers("node-4", 4);
        reaches(cluster.port("node-4"), cluster.port(1), "from the fourth");
        reaches(cluster.port(2), cluster.port("node-4"), "to the fourth");

        String[] away = {"-i", "away", "-c", "-q", "1", "-t", "kept/#"};
        Mosquitto.subscribeAndLeave(cluster.port(2), away);
        Mosquitto.pub(cluster.port(3), "-q", "1", "-t", "kept/a", "-m", "before");
        ProcessHandle second = cluster.process(2);
        try (TalkingClient client = new TalkingClient(cluster.port(2))) {
            client.connect("present");
            client.subscribe("kept/#", QoS.EXACTLY_ONCE);

            assertThat(node(cluster, "remove", "node-2"))
                    .isEqualTo(
                            "node-2 is removed; what it kept stays in "
                                    + Path.of(cluster.directory(), "node-2"));

            Disconnect moved = client.receive(Disconnect.class);
            assertThat(moved.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            String to = moved.properties().string(Property.SERVER_REFERENCE);
            try (TalkingClient there =
                    new TalkingClient(Integer.parseInt(to.substring(to.indexOf(':') + 1)))) {
                assertThat(there.connect("present").sessionPresent()).isTrue();
                there.leave();
            }
        }

        assertThat(second.isAlive()).isFalse();
        assertThat(cluster.named("node-2").isMissingNode()).isTrue();
        cluster.awaitMembers(1, 3);
        cluster.awaitMembers("node-4", 3);
        Mosquitto.pub(cluster.port("node-4"), "-q", "1", "-t", "kept/a", "-m", "after");
        try (var back = Mosquitto.sub(cluster.port(3), away)) {
            back.awaitMessages("kept/a 1 0 before", "kept/a 1 0 after");
        }
    }

    @Test
    void nodesOfAGridComeAndGo(@TempDir Path directory) throws Exception {
        try (UpCluster cluster = UpCluster.start(directory, 3)) {
            growAndShrink(cluster);

            String[] away = {"-i", "later", "-c", "-q", "1", "-t", "last/#"};
            Mosquitto.subscribeAndLeave(cluster.port(1), away);
            node(cluster, "remove", "node-1");
            node(cluster, "remove", "node-3"); // who left by itself is not counted as lost
            cluster.awaitMembers("node-4", 1);
            Mosquitto.pub(cluster.port("node-4"), "-q", "1", "-t", "last/a", "-m", "alone");
            try (var back = Mosquitto.sub(cluster.port("node-4"), away)) {
                back.awaitMessages("last/a 1 0 alone");
            }
            cluster.stopCleanly();
        }
    }

    @Test
    void aGridOfOneGrowsToThreeAndBecomesOneAgain(@TempDir Path directory) {
        try (UpCluster cluster = UpCluster.start(directory, 1)) {
            String[] away = {"-i", "away", "-c", "-q", "1", "-t", "kept/#"};
            Mosquitto.subscribeAndLeave(cluster.port(1), away);
            node(cluster, "add");
            node(cluster, "add");
            Mosquitto.pub(cluster.port("node-2"), "-q", "1", "-t", "kept/a", "-m", "three");
            node(cluster, "remove", "node-1");
            Mosquitto.pub(cluster.port("node-3"), "-q", "1", "-t", "kept/a", "-m", "two");
            node(cluster, "remove", "node-2");
            cluster.awaitMembers("node-3", 1);
            Mosquitto.pub(cluster.port("node-3"), "-q", "1", "-t", "kept/a", "-m", "one");

            try (var back = Mosquitto.sub(cluster.port("node-3"), away)) {
                back.awaitMessages("kept/a 1 0 three", "kept/a 1 0 two", "kept/a 1 0 one");
            }
            try (Child last = command(cluster, "remove", "node-3")) {
                assertThat(last.awaitExit()).isEqualTo(1);
                assertThat(last.err())
                        .containsExactly(
                                "skein node remove: node-3 is the only node; stop the cluster where it"
                                        + " was started");
            }
            cluster.stopCleanly();
        }
    }

    @Test
    void brokersAroundRedisComeAndGo(@TempDir Path directory) throws Exception {
        try (RedisServer redis = new RedisServer();
                UpCluster cluster = UpCluster.start(directory, 3, redis.architecture())) {
            growAndShrink(cluster);
            cluster.stopCleanly();
        }
    }

    @Test
    @DisplayName(
            "an island that comes is linked with the others, one that goes leaves what it has queued")
    void islandsComeAndGo(@TempDir Path directory) {
        try (UpCluster islands = UpCluster.start(directory, 2, "--architecture", "bridge")) {
            String[] away = {"-i", "away", "-c", "-q", "2", "-t", "t/#"};
            Mosquitto.subscribeAndLeave(islands.port(1), away);

            assertThat(node(islands, "add")).startsWith("node-3 is ready: ");
            islands.awaitMembers(1, 3);
            Mosquitto.pub(islands.port("node-3"), "-q", "2", "-t", "t/3", "-m", "from the third");
            Mosquitto.pub(islands.port(2), "-q", "2", "-t", "t/2", "-m", "from the second");

            assertThat(node(islands, "remove", "node-2")).startsWith("node-2 is removed");
            islands.awaitMembers(1, 2);
            islands.awaitMembers("node-3", 2);
            Mosquitto.pub(islands.port("node-3"), "-q", "2", "-t", "t/3", "-m", "last");

            try (var back = Mosquitto.sub(islands.port(1), away)) {
                back.process().await(() -> back.messages().contains("t/3 2 0 last"));
                assertThat(back.messages())
                        .containsExactlyInAnyOrder(
                                "t/3 2 0 from the third",
                                "t/2 2 0 from the second",
                                "t/3 2 0 last");
            }
            islands.stopCleanly();
        }
    }

    @Test
    void whereNothingRunsNothingIsAdded(@TempDir Path directory) {
        try (Child command = Child.skein("node", "add", "--data", directory.toString())) {
            assertThat(command.awaitExit()).isEqualTo(1);
            assertThat(command.err())
                    .containsExactly(
                            "skein node add: no cluster runs in %s; --data takes the directory of one that 'skein up' has started"
                                    .formatted(directory));
        }
    }
}
