package io.skein.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LauncherTest {
    private final NodePlan node = new NodePlan("node-1", Path.of("/data/node-1"), 1883, 18830, 0);

    @Test
    void aNodeIsStartedByHandAsTheSupervisorStartsItButForTheSupervision() {
        Launcher launcher = new Launcher(List.of("/opt/skein"), List.of("log.level=debug"));

        assertThat(launcher.restart(node))
                .containsExactly(
                        "/opt/skein",
                        "broker",
                        "--config",
                        "/data/node-1/skein.yaml",
                        "--set",
                        "log.level=debug");
        assertThat(launcher.supervised(node))
                .contains("--supervised")
                .containsAll(launcher.restart(node));
    }

    @Test
    void aCommandIsShownAsAShellWouldTakeIt() {
        assertThat(Launcher.typed(List.of("/my files/skein", "--set", "a=it's", "--name", "n-1")))
                .isEqualTo("'/my files/skein' --set 'a=it'\\''s' --name n-1");
    }
}
