package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may do what is the same under Mosquitto and under what was imported from it: one
 * configuration, one set of clients, both brokers.
 */
class MosquittoImportIT {
    private static final String ACCESS =
            """
            topic read news/#

            user boss
            topic readwrite #

            user alice
            topic plant/#
            topic deny plant/secret
            topic write log/alice

            user bob
            topic read plant/+/temp

            pattern readwrite clients/%c/#
            pattern deny clients/+/locked
            pattern write users/%u/out
            pattern read users/%u/in
            """;

    private static final String END = "end";

    private static final String[] BOSS = {"-u", "boss", "-P", "boss's"};
    private static final Map<String, String[]> CLIENTS = clients();

    private static final String[] TOPICS = {
        "news/1",
        "plant/7/temp",
        "plant/secret",
        "log/alice",
        "clients/anon/x",
        "clients/phone/x",
        "clients/phone/locked",
        "users/alice/in",
        "users/alice/out",
        "users/bob/in",
        "users/bob/out",
    };

    @TempDir private Path directory;
    private final int port = Ports.consecutive(2);
    private Path configuration = Path.of("");

    private static Map<String, String[]> clients() {
        Map<String, String[]> clients = new LinkedHashMap<>();
        clients.put("nobody", new String[] {"-i", "anon"});
        clients.put("alice", new String[] {"-i", "phone", "-u", "alice", "-P", "alice's"});
        clients.put("bob", new String[] {"-i", "desk", "-u", "bob", "-P", "bob's"});
        return clients;
    }

    @BeforeEach
    void configure() throws IOException {
        Path passwords = directory.resolve("passwords");
        for (String user : List.of("boss", "alice", "bob")) {
            List<String> command = new ArrayList<>(List.of("mosquitto_passwd"));
            if (Files.notExists(passwords)) {
                command.add("-c");
            }
            command.addAll(List.of("-b", passwords.toString(), user, user + "'s"));
            try (Child passwd = Child.start(command)) {
                assertThat(passwd.awaitExit()).as(passwd.toString()).isZero();
            }
        }
        Path access =
                Files.writeString(
                        directory.resolve("access"), ACCESS + "pattern read " + END + "\n");
        configuration =
                Files.writeString(
                        directory.resolve("mosquitto.conf"),
                        """
                        user root
                        listener %d 127.0.0.1
                        allow_anonymous true
                        password_file %s
                        acl_file %s
                        """
                                .formatted(port, passwords, access));
    }

    @Test
    void underMosquitto() {
        try (Child broker = Mosquitto.broker(port, configuration)) {
            assertThat(broker.isAlive()).isTrue();
            assertWhoMayDoWhat();
        }
    }

    @Test
    void underWhatWasImported() {
        String file = directory.resolve("skein.yaml").toString();
        try (Child imported = Child.skein("import", configuration.toString(), "-o", file)) {
            assertThat(imported.awaitExit()).as(imported.toString()).isZero();
            assertThat(imported.err())
                    .hasSize(2)
                    .anyMatch(line -> line.contains("'user root' was left out"))
                    .anyMatch(line -> line.contains("refuses a subscription"));
        }
        try (Child check = Child.skein("broker", "--check", "--config", file)) {
            assertThat(check.awaitExit()).as(check.toString()).isZero();
        }
        try (Child broker =
                Child.skein(
                        "broker",
                        "--config",
                        file,
                        "--data",
                        directory.resolve("data").toString(),
                        "--admin-port",
                        Integer.toString(port + 1))) {
            broker.awaitOut("ready ");
            assertWhoMayDoWhat();
        }
    }

    private void assertWhoMayDoWhat() {
        assertThat(exitOfPublishing("-u", "alice", "-P", "wrong")).isNotZero();
        assertThat(exitOfPublishing("-u", "mallory", "-P", "alice's")).isNotZero();
        assertThat(exitOfPublishing("-u", "alice")).isNotZero();

        assertThat(whatReaches("nobody")).containsExactly("news/1", "clients/anon/x");
        assertThat(whatReaches("alice"))
                .containsExactly("plant/7/temp", "clients/phone/x", "users/alice/in");
        assertThat(whatReaches("bob")).containsExactly("plant/7/temp", "users/bob/in");

        assertThat(whatComesFrom("nobody")).containsExactly("clients/anon/x");
        assertThat(whatComesFrom("alice"))
                .containsExactly("plant/7/temp", "log/alice", "clients/phone/x", "users/alice/out");
        assertThat(whatComesFrom("bob")).containsExactly("users/bob/out");
    }

    private int exitOfPublishing(String... credentials) {
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-p", "" + port));
        command.addAll(List.of(credentials));
        command.addAll(List.of("-q", "1", "-t", "news/1", "-m", "x"));
        try (Child pub = Child.start(command)) {
            return pub.awaitExit();
        }
    }

    /** Of all topics those whose messages a client gets that subscribes each of them. */
    private List<String> whatReaches(String client) {
        List<String> arguments = new ArrayList<>(Arrays.asList(CLIENTS.get(client)));
        for (String topic : TOPICS) {
            arguments.addAll(List.of("-t", topic));
        }
        arguments.addAll(List.of("-t", END));
        try (var subscriber = Mosquitto.sub(port, arguments.toArray(String[]::new)).subscribed()) {
            for (String topic : TOPICS) {
                publish(topic, "x", BOSS);
            }
            publish(END, "x", BOSS);
            return topicsUntilEnd(subscriber);
        }
    }

    /** Of all topics those to which a client publishes and its message arrives. */
    private List<String> whatComesFrom(String client) {
        String[] watch = {"-i", "watch", "-u", "boss", "-P", "boss's", "-t", "#"};
        try (var watcher = Mosquitto.sub(port, watch).subscribed()) {
            for (String topic : TOPICS) {
                publish(topic, client, CLIENTS.get(client));
            }
            publish(END, "x", BOSS);
            return topicsUntilEnd(watcher);
        }
    }

    private void publish(String topic, String payload, String... as) {
        List<String> arguments = new ArrayList<>(Arrays.asList(as));
        arguments.addAll(List.of("-q", "1", "-t", topic, "-m", payload));
        Mosquitto.pub(port, arguments.toArray(String[]::new));
    }

    private static List<String> topicsUntilEnd(Mosquitto.Subscriber subscriber) {
        subscriber.process().await(() -> topics(subscriber).contains(END));
        List<String> topics = new ArrayList<>(topics(subscriber));
        topics.remove(END);
        return topics;
    }

    private static List<String> topics(Mosquitto.Subscriber subscriber) {
        return subscriber.messages().stream().map(message -> message.split(" ")[0]).toList();
    }
}
