package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skein up --architecture bridge}: islands on one machine, each linked with each. */
class IslandsIT {
    @Test
    @DisplayName("an island that is killed gets what the others acknowledged meanwhile, once")
    void anIslandThatIsKilledCatchesUp(@TempDir Path directory) {
        try (UpCluster islands = UpCluster.start(directory, 3, "--architecture", "bridge")) {
            for (int sub = 1; sub <= 3; sub++) {
                Mosquitto.subscribeAndLeave(islands.port(sub), session(sub));
                islands.awaitMembers(sub, 3);
            }
            Mosquitto.pub(islands.port(2), "-q", "2", "-t", "t/2", "-m", "from the second");

            islands.kill(2);
            islands.awaitMembers(1, 2);
            Mosquitto.pub(islands.port(1), "-q", "2", "-t", "t/1", "-m", "while away");
            try (Child second = islands.restart(2)) {
                second.awaitOut("ready architecture=bridge");
                islands.awaitMembers(1, 3);
                islands.awaitMembers(2, 3);
                Mosquitto.pub(islands.port(1), "-q", "2", "-t", "t/1", "-m", "last");

                for (int sub = 1; sub <= 3; sub++) {
                    try (var there = Mosquitto.sub(islands.port(sub), session(sub))) {
                        there.process().await(() -> there.messages().contains("t/1 2 0 last"));
                        assertThat(there.messages())
                                .containsExactlyInAnyOrder(
                                        "t/2 2 0 from the second",
                                        "t/1 2 0 while away",
                                        "t/1 2 0 last");
                    }
                }
                second.terminate();
                second.awaitExit();
            }
            islands.stopCleanly();
        }
    }

    private static String[] session(int of) {
        return new String[] {"-c", "-i", "session-" + of, "-q", "2", "-t", "t/#"};
    }
}
