package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What has to be the same for figures to be comparable, and is not, in sentences. */
final class Differences {
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
        Set<String> workload = new TreeSet<>();
        for (Result result : results) {
            result.tree().path("workload").fieldNames().forEachRemaining(workload::add);
        }
        for (String field : workload) {
            compare("workload, " + field, result -> result.tree().path("workload").path(field));
        }
        compare("length of a run in seconds", result -> result.tree().path("duration_seconds"));
        compare("number of runs", result -> result.tree().path("planned_runs"));
        for (String field : List.of("machine", "processor", "cpus", "kernel", "lab_version")) {
            compare(field, result -> result.tree().path("environment").path(field));
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
