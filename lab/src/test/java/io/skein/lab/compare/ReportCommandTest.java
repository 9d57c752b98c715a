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

    private static ObjectNode failover(String target, double outageMillis, long lost) {
        ObjectNode root = NODES.objectNode();
        root.put("schema_version", 1).put("kind", "failover").put("target", target);
        root.put("complete", 19).put("acknowledged", 12_345).put("lost", lost);
        root.putObject("workload").put("fault", "kill").put("repetitions", 20);
        root.putObject("millis")
                .putObject("outage")
                .put("median", outageMillis)
                .put("p90", 2 * outageMillis)
                .put("max", "NaN");
        root.putObject("environment").put("machine", "m");
        return root;
    }

    @Test
    void whatClientsFeltOfLostNodesStandsSideBySide() throws IOException {
        Path one = folder("a", failover("skein-grid-3", 900, 0));
        Path other = folder("b", failover("skein-redis-3", 4_000, 7));

        assertThat(run(one, other)).as(err.toString(UTF_8)).isZero();

        assertThat(printed())
                .containsPattern("skein-grid-3\\s+skein-redis-3\n")
                .containsPattern("repetitions\\s+19 of 20\\s+19 of 20\n")
                .containsPattern("outage, median\\s+900 ms\\s+4 s\n")
                .containsPattern("outage, p90\\s+1.8 s\\s+8 s\n")
                .containsPattern("outage, max\\s+-\\s+-\n")
                .containsPattern("lost\\s+0\\s+7\n")
                .contains("skein-redis-3 lost 7 acknowledged messages.")
                .contains("skein-grid-3: 1 of 20 repetitions did not come to their end.")
                .doesNotContain("differ in more than the target");
        assertThat(page()).content().contains("Fail-over", "calm wait").doesNotContain("NaN");
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
                .containsPattern("worst loss \\[%]\\s+10\\s+0\n")
                .containsPattern("highest rate \\[messages/s]\\s+1,000\\s+100k\n")
                .containsPattern("without loss\\s+250\\s+100k\n")
                .contains("mosquitto lost messages in 1 run.");
        String page = Files.readString(page());
        String darkest = "fill=\"#7d1628\"";
        assertThat(page).contains("mosquitto: Received [messages/s]");
        String rates =
                page.substring(
                        page.indexOf("mosquitto: Received"), page.indexOf("mosquitto: Loss"));
        assertThat(rates.split(darkest, -1)).as("cells of the darkest colour").hasSize(2);
        assertThat(rates.indexOf(darkest)).isGreaterThan(rates.indexOf("skein: Received"));
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
    void runsOfDifferentKindsAreRefusedWithWhatWasFound() throws IOException {
        Path one = folder("a", bench("skein", 1, 1));
        Path other = folder("b", stress("skein", 1, 0));
        assertThat(run(one, other)).isEqualTo(ReportCommand.FAILED);
        assertThat(err.toString(UTF_8))
                .contains("only runs of one kind")
                .contains("bench (%s), stress (%s)".formatted(one, other));
        assertThat(page()).doesNotExist();
    }

    private static ObjectNode begin(String kind, String target) {
        ObjectNode root = NODES.objectNode();
        root.put("schema_version", 1).put("kind", kind).put("target", target + " (version 1)");
        root.putObject("environment")
                .put("command_line", "skein lab %s --target %s".formatted(kind, target));
        return root;
    }

    private static ObjectNode capacity(String target, double knee, String limit) {
        ObjectNode root = begin("capacity", target);
        root.put("scale", "rate").put("bound_p99_micros", 5_000).put("knee", knee);
        root.put("limited_by", limit);
        ArrayNode probes = root.putArray("probes");
        for (double load : new double[] {2 * knee, knee}) {
            probes.addObject()
                    .put("load", load)
                    .put("judgement", load > knee ? "broken" : "kept")
                    .put("received_per_second", load)
                    .put("p50_micros", 100)
                    .put("p99_micros", load > knee ? 9_000 : 1_500)
                    .put("lost", 0)
                    .putArray("reasons")
                    .add("p99 of 9 ms is above 5 ms");
        }
        return root;
    }

    @Test
    void capacitiesStandSideBySide() throws IOException {
        Path one = folder("a", capacity("mosquitto", 8_000, "target"));
        Path other = folder("b", capacity("skein", 16_000, "generator"));

        assertThat(run(one, other)).as(err.toString(UTF_8)).isZero();

        assertThat(printed())
                .containsPattern("\\s+mosquitto\\s+skein\n")
                .containsPattern("knee\\s+8,000\\s+16k\n")
                .containsPattern("latency p99\\s+1.5 ms\\s+1.5 ms\n")
                .contains("The knee of skein is a lower bound")
                .doesNotContain("The knee of mosquitto");
        assertThat(page()).content().contains("Latency against load, 99 %", "load [msg/s]");
    }

    private static ObjectNode connections(String target, int refused) {
        ObjectNode root = begin("connections", target);
        root.put("asked", 100).put("connected", 100 - refused).put("lost", 0);
        root.put("connected_per_second", 50.0).put("rss_bytes", -1);
        root.putObject("connecting_micros").put("p50", 200).put("p99", 3_000);
        root.putObject("refusals").put("not authorized", refused);
        root.putArray("seconds").addObject().put("at_seconds", 1).put("standing", 50);
        return root;
    }

    @Test
    void connectionsStandSideBySide() throws IOException {
        assertThat(run(folder("a", connections("skein", 0)), folder("b", connections("x", 7))))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(printed())
                .containsPattern("refused\\s+0\\s+7\n")
                .containsPattern("connecting p99\\s+3 ms\\s+3 ms\n")
                .containsPattern("memory with all\\s+-\\s+-\n")
                .contains("x refused 7 connections.");
        assertThat(page()).content().contains("Time to connect", "Connections that stand");
    }

    private static ObjectNode devices(String target, String... classes) {
        ObjectNode root = begin("devices", target);
        root.put("population", "Factory").put("valid", true).put("sent", 10).put("lost", 0);
        ArrayNode array = root.putArray("classes");
        for (String name : classes) {
            array.addObject().put("name", name).put("p50_micros", 90).put("p99_micros", 900);
        }
        root.putArray("seconds").addObject().put("at_seconds", 1).put("received_per_second", 9);
        return root;
    }

    @Test
    void populationsStandSideBySideClassByClass() throws IOException {
        assertThat(run(folder("a", devices("x", "motors")), folder("b", devices("y", "belts"))))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(printed())
                .containsPattern("motors, p99\\s+900 us\\s+-\n")
                .containsPattern("belts, p99\\s+-\\s+900 us\n");
        assertThat(page()).content().contains("Latency of each class, 99 %");
    }

    private static ObjectNode edgeCloud(String broker, double p99, boolean valid) {
        ObjectNode root = NODES.objectNode();
        root.put("schema_version", 1).put("kind", "edge-cloud");
        root.put("edge", broker).put("cloud", broker);
        root.putObject("plan").put("edge", broker).put("cloud", broker).put("devices", 10);
        ObjectNode scenario = root.putArray("scenarios").addObject();
        scenario.put("route", "VIA_EDGE").put("link", "fibre").put("valid", valid);
        if (!valid) {
            scenario.putArray("invalid_reasons").add("the links were late");
        }
        scenario.putObject("messages").put("sent", 10).put("lost", 0);
        scenario.putObject("times").putObject("latency").put("p50", p99 / 2).put("p99", p99);
        scenario.putObject("wire")
                .putObject("wide")
                .put("up_wire_bytes", 1_500)
                .put("down_wire_bytes", 500);
        return root;
    }

    @Test
    void scenariosOfEdgeAndCloudStandSideBySide() throws IOException {
        Path one = folder("a", edgeCloud("mosquitto", 9_000, true));
        Path other = folder("b", edgeCloud("skein", 7_000, false));

        assertThat(run(one, other)).as(err.toString(UTF_8)).isZero();

        assertThat(printed())
                .containsPattern("via edge, fibre: p99\\s+9 ms\\s+7 ms\n")
                .containsPattern("via edge, fibre: bytes/reading\\s+200\\s+200\n")
                .contains("Do not trust skein, via edge, fibre: the links were late.")
                .doesNotContain("differ in more than the target");
        assertThat(page()).content().contains("One-way latency, 99 %");
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
