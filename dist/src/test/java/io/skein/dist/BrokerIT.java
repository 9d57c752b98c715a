package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node by itself. */
class BrokerIT {

    @Test
    void whatWasAcknowledgedIsThereAfterKill9(@TempDir Path directory) {
        int port = Ports.consecutive(2);
        String[] session = {"-c", "-i", "sleeper", "-q", "2", "-t", "kept/#"};
        try (Child broker = broker(port, directory)) {
            Mosquitto.subscribeAndLeave(port, session);
            Mosquitto.pub(port, "-q", "1", "-r", "-t", "retained", "-m", "r");
            Mosquitto.pub(port, "-q", "1", "-t", "kept/1", "-m", "one");
            Mosquitto.pub(port, "-q", "2", "-t", "kept/2", "-m", "two");
            broker.kill();
            assertThat(broker.awaitExit()).isEqualTo(137);
        }
        try (Child broker = broker(port, directory);
                var sleeper = Mosquitto.sub(port, session);
                var other = Mosquitto.sub(port, "-t", "retained")) {
            sleeper.awaitMessages("kept/1 1 0 one", "kept/2 2 0 two");
            other.awaitMessages("retained 0 1 r");
            broker.terminate();
            assertThat(broker.awaitExit()).as(broker.toString()).isZero();
            assertThat(Ports.isFree(port)).isTrue();
        }
    }

    @Test
    void theLogIsALineForEachEventOnStandardError(@TempDir Path directory) {
        int port = Ports.consecutive(2);
        try (Child broker = broker(port, directory)) {
            assertThat(broker.out())
                    .containsExactly(
                            "ready architecture=standalone nodes=1 mqtt://127.0.0.1:%d dashboard http://127.0.0.1:%d/"
                                    .formatted(port, port + 1));
            assertThat(broker.err())
                    .isNotEmpty()
                    .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\d [\\d:.]{12} [A-Z]+ .*"));
        }
    }

    @Test
    void pubAndSubSpeakWithMosquitto(@TempDir Path directory) {
        int port = Ports.consecutive(1);
        try (Child mosquitto = Mosquitto.broker(port)) {
            exchange(port);
            assertThat(mosquitto.isAlive()).isTrue();
        }
    }

    @Test
    void pubAndSubSpeakWithSkein(@TempDir Path directory) {
        int port = Ports.consecutive(2);
        try (Child broker = broker(port, directory)) {
            exchange(port);
            assertThat(broker.isAlive()).isTrue();
        }
    }

    /** From mosquitto_pub to skein sub, and from skein pub to mosquitto_sub. */
    private static void exchange(int port) {
        String at = Integer.toString(port);
        try (Child sub =
                Child.skein(
                        "sub", "-p", at, "-V", "5", "-q", "2", "-t", "x/+", "-C", "2", "-v",
                        "-d")) {
            sub.awaitErr(Pattern.compile("(?i)suback"));
            Mosquitto.pub(port, "-q", "2", "-t", "x/1", "-m", "from mosquitto");
            Mosquitto.pub(port, "-q", "0", "-t", "x/2", "-m", "äöü");
            assertThat(sub.awaitExit()).as(sub.toString()).isZero();
            assertThat(sub.out()).containsExactly("x/1 from mosquitto", "x/2 äöü");
        }
        try (var sub = Mosquitto.sub(port, "-q", "2", "-t", "y/#").subscribed();
                Child pub = Child.skein("pub", "-p", at, "-t", "y/1", "-q", "2", "-m", "-t @x");
                Child lines = Child.skein("pub", "-p", at, "-t", "y/2", "-q", "1", "-l")) {
            assertThat(pub.awaitExit()).as(pub.toString()).isZero();
            lines.type("one\ntwo\n");
            assertThat(lines.awaitExit()).as(lines.toString()).isZero();
            sub.awaitMessages("y/1 2 0 -t @x", "y/2 1 0 one", "y/2 1 0 two");
        }
    }

    private static Child broker(int port, Path directory) {
        Child broker =
                Child.skein(
                        "broker",
                        "--port",
                        Integer.toString(port),
                        "--admin-port",
                        Integer.toString(port + 1),
                        "--data",
                        directory.toString());
        try {
            broker.awaitOut("ready ");
            return broker;
        } catch (RuntimeException | AssertionError e) {
            broker.close();
            throw e;
        }
    }
}
