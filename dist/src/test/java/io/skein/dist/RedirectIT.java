package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are sent to another server by a command. */
class RedirectIT {
    @Test
    void aClientIsToldAndOneThatIsNotThereIsNamed(@TempDir Path directory) {
        int port = Ports.consecutive(2);
        String admin = "http://127.0.0.1:" + (port + 1);
        try (Child broker =
                Child.skein(
                        "broker",
                        "--data",
                        directory.toString(),
                        "--port",
                        Integer.toString(port),
                        "--admin-port",
                        Integer.toString(port + 1))) {
            broker.awaitOut("ready ");
            try (var client =
                            Mosquitto.sub(port, "-V", "mqttv5", "-i", "pump 7", "-t", "a")
                                    .subscribed();
                    Child redirect =
                            Child.skein(
                                    "redirect",
                                    "pump 7",
                                    "absent",
                                    "--to",
                                    "127.0.0.1:" + port,
                                    "--admin",
                                    admin)) {
                assertThat(redirect.awaitExit()).as(redirect.toString()).isEqualTo(1);
                assertThat(redirect.err())
                        .containsExactly(
                                "skein redirect: client 'absent' is not connected to this node");
                client.process().awaitOut("DISCONNECT (156)"); // 0x9C, use another server
            }
        }
    }
}
