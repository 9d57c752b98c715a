package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bench against Skein and against a broker that others wrote: every message is accounted for.
 */
class BenchIT {
    private static final List<String> COUNTS =
            List.of(
                    "sent",
                    "acknowledged",
                    "received",
                    "expected",
                    "lost",
                    "duplicated",
                    "out_of_order");

    @TempDir private Path directory;

    @Test
    @ExtendWith(SharedCluster.class)
    void aClusterDeliversEveryMessageOnce(UpCluster cluster) throws IOException {
        JsonNode result =
                bench(
                        "--target",
                        "mqtt://127.0.0.1:%d,mqtt://127.0.0.1:%d"
                                .formatted(cluster.port(1), cluster.port(2)),
                        "--qos",
                        "1",
                        "--rate",
                        "500");

        assertExact(result, 1_000);
    }

    @Test
    void mosquittoDeliversEveryMessageOnce() throws IOException {
        int port = Ports.consecutive(1);
        try (Child mosquitto = Mosquitto.broker(port)) {
            JsonNode result =
                    bench("--target", "mqtt://127.0.0.1:" + port, "--qos", "2", "--rate", "500");

            assertExact(result, 1_000);
            assertThat(mosquitto.isAlive()).isTrue();
        }
    }

    @Test
    void withoutARateAllThatWasSentIsAccountedFor() throws IOException {
        int port = Ports.consecutive(1);
        try (Child mosquitto = Mosquitto.broker(port)) {
            JsonNode result = bench("--target", "mqtt://127.0.0.1:" + port, "--qos", "1");

            assertThat(result.path("sent").asLong()).isPositive();
            assertExact(result, result.path("sent").asLong());
            assertThat(mosquitto.isAlive()).isTrue();
        }
    }

    private JsonNode bench(String... arguments) throws IOException {
        Path json = directory.resolve("result.json");
        String[] all =
                Stream.concat(
                                Stream.of(
                                        "lab",
                                        "bench",
                                        "--publishers",
                                        "4",
                                        "--subscribers",
                                        "4",
                                        "--topics",
                                        "4",
                                        "--duration",
                                        "2s",
                                        "--json",
                                        json.toString()),
                                Stream.of(arguments))
                        .toArray(String[]::new);
        try (Child bench = Child.skein(all)) {
            assertThat(bench.awaitExit()).as(bench.toString()).isZero();
            assertThat(bench.out()).isNotEmpty();
        }
        return new JsonMapper().readTree(json.toFile());
    }

    private static void assertExact(JsonNode result, long sent) {
        assertThat(COUNTS).allMatch(name -> result.path(name).isIntegralNumber());
        assertThat(result.path("sent").asLong()).isEqualTo(sent);
        assertThat(result.path("acknowledged").asLong()).isEqualTo(sent);
        assertThat(result.path("received").asLong()).isEqualTo(result.path("expected").asLong());
        assertThat(result.path("lost").asLong()).isZero();
        assertThat(result.path("duplicated").asLong()).isZero();
        assertThat(result.path("out_of_order").asLong()).isZero();
        assertThat(result.path("rates").isObject()).isTrue();
        assertThat(result.path("latency_micros").isObject()).isTrue();
        assertThat(result.path("valid").isBoolean()).isTrue();
    }
}
