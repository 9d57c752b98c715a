package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Mosquitto's broker and its clients. */
final class Mosquitto {
    private static final String MARK = "message: ";

    private Mosquitto() {}

    /** Publishes and waits for the acknowledgement. */
    static void pub(int port, String... arguments) {
        try (Child pub = Child.start(command("mosquitto_pub", port, arguments))) {
            assertThat(pub.awaitExit()).as(pub.toString()).isZero();
        }
    }

    /** A subscriber that prints topic, QoS, retain flag and payload of each message. */
    static Subscriber sub(int port, String... arguments) {
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL"));
        command.addAll(command("mosquitto_sub", port, arguments));
        command.addAll(List.of("-d", "-F", MARK + "%t %q %r %p"));
        return new Subscriber(Child.start(command));
    }

    /** Subscribes for a session that lasts, and goes. */
    static void subscribeAndLeave(int port, String... arguments) {
        List<String> command = command("mosquitto_sub", port, arguments);
        command.add("-E");
        try (Child sub = Child.start(command)) {
            assertThat(sub.awaitExit()).as(sub.toString()).isZero();
        }
    }

    /** A broker without a configuration: for this machine only. */
    static Child broker(int port) {
        return broker(port, "-p", Integer.toString(port));
    }

    /** A broker whose configuration makes it listen on this port. */
    static Child broker(int port, Path configuration) {
        return broker(port, "-c", configuration.toString());
    }

    private static Child broker(int port, String... arguments) {
        Path system = Path.of("/usr/sbin/mosquitto"); // not on everybody's PATH
        List<String> command = new ArrayList<>();
        command.add(Files.exists(system) ? system.toString() : "mosquitto");
        command.addAll(List.of(arguments));
        Child broker = Child.start(command);
        broker.await(() -> !Ports.isFree(port) || !broker.isAlive());
        return broker;
    }

    private static List<String> command(String program, int port, String... arguments) {
        return new ArrayList<>(
                Stream.concat(
                                Stream.of(program, "-p", Integer.toString(port)),
                                Stream.of(arguments))
                        .toList());
    }

    /** A {@code mosquitto_sub} in the background. */
    record Subscriber(Child process) implements AutoCloseable {
        /** Waits for the broker's answer. */
        Subscriber subscribed() {
            process.awaitOut("Subscribed (mid: ");
            return this;
        }

        /** The messages so far, each as topic, QoS, retain flag and payload. */
        List<String> messages() {
            return process.out().stream()
                    .filter(line -> line.startsWith(MARK))
                    .map(line -> line.substring(MARK.length()))
                    .toList();
        }

        /** Waits for exactly these messages. */
        void awaitMessages(String... expected) {
            process.await(() -> messages().size() >= expected.length);
            assertThat(messages()).containsExactly(expected);
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
