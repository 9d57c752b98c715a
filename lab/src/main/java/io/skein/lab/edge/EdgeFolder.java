package io.skein.lab.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.link.LinkProfile;
import io.skein.lab.result.Csv;
import io.skein.lab.result.Environment;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.MomentColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder of a comparison: a file for each scenario as soon as it is done, which makes it
 * possible to go on later, and the costs that the user edits. Each file is whole at any time.
 */
final class EdgeFolder {
    static final int SCHEMA_VERSION = 1;
    static final String COSTS = "costs.yaml";
    static final String TABLE = "scenarios.csv";

    private static final String PLAN = "plan.json";
    private static final String SIDES = "sides.json";
    private static final String SCENARIOS = "scenarios";
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    private final Path folder;

    private EdgeFolder(Path folder) {
        this.folder = folder;
    }

    /** What has to be the same for scenarios to be compared. */
    private record Plan(
            String edge,
            String cloud,
            String plantLink,
            int devices,
            String profile,
            double ratePerSecond,
            int topics,
            int qos,
            long durationMs,
            long warmupMs) {
        static Plan of(EdgeOptions options) {
            return new Plan(
                    withoutPassword(options.edge()),
                    withoutPassword(options.cloud()),
                    options.plantLink().figures(),
                    options.devices(),
                    options.profile(),
                    options.ratePerSecond(),
                    options.topics(),
                    options.qos().value(),
                    options.duration().toMillis(),
                    options.warmup().toMillis());
        }
    }

    /** A scenario as it is kept, with the figures of its link: they may be the user's. */
    private record Kept(String linkFigures, ScenarioResult result) {}

    /**
     * Opens a folder, fresh or begun, and puts an example of costs into it if it has none.
     *
     * @throws IOException if it cannot be written to, or holds another comparison
     */
    static EdgeFolder open(EdgeOptions options) throws IOException {
        RunFolder.open(options.out());
        EdgeFolder opened = new EdgeFolder(options.out());
        Files.createDirectories(options.out().resolve(SCENARIOS));
        Plan plan = Plan.of(options);
        Path file = options.out().resolve(PLAN);
        if (!Files.exists(file)) {
            WholeFile.write(file, JSON.writeValueAsString(plan));
        } else if (!opened.read(file, Plan.class).equals(plan)) {
            throw new IOException(
                    "%s holds a comparison of other brokers, devices or durations; name a fresh directory, or the same to go on with it"
                            .formatted(options.out()));
        }
        Path costs = options.out().resolve(COSTS);
        Path given = options.costs();
        if (given != null) {
            String text = Files.readString(given);
            CostModel.parse(text, given.toString());
            WholeFile.write(costs, text);
        } else if (!Files.exists(costs)) {
            WholeFile.write(costs, CostModel.example());
        }
        return opened;
    }

    static String withoutPassword(String target) {
        return target.replaceAll("(://[^:/@\\s]*:)[^@\\s]*@", "$1***@");
    }

    private <T> T read(Path file, Class<T> form) throws IOException {
        try {
            return JSON.readValue(file.toFile(), form);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is not what this laboratory wrote: " + e.getOriginalMessage(), e);
        }
    }

    /** The costs, as the user has them. */
    CostModel costs() throws IOException {
        Path file = folder.resolve(COSTS);
        return CostModel.parse(Files.readString(file), file.toString());
    }

    private Path file(Scenario scenario, String ending) {
        return folder.resolve(SCENARIOS).resolve(scenario.id() + ending);
    }

    /** What was found before; of the same link, whole or not. */
    Optional<ScenarioResult> result(Scenario scenario) throws IOException {
        Path file = file(scenario, ".json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Kept kept = read(file, Kept.class);
        return Optional.of(kept)
                .filter(each -> each.linkFigures().equals(scenario.link().figures()))
                .map(Kept::result);
    }

    List<ScenarioResult> results(List<Scenario> scenarios) throws IOException {
        List<ScenarioResult> results = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            result(scenario).ifPresent(results::add);
        }
        return results;
    }

    void keep(Scenario scenario, ScenarioResult result) throws IOException {
        WholeFile.write(
                file(scenario, ".json"),
                JSON.writeValueAsString(new Kept(scenario.link().figures(), result)));
    }

    /** What is known of the brokers. */
    void keep(Sides sides) throws IOException {
        WholeFile.write(folder.resolve(SIDES), JSON.writeValueAsString(sides));
    }

    /** The time lines of both sides. */
    void keep(Scenario scenario, Outcome outcome) throws IOException {
        if (scenario.route().usesEdge()) {
            WholeFile.write(
                    file(scenario, "-watch-edge.csv"),
                    watch(outcome.edgeMoments(), outcome.startNanos()));
        }
        if (scenario.route().usesCloud()) {
            WholeFile.write(
                    file(scenario, "-watch-cloud.csv"),
                    watch(outcome.cloudMoments(), outcome.startNanos()));
        }
    }

    private static String watch(List<Moment> moments, long startNanos) {
        List<String> headings = new ArrayList<>(List.of("at_seconds"));
        headings.addAll(MomentColumns.names());
        Csv csv = new Csv(headings);
        for (Moment moment : moments) {
            List<Object> row = new ArrayList<>();
            row.add((moment.atNanos() - startNanos) / 1e9);
            row.addAll(MomentColumns.values(moment));
            csv.row(row.toArray());
        }
        return csv.toString();
    }

    /** Writes table, page and result of all scenarios; returns the page. */
    Path finish(EdgeOptions options, List<Scenario> scenarios) throws IOException {
        Path described = folder.resolve(SIDES);
        Sides sides = Files.exists(described) ? read(described, Sides.class) : new Sides("", "");
        List<ScenarioResult> results = results(scenarios);
        CostModel costs = costs();
        Environment environment = Environment.here();
        List<String> verdict = EdgeVerdict.of(results, costs, scenarios.size());
        ObjectNode root = JSON.createObjectNode();
        root.put("schema_version", SCHEMA_VERSION);
        root.put("kind", "edge-cloud");
        root.put("edge", withoutPassword(options.edge()));
        root.put("edge_description", sides.edge());
        root.put("cloud", withoutPassword(options.cloud()));
        root.put("cloud_description", sides.cloud());
        root.put("planned_scenarios", scenarios.size());
        root.put(
                "partial",
                results.stream().filter(ScenarioResult::isComplete).count() < scenarios.size());
        root.set("plan", JSON.valueToTree(Plan.of(options)));
        var links = root.putArray("links");
        for (LinkProfile link : options.links()) {
            links.addObject()
                    .put("name", link.name())
                    .put("figures", link.figures())
                    .put("source", link.source());
        }
        var sentences = root.putArray("verdict");
        verdict.forEach(sentences::add);
        root.set("costs", JSON.valueToTree(costs));
        root.set("scenarios", JSON.valueToTree(results));
        root.set(
                "environment",
                EnvironmentJson.tree(environment, options.seed(), options.commandLine()));
        WholeFile.write(folder.resolve(TABLE), EdgeTable.csv(results, costs, options));
        Path page = folder.resolve(RunFolder.REPORT);
        WholeFile.write(
                page, new EdgePage(options, sides, results, verdict, costs, environment).html());
        WholeFile.write(folder.resolve(RunFolder.RESULT), JSON.writeValueAsString(root));
        return page;
    }

    /** What is known of the brokers' versions; empty where they were not started. */
    record Sides(String edge, String cloud) {}
}
