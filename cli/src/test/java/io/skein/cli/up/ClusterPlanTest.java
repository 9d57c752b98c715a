package io.skein.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPlanTest {

    @Test
    void whatIsWrittenForANodeIsAConfigurationThatItReads(@TempDir Path directory)
            throws Exception {
        Path root = directory.resolve("it's: #here");
        int base = TestPorts.consecutive(4);
        ClusterPlan plan = ClusterPlan.of("grid", "none", root, 2, base, base + 2);
        plan.reserve().release();
        plan.configure();

        Configuration second = read(plan.nodes().get(1));
        assertThat(second.nodeName()).isEqualTo("node-2");
        assertThat(second.data()).isEqualTo(root.resolve("node-2"));
        assertThat(second.durability()).hasToString("NONE");
        assertThat(second.architecture()).isEqualTo("grid");
        assertThat(second.listeners())
                .singleElement()
                .satisfies(listener ->
                        assertThat(listener.bind()).hasToString("127.0.0.1:" + (base + 1)));
        assertThat(second.admin().bind()).hasToString("127.0.0.1:" + (base + 3));
        String first = read(plan.nodes().get(0)).cluster().get("bind");
        assertThat(second.cluster())
                .containsEntry("seeds", first + "," + second.cluster().get("bind"))
                .doesNotContainEntry("bind", first);
    }

    private static Configuration read(NodePlan node) throws Exception {
        return new ConfigurationLoader(Map.of(), List.of()).load(node.configuration());
    }

    @Test
    void nodesAroundRedisAreToldWhereItIsAndLookForNobody(@TempDir Path directory)
            throws Exception {
        int base = TestPorts.consecutive(4);
        ClusterPlan plan =
                ClusterPlan.of("redis", "os", directory, 2, base, base + 2)
                        .sharing(Map.of("redis", "redis://:se'cret@127.0.0.1:6379"));
        plan.reserve().release();
        plan.configure();

        assertThat(read(plan.nodes().getFirst()).cluster())
                .containsOnly(Map.entry("redis", "redis://:se'cret@127.0.0.1:6379"));
    }

    @Test
    void standaloneHasNothingToSayToOthers(@TempDir Path directory) throws Exception {
        int base = TestPorts.consecutive(2);
        ClusterPlan plan = ClusterPlan.of("standalone", "os", directory, 1, base, base + 1);
        plan.reserve().release();
        plan.configure();

        assertThat(read(plan.nodes().getFirst()).cluster()).isEmpty();
    }

    @Test
    void anIslandSendsWhatBeginsThereToEachOther(@TempDir Path directory) throws Exception {
        int base = TestPorts.consecutive(6);
        ClusterPlan plan = ClusterPlan.of("bridge", "os", directory, 3, base, base + 3);
        plan.reserve().release();
        plan.configure();

        assertThat(read(plan.nodes().get(1)).cluster())
                .containsEntry("topology", "node-1/node-2,node-1/node-3,node-2/node-3")
                .containsEntry("links.0.name", "node-1")
                .containsEntry("links.0.topics", "# out 2")
                .containsEntry("links.1.name", "node-3")
                .containsEntry("links.1.address", "mqtt://127.0.0.1:" + (base + 2))
                .containsEntry("links.1.admin", "http://127.0.0.1:" + (base + 5));
    }

    @Test
    void anIslandAloneHasNoLinks(@TempDir Path directory) throws Exception {
        int base = TestPorts.consecutive(2);
        ClusterPlan plan = ClusterPlan.of("bridge", "os", directory, 1, base, base + 1);
        plan.reserve().release();
        plan.configure();

        assertThat(read(plan.nodes().getFirst()).cluster()).isEmpty();
    }

    @Test
    void portsThatOverlapOrDoNotExistAreRefused() {
        assertRefused(3, 1883, 1885, "overlap");
        assertRefused(3, 1885, 1883, "overlap");
        assertRefused(2, 65_535, 1883, "--base-port 65535 leaves no room for 2 ports");
        assertRefused(2, 1883, 0, "--admin-port 0 leaves no room");
        assertRefused(51, 1883, 18_830, "--nodes takes 1 to 50");
    }

    private static void assertRefused(int nodes, int basePort, int adminPort, String message) {
        assertThatThrownBy(
                        () -> ClusterPlan.of("grid", "os", Path.of(""), nodes, basePort, adminPort))
                .isInstanceOf(ClusterFailedException.class)
                .hasMessageContaining(message);
    }
}
