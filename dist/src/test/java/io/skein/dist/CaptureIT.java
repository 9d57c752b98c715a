package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A bench is recorded on the wire with tcpdump, and read packet by packet. */
class CaptureIT {
    @TempDir private Path directory;

    @Test
    @ExtendWith(SharedCluster.class)
    void theWireHasEveryFlightThatTheBenchCounted(UpCluster cluster) throws IOException {
        assumeTrue(mayCapture(), "needs tcpdump, and the right to record on lo");
        Path json = directory.resolve("result.json");
        Path folder = directory.resolve("capture");
        String port = Integer.toString(cluster.port(1));
        List<String> capture =
                List.of("lab", "capture", "--out", folder.toString(), "--port", port);
        List<String> bench =
                List.of(
                        "--",
                        Path.of(System.getProperty("skein.home"), "skein").toString(),
                        "lab",
                        "bench",
                        "--target",
                        "mqtt://127.0.0.1:" + port,
                        "--publishers",
                        "2",
                        "--subscribers",
                        "2",
                        "--topics",
                        "2",
                        "--qos",
                        "2",
                        "--rate",
                        "100",
                        "--duration",
                        "1s",
                        "--json",
                        json.toString());

        try (Child child =
                Child.skein(
                        Stream.concat(capture.stream(), bench.stream()).toArray(String[]::new))) {
            assertThat(child.awaitExit()).as(child.toString()).isZero();
            assertThat(child.err()).noneMatch(line -> line.contains("had no room"));
        }

        JsonNode result = new JsonMapper().readTree(json.toFile());
        List<String> flights = Files.readAllLines(folder.resolve("flights.csv"));
        assertThat(flights).anyMatch(line -> isAllDone(line, "QoS 2 up", result.path("sent")));
        assertThat(flights)
                .anyMatch(line -> isAllDone(line, "QoS 2 down", result.path("received")));
        assertThat(folder.resolve("listing.txt"))
                .content()
                .contains("PUBLISH", "PUBREC", "PUBREL", "(QoS 2 up) done after");
    }

    /**
     * Whether a line tells of this kind of flight: at least as many, warm-up included, all done.
     */
    private static boolean isAllDone(String line, String kind, JsonNode counted) {
        String[] cells = line.split(",", -1);
        return cells[0].equals(kind)
                && Long.parseLong(cells[1]) >= counted.asLong()
                && cells[1].equals(cells[2])
                && counted.asLong() > 0;
    }

    private static boolean mayCapture() {
        try (Child tcpdump = Child.start(List.of("tcpdump", "-i", "lo", "-c", "1", "-w", "-"))) {
            tcpdump.awaitErr(Pattern.compile("listening on lo"));
            return true;
        } catch (UncheckedIOException | AssertionError missing) {
            return false;
        }
    }
}
