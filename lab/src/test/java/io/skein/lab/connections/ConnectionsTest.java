package io.skein.lab.connections;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.fixture.Mosquitto;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections alone, against a broker that others wrote. */
@Timeout(60)
class ConnectionsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    @Test
    void allStandToTheEndAndTheirMemoryIsMeasured() throws Exception {
        Path folder = directory.resolve("all");
        try (Mosquitto broker = Mosquitto.start()) {
            assertThat(run(options(broker.address(), folder, 500, 0)))
                    .as(err.toString(UTF_8))
                    .isEqualTo(BenchCommand.OK);
        }
        JsonNode result = result(folder);
        assertThat(result.path("kind").asText()).isEqualTo("connections");
        assertThat(result.path("connected").asInt()).isEqualTo(500);
        assertThat(result.path("alive").asInt()).isEqualTo(500);
        assertThat(result.path("lost").asInt()).isZero();
        assertThat(result.path("rss_bytes").asLong())
                .isGreaterThan(result.path("rss_bytes_before").asLong());
        assertThat(result.path("bytes_per_connection").asDouble()).isPositive();
        assertThat(out.toString(UTF_8)).contains("500 of 500", "per connection");
        assertThat(Files.readString(folder.resolve("report.html"))).contains("<svg");
    }

    @Test
    void withARateTheyBeginAtThatRate() throws Exception {
        Path folder = directory.resolve("rate");
        try (Mosquitto broker = Mosquitto.start()) {
            run(options(broker.address(), folder, 50, 100));
        }
        assertThat(result(folder).path("connecting_seconds").asDouble()).isGreaterThan(0.48);
        assertThat(result(folder).path("workload").path("rate_per_second").asInt()).isEqualTo(100);
        assertThat(result(folder).path("connected").asInt()).isEqualTo(50);
    }

    @Test
    void theyComeFromTheAddressesNamed() throws Exception {
        try (Mosquitto broker = Mosquitto.start("allow_anonymous true", "log_type notice")) {
            ConnectionsOptions options =
                    new ConnectionsOptions(
                            bench(broker.address(), directory.resolve("sources")),
                            10,
                            0,
                            Duration.ZERO,
                            60,
                            List.of(
                                    InetAddress.getByName("127.0.0.2"),
                                    InetAddress.getByName("127.0.0.3")));
            assertThat(run(options)).as(err.toString(UTF_8)).isEqualTo(BenchCommand.OK);
            assertThat(Files.readString(broker.directory().resolve("output")))
                    .contains("from 127.0.0.2", "from 127.0.0.3");
        }
    }

    @Test
    void refusalsAreToldWithTheirReason() throws Exception {
        Path folder = directory.resolve("refused");
        try (Mosquitto broker = Mosquitto.start("allow_anonymous false")) {
            assertThat(run(options(broker.address(), folder, 5, 0))).isEqualTo(BenchCommand.FAILED);
        }
        JsonNode refusals = result(folder).path("refusals");
        new DocumentedFields("connections")
                .assertDescribe(
                        List.of(result(folder)),
                        "seconds[].at_seconds",
                        "seconds[].standing",
                        "agents[]");
        assertThat(refusals.size()).isEqualTo(1);
        assertThat(refusals.elements().next().asInt()).isEqualTo(5);
        assertThat(out.toString(UTF_8)).contains("5 times", "not authorized");
    }

    @Test
    void whatTheBrokerDoesNotTakeIsCounted() throws Exception {
        Path folder = directory.resolve("limit");
        try (Mosquitto broker = Mosquitto.start("allow_anonymous true", "max_connections 3")) {
            assertThat(run(options(broker.address(), folder, 5, 0)))
                    .isEqualTo(BenchCommand.TARGET_LOST);
        }
        int refused = 0;
        for (JsonNode times : result(folder).path("refusals")) {
            refused += times.asInt();
        }
        assertThat(refused).isPositive();
        assertThat(result(folder).path("connected").asInt()).isEqualTo(5 - refused);
        assertThat(result(folder).path("tried").asInt()).isEqualTo(5);
    }

    private static JsonNode result(Path folder) throws Exception {
        return new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    }

    private static BenchOptions bench(BrokerAddress address, Path folder) {
        return BenchOptions.builder().target(address).out(folder).build();
    }

    private static ConnectionsOptions options(
            BrokerAddress address, Path folder, int count, double perSecond) {
        return new ConnectionsOptions(
                bench(address, folder), count, perSecond, Duration.ofMillis(200), 60, List.of());
    }

    private int run(ConnectionsOptions options) {
        return ConnectionsCommand.run(
                options,
                new StopSignal(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }
}
