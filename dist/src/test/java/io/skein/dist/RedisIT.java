package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers around a Redis: kill -9 of a broker, and a Redis that freezes, dies and comes back. */
class RedisIT {
    private static final Path SERVER = Path.of("/usr/bin/redis-server");

    @TempDir Path directory;

    private final int port = Ports.consecutive(1);

    private Child redis() {
        Assumptions.assumeTrue(Files.isExecutable(SERVER), "redis-server is not installed");
        Child redis =
                Child.start(
                        List.of(
                                SERVER.toString(),
                                "--port",
                                Integer.toString(port),
                                "--bind",
                                "127.0.0.1",
                                "--dir",
                                directory.toString(),
                                "--save",
                                "",
                                "--appendonly",
                                "yes"));
        redis.awaitOut("Ready to accept connections");
        return redis;
    }

    private UpCluster cluster(int nodes) {
        return UpCluster.start(
                directory.resolve("nodes"),
                nodes,
                "--architecture",
                "redis",
                "--redis",
                "redis://127.0.0.1:" + port,
                "--set",
                "cluster.alarm-seconds=2");
    }

    @Test
    void whatTheKilledBrokerHeldIsOnTheOthersAndItsWillsFireOnce() {
        try (Child redis = redis();
                UpCluster cluster = cluster(3);
                var witness =
                        Mosquitto.sub(cluster.port(3), "-q", "1", "-t", "will/#").subscribed();
                var _ =
                        Mosquitto.sub(
                                        cluster.port(1),
                                        "-t",
                                        "none",
                                        "--will-topic",
                                        "will/a",
                                        "--will-payload",
                                        "gone",
                                        "--will-qos",
                                        "1")
                                .subscribed()) {
            String[] away = {"-i", "away", "-c", "-q", "1", "-t", "kept/#"};
            Mosquitto.subscribeAndLeave(cluster.port(1), away);
            Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "kept/a", "-m", "before");

            cluster.kill(1);

            Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "kept/a", "-m", "after");
            try (var back = Mosquitto.sub(cluster.port(3), away)) {
                back.awaitMessages("kept/a 1 0 before", "kept/a 1 0 after");
            }
            cluster.awaitMembers(2, 2);
            witness.awaitMessages("will/a 1 0 gone");
            try (Child again = cluster.restart(1)) {
                cluster.awaitMembers(3, 3);
                Mosquitto.pub(cluster.port(1), "-q", "1", "-t", "will/end", "-m", "end");
                witness.awaitMessages("will/a 1 0 gone", "will/end 1 0 end");
                again.terminate();
                assertThat(again.awaitExit()).as(again.toString()).isZero();
            }
            cluster.stopCleanly();
            assertThat(redis.isAlive()).isTrue();
        }
    }

    @Test
    void aRedisThatWasFrozenAndOneThatWasKilledAreGoneAndBackAgain() {
        Child redis = redis();
        try (UpCluster cluster = cluster(2)) {
            String[] away = {"-i", "away", "-c", "-q", "1", "-t", "kept/#"};
            Mosquitto.subscribeAndLeave(cluster.port(1), away);
            Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "kept/a", "-m", "before");

            signal(redis, "STOP");
            awaitReady(cluster, 503);
            signal(redis, "CONT");
            awaitReady(cluster, 200);
            Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "kept/a", "-m", "thawed");

            redis.kill();
            awaitReady(cluster, 503);
            awaitAlarm(cluster, 1);
            redis.close();
            redis = redis();
            awaitReady(cluster, 200);
            awaitAlarm(cluster, 0);
            Mosquitto.pub(cluster.port(2), "-q", "1", "-t", "kept/a", "-m", "started again");

            try (var back = Mosquitto.sub(cluster.port(2), away)) {
                back.awaitMessages(
                        "kept/a 1 0 before", "kept/a 1 0 thawed", "kept/a 1 0 started again");
            }
            cluster.stopCleanly();
        } finally {
            redis.close();
        }
    }

    private static void signal(Child process, String signal) {
        List<String> command = List.of("kill", "-s", signal, Long.toString(process.pid()));
        try (Child kill = Child.start(command)) {
            assertThat(kill.awaitExit()).as(kill.toString()).isZero();
        }
    }

    private static void awaitReady(UpCluster cluster, int status) {
        for (int node = 1; node <= 2; node++) {
            String ready = cluster.admin(node) + "/ready";
            await(ready + " is " + status)
                    .atMost(Child.LIMIT)
                    .until(() -> statusOf(ready) == status);
        }
    }

    private static void awaitAlarm(UpCluster cluster, int value) {
        for (int node = 1; node <= 2; node++) {
            String metrics = cluster.admin(node) + "/metrics";
            await(metrics + " has an alarm: " + value)
                    .atMost(Child.LIMIT)
                    .until(() ->
                            textOf(metrics)
                                    .contains(
                                            "skein_link_alarm{link=\"redis\"} %d\n"
                                                    .formatted(value)));
        }
    }

    private static String textOf(String address) throws IOException {
        try (InputStream body = URI.create(address).toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int statusOf(String address) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(2_000);
        return connection.getResponseCode();
    }

    @Test
    void withoutAnAddressUpSaysWhatIsMissing() {
        try (Child up = Child.skein("up", "--architecture", "redis")) {
            assertThat(up.awaitExit()).isNotZero();
            assertThat(String.join("\n", up.err())).contains("--redis redis://127.0.0.1:6379");
        }
    }
}
