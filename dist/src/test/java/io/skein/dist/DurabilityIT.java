package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/DURABILITY.md} says of the settings beside the default. */
class DurabilityIT {
    private static final String[] SESSION = {"-c", "-i", "sleeper", "-q", "1", "-t", "kept/#"};

    private final int port = Ports.consecutive(2);

    @TempDir private Path directory;

    @Test
    void osSurvivesKill9() {
        storeAndKill("os");
        try (Child broker = ready("os");
                var sleeper = Mosquitto.sub(port, SESSION)) {
            sleeper.awaitMessages("kept/1 1 0 one", "kept/2 1 0 two");
            assertThat(broker.isAlive()).isTrue();
        }
    }

    @Test
    void noneKeepsNothingAndSaysSo() {
        storeAndKill("none");
        try (Child broker = ready("none");
                var sleeper = Mosquitto.sub(port, SESSION).subscribed()) {
            broker.awaitErr(
                    Pattern.compile("durability none.*does not promise.*ACKED_SURVIVES_RESTART"));
            Mosquitto.pub(port, "-q", "1", "-t", "kept/3", "-m", "three");
            sleeper.awaitMessages("kept/3 1 0 three");
        }
    }

    /** A session with two messages in its queue, and a node that died. */
    private void storeAndKill(String durability) {
        try (Child broker = ready(durability)) {
            Mosquitto.subscribeAndLeave(port, SESSION);
            Mosquitto.pub(port, "-q", "1", "-t", "kept/1", "-m", "one");
            Mosquitto.pub(port, "-q", "1", "-t", "kept/2", "-m", "two");
            broker.kill();
            assertThat(broker.awaitExit()).isEqualTo(137);
        }
    }

    private Child ready(String durability) {
        return broker(durability).ready();
    }

    private Child broker(String durability) {
        return Child.skein(
                "broker",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1),
                "--data",
                directory.toString(),
                "--set",
                "durability=" + durability);
    }
}
