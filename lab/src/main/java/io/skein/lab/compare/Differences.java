package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What has to be the same for figures to be comparable, and is not, in sentences. */
final class Differences {
    /** Of a plan: what is meant to differ. */
    private static final Set<String> TARGETS = Set.of("edge", "cloud");

    private static final SequencedMap<String, String> COMMON = new LinkedHashMap<>();

    static {
        COMMON.put("duration_seconds", "length of a run in seconds");
        COMMON.put("planned_runs", "number of runs");
        COMMON.put("planned_scenarios", "number of scenarios");
        COMMON.put("population", "population");
        COMMON.put("scale", "scale");
        COMMON.put("bound_p99_micros", "bound of p99 in microseconds");
    }

    private final List<Result> results;
    private final List<String> sentences = new ArrayList<>();

    private Differences(List<Result> results) {
        this.results = results;
    }

    /** Of runs of one kind; empty if there are none. */
    static List<String> among(List<Result> results) {
        return new Differences(results).sentences();
    }

    private List<String> sentences() {
        for (String part : List.of("workload", "plan")) {
            Set<String> fields = new TreeSet<>();
            for (Result result : results) {
                result.tree().path(part).fieldNames().forEachRemaining(fields::add);
            }
            fields.removeAll(TARGETS);
            for (String field : fields) {
                compare("%s, %s".formatted(part, field), result -> result.at(part, field));
            }
        }
        COMMON.forEach((field, words) -> compare(words, result -> result.at(field)));
        for (String field : List.of("machine", "processor", "cpus", "kernel", "lab_version")) {
            compare(field, result -> result.at("environment", field));
        }
        return sentences;
    }

    private void compare(String what, Function<Result, JsonNode> value) {
        Set<String> values = new LinkedHashSet<>();
        for (Result result : results) {
            JsonNode node = value.apply(result);
            values.add(node.isMissingNode() ? "none" : node.asText());
        }
        if (values.size() > 1) {
            sentences.add(
                    "These runs differ in more than the target: %s is %s."
                            .formatted(what, String.join(" / ", values)));
        }
    }
}
