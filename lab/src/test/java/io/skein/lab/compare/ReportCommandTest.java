package io.skein.lab.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencyRecorder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory = Path.of("");

    private int run(Path... folders) {
        return ReportCommand.run(
                List.of(folders),
                page(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    private Path page() {
        return directory.resolve("page.html");
    }

    private String printed() {
        return out.toString(UTF_8);
    }

    private Path folder(String name, ObjectNode result) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.writeString(folder.resolve("result.json"), result.toString());
        return folder;
    }

    private static ObjectNode bench(String target, double received, long micros) {
        ObjectNode root = NODES.objectNode();
        root.put("schema_version", 1).put("kind", "bench").put("valid", true);
        root.put("sent", 1_000).put("expected", 1_000).put("lost", 0);
        root.putObject("rates")
                .put("sent_per_second", received)
                .put("received_per_second", received);
        root.putObject("latency_micros").put("p50", micros).put("p99", micros);
        Histogram histogram = LatencyRecorder.emptyHistogram();
        histogram.recordValueWithCount(micros * 1_000, 1_000);
        root.put("latency_histogram_nanos", Histograms.text(histogram));
        root.putObject("workload").put("qos", 1).put("payload_bytes", 64);
        root.putObject("environment")
                .put("machine", "m")
                .put("command_line", "skein lab bench --target " + target + " --qos 1");
        return root;
    }

    private static ObjectNode stress(String target, double received, long lost) {
        ObjectNode root = NODES.objectNode();
        root.put("schema_version", 1).put("kind", "stress").put("target", target);
        root.put("planned_runs", 2).put("partial", false);
        ArrayNode runs = root.putArray("runs");
        for (int delay : new int[] {0, 4}) {
            runs.addObject()
                    .put("id", "p1-s1-d%d-i1".formatted(delay))
                    .put("publisher_qos", 1)
                    .put("analyser_qos", 1)
                    .put("delay_ms", delay)
                    .put("instances", 1)
                    .put("status", "complete")
                    .put("valid", true)
                    .put("lost", delay == 0 ? lost : 0)
                    .put("loss_percent", delay == 0 ? lost / 10.0 : 0)
                    .put("received_per_second", delay == 0 ? received : 250)
                    .put("latency_p99_micros", "NaN");
        }
        root.putObject("environment").put("machine", "m");
        return root;
    }

    @Test
    void benchesStandInColumnsUnderTheNamesOfTheirTargets() throws IOException {
        Path one = folder("a", bench("mosquitto:persistence=true", 31_000, 120));
        Path other = folder("b", bench("mqtt://host:1883", 45_500, 80));

        assertThat(run(one, other)).as(err.toString(UTF_8)).isZero();

        assertThat(printed())
                .containsPattern("\\s+mosquitto\\s+host:1883\n")
                .containsPattern("received/s\\s+31k\\s+45.5k\n")
                .containsPattern("latency p99\\s+120 us\\s+80 us\n")
                .containsPattern("target memory\\s+-\\s+-\n");
        assertThat(page())
                .content()
                .contains("Latency by percentile", "host:1883", "31k", "differ in the target alone")
                .doesNotContain("<script", "src=", "NaN");
    }

    @Test
    void runsOfOneTargetAreNumbered() throws IOException {
        assertThat(run(folder("a", bench("skein", 1, 1)), folder("b", bench("skein", 2, 2))))
                .isZero();
        assertThat(printed()).containsPattern("skein #1\\s+skein #2\n");
    }

    @Test
    void whatElseDiffersIsSaid() throws IOException {
        ObjectNode other = bench("skein", 1, 1);
        ((ObjectNode) other.get("workload")).put("qos", 2);
        ((ObjectNode) other.get("environment")).put("machine", "another");
        run(folder("a", bench("mosquitto", 1, 1)), folder("b", other));
        assertThat(printed())
                .contains("differ in more than the target: workload, qos is 1 / 2.")
                .contains("differ in more than the target: machine is m / another.")
                .doesNotContain("payload_bytes");
        assertThat(page()).content().doesNotContain("differ in the target alone");
    }

    @Test
    void aRunThatIsNotToBeTrustedIsNamedWithItsReason() throws IOException {
        ObjectNode invalid = bench("skein", 1, 1);
        invalid.put("valid", false).putArray("invalid_reasons").add("the generator was late");
        run(folder("a", bench("mosquitto", 1, 1)), folder("b", invalid));
        assertThat(printed())
                .containsPattern("valid\\s+yes\\s+NO\n")
                .contains("Do not trust skein: the generator was late.");
    }

    @Test
    void matricesStandSideBySideWithOneScaleOfColours() throws IOException {
        Path both = directory.resolve("both");
        folder("both/1", stress("mosquitto", 1_000, 100));
        folder("both/2", stress("skein", 100_000, 0));

        assertThat(run(both)).as(err.toString(UTF_8)).isZero();

        assertThat(printed())
                .containsPattern("runs with loss\\s+1\\s+0\n")
                .containsPattern("worst loss %\\s+10\\s+0\n")
                .containsPattern("highest rate\\s+1,000\\s+100k\n")
                .containsPattern("without loss\\s+250\\s+100k\n")
                .contains("mosquitto lost messages in 1 run.");
        String page = Files.readString(page());
        String darkest = "fill=\"#7d1628\"";
        assertThat(page).contains("mosquitto: Messages received per second");
        String rates =
                page.substring(
                        page.indexOf("mosquitto: Messages received"),
                        page.indexOf("mosquitto: Loss"));
        assertThat(rates.split(darkest, -1)).as("cells of the darkest colour").hasSize(2);
        assertThat(rates.indexOf(darkest)).isGreaterThan(rates.indexOf("skein: Messages"));
    }

    @Test
    void anInvalidRunOfAMatrixIsMarked() throws IOException {
        ObjectNode result = stress("skein", 1_000, 0);
        ((ObjectNode) result.get("runs").get(0)).put("valid", false);
        run(folder("a", result));
        assertThat(printed())
                .containsPattern("invalid runs\\s+1\n")
                .contains("Invalid at skein", "too slow: 1 run.");
        assertThat(page()).content().contains("1,000 (invalid)");
    }

    @Test
    void aFolderWithoutAResultIsToldAndNothingIsWritten() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(run(empty)).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("report: " + empty + " holds no result.json");
        assertThat(run(directory.resolve("gone"))).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("there is no directory");
        assertThat(page()).doesNotExist();
    }

    @Test
    void aResultThatCannotBeReadIsNamed() throws IOException {
        ObjectNode later = bench("skein", 1, 1);
        later.put("schema_version", 2);
        assertThat(run(folder("later", later))).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("has schema_version 2");

        ObjectNode other = bench("skein", 1, 1);
        other.put("kind", "tea");
        assertThat(run(folder("other", other))).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("is of kind 'tea'");

        Path torn = folder("torn", bench("skein", 1, 1));
        Files.writeString(torn.resolve("result.json"), "{\"kind\": ");
        assertThat(run(torn)).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("is not JSON");

        ObjectNode damaged = bench("skein", 1, 1);
        damaged.put("latency_histogram_nanos", "not base64");
        assertThat(run(folder("damaged", damaged))).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("not a histogram");
    }
}
