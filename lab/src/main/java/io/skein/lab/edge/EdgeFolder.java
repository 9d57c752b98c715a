package io.skein.lab.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.link.LinkMeans;
import io.skein.lab.link.LinkProfile;
import io.skein.lab.result.Csv;
import io.skein.lab.result.Environment;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.Passwords;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.TextFile;
import io.skein.lab.result.WholeFile;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.MomentColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a comparison: a file for each scenario as soon as it is done, which makes it
 * possible to go on later, and the costs that the user edits. Each file is whole at any time.
 */
final class EdgeFolder {
    static final String COSTS = "costs.yaml";
    static final String TABLE = "scenarios.csv";

    private static final String SIDES = "sides.json";
    private static final String SCENARIOS = "scenarios";

    private final Path folder;
    private final LinkMeans means;

    private EdgeFolder(Path folder, LinkMeans means) {
        this.folder = folder;
        this.means = means;
    }

    /** What has to be the same for scenarios to be compared. */
    private record Plan(
            String edge,
            String cloud,
            String plantLink,
            LinkMeans means,
            int devices,
            String profile,
            double ratePerSecond,
            int topics,
            int qos,
            long durationMs,
            long warmupMs) {
        static Plan of(EdgeOptions options, LinkMeans means) {
            return new Plan(
                    Passwords.hidden(options.edge()),
                    Passwords.hidden(options.cloud()),
                    options.plantLink().figures(),
                    means,
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
     * What the links of a folder are made of that was begun; null if it is fresh.
     *
     * @throws IOException if it cannot be read
     */
    static @Nullable LinkMeans begunOver(Path folder) throws IOException {
        return RunFolder.begun(folder, Plan.class).map(Plan::means).orElse(null);
    }

    /**
     * Opens a folder, fresh or begun, and puts an example of costs into it if it has none.
     *
     * @param means what links are made of
     * @throws IOException if it cannot be written to, or holds another comparison
     */
    static EdgeFolder open(EdgeOptions options, LinkMeans means) throws IOException {
        RunFolder.open(options.out());
        EdgeFolder opened = new EdgeFolder(options.out(), means);
        Files.createDirectories(options.out().resolve(SCENARIOS));
        Plan plan = Plan.of(options, means);
        if (!RunFolder.begunWith(options.out(), plan, Plan.class).equals(plan)) {
            throw new IOException(
                    "%s holds a comparison of other brokers, devices or durations, or over links of another kind; name a fresh directory, or the same to go on with it"
                            .formatted(options.out()));
        }
        Path costs = options.out().resolve(COSTS);
        Path given = options.costs();
        if (given != null) {
            String text = TextFile.read(given);
            CostModel.parse(text, given.toString());
            WholeFile.write(costs, text);
        } else if (!Files.exists(costs)) {
            WholeFile.write(costs, CostModel.example());
        }
        return opened;
    }

    /** The costs, as the user has them. */
    CostModel costs() throws IOException {
        Path file = folder.resolve(COSTS);
        return CostModel.parse(TextFile.read(file), file.toString());
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
        Kept kept = ResultJson.read(file, Kept.class);
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
        ResultJson.write(file(scenario, ".json"), new Kept(scenario.link().figures(), result));
    }

    /** What is known of the brokers. */
    void keep(Sides sides) throws IOException {
        ResultJson.write(folder.resolve(SIDES), sides);
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
        Sides sides =
                Files.exists(described)
                        ? ResultJson.read(described, Sides.class)
                        : new Sides("", "");
        List<ScenarioResult> results = results(scenarios);
        CostModel costs = costs();
        Environment environment = Environment.here();
        List<String> verdict = EdgeVerdict.of(results, costs, scenarios.size());
        ObjectNode root = ResultJson.begin("edge-cloud");
        root.put("edge", Passwords.hidden(options.edge()));
        root.put("edge_description", sides.edge());
        root.put("cloud", Passwords.hidden(options.cloud()));
        root.put("cloud_description", sides.cloud());
        root.put("planned_scenarios", scenarios.size());
        root.put(
                "partial",
                results.stream().filter(ScenarioResult::isComplete).count() < scenarios.size());
        root.set("plan", ResultJson.tree(Plan.of(options, means)));
        var links = root.putArray("links");
        for (LinkProfile link : options.links()) {
            links.addObject()
                    .put("name", link.name())
                    .put("figures", link.figures())
                    .put("source", link.source());
        }
        var sentences = root.putArray("verdict");
        verdict.forEach(sentences::add);
        root.set("costs", ResultJson.tree(costs));
        var array = root.putArray("scenarios");
        double rate = options.plan().ratePerSecond();
        results.forEach(result -> array.add(judged(result, costs, rate)));
        root.set(
                "environment",
                EnvironmentJson.tree(environment, options.seed(), options.commandLine()));
        WholeFile.write(folder.resolve(TABLE), EdgeTable.csv(results, costs, options));
        EdgePage page = new EdgePage(options, sides, results, verdict, costs, environment);
        RunFolder.write(folder, page.html(), root);
        return folder.resolve(RunFolder.REPORT);
    }

    private static ObjectNode judged(ScenarioResult result, CostModel costs, double rate) {
        ObjectNode node = ResultJson.object(result);
        node.put("valid", EdgeValidity.isValid(result));
        var reasons = node.putArray("invalid_reasons");
        EdgeValidity.reasons(result).forEach(reasons::add);
        node.put(
                "cost_per_million",
                result.isMeasured() ? Costs.of(costs, result).perMillion(rate) : Double.NaN);
        return node;
    }

    /** What is known of the brokers' versions; empty where they were not started. */
    record Sides(String edge, String cloud) {}
}
