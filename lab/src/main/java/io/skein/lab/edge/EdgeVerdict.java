package io.skein.lab.edge;

import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What a comparison says, in sentences. */
final class EdgeVerdict {
    private EdgeVerdict() {}

    static List<String> of(List<ScenarioResult> results, CostModel costs, int planned) {
        List<String> verdict = new ArrayList<>();
        long complete = results.stream().filter(ScenarioResult::isComplete).count();
        if (complete < planned) {
            verdict.add("%d of %d scenarios are complete.".formatted(complete, planned));
        }
        List<String> invalid =
                results.stream()
                        .filter(each -> !EdgeValidity.isValid(each))
                        .map(ScenarioResult::name)
                        .toList();
        if (!invalid.isEmpty()) {
            verdict.add(
                    "Do not trust the latencies of %d of %d scenarios: %s. Links or devices were late themselves, or they did not end as planned; the table of all scenarios has the reasons."
                            .formatted(invalid.size(), results.size(), String.join("; ", invalid)));
        }
        ScenarioResult edge =
                results.stream()
                        .filter(each -> each.way() == Route.EDGE && each.isMeasured())
                        .findFirst()
                        .orElse(null);
        if (edge != null) {
            verdict.add(
                    "At the edge, a reading is there after %s (99 %%: %s); %s."
                            .formatted(
                                    Numbers.micros(edge.times().latency().p50()),
                                    Numbers.micros(edge.times().latency().p99()),
                                    loss(edge)));
        }
        for (ScenarioResult each : results) {
            if (each.way() != Route.EDGE && each.isMeasured()) {
                verdict.add(sentence(each));
            }
        }
        if (edge != null) {
            money(results, edge, costs, verdict);
        }
        return verdict;
    }

    private static String sentence(ScenarioResult each) {
        return "%s: after %s (99 %%: %s) in the cloud; %s; %s bytes over the link for a reading%s."
                .formatted(
                        each.name().substring(0, 1).toUpperCase(Locale.ROOT)
                                + each.name().substring(1),
                        Numbers.micros(each.times().latency().p50()),
                        Numbers.micros(each.times().latency().p99()),
                        loss(each),
                        Numbers.brief(each.wideBytesPerMessage()),
                        keepsUp(each)
                                ? ""
                                : "; it did not keep up: %s/s of %s/s arrived"
                                        .formatted(
                                                Numbers.brief(each.times().receivedPerSecond()),
                                                Numbers.brief(each.times().sentPerSecond())));
    }

    /** Whether as much arrives as is sent. */
    static boolean keepsUp(ScenarioResult each) {
        return each.times().receivedPerSecond() > 0.9 * each.times().sentPerSecond();
    }

    private static String loss(ScenarioResult each) {
        long lost = each.messages().lost();
        return lost == 0
                ? "nothing lost"
                : "%,d of %,d lost (%s %%)"
                        .formatted(
                                lost,
                                each.messages().sent(),
                                Numbers.brief(100.0 * lost / each.messages().sent()));
    }

    private static void money(
            List<ScenarioResult> results,
            ScenarioResult edge,
            CostModel model,
            List<String> verdict) {
        Costs own = Costs.of(model, edge);
        for (ScenarioResult each : results) {
            if (each.way() == Route.CLOUD && each.isMeasured()) {
                verdict.add(
                        "By costs.yaml, the edge alone is cheaper than the cloud over %s %s."
                                .formatted(
                                        each.link(), from(own.cheaperFrom(Costs.of(model, each)))));
            }
        }
        for (ScenarioResult via : results) {
            if (via.way() != Route.VIA_EDGE || !via.isMeasured()) {
                continue;
            }
            results.stream()
                    .filter(each ->
                            each.way() == Route.CLOUD
                                    && each.link().equals(via.link())
                                    && each.isMeasured())
                    .findFirst()
                    .ifPresent(cloud ->
                            verdict.add(
                                    "An edge before the cloud over %s %s and is cheaper %s."
                                            .formatted(
                                                    via.link(),
                                                    saved(via, cloud),
                                                    from(
                                                            Costs.of(model, via)
                                                                    .cheaperFrom(
                                                                            Costs.of(
                                                                                    model,
                                                                                    cloud))))));
        }
    }

    private static String saved(ScenarioResult via, ScenarioResult cloud) {
        double percent = 100 * (1 - via.wideBytesPerMessage() / cloud.wideBytesPerMessage());
        return percent >= 0
                ? "saves %s %% of the bytes".formatted(Numbers.brief(percent))
                : "takes %s %% more bytes".formatted(Numbers.brief(-percent));
    }

    /** A break-even in words. */
    static String from(OptionalDouble rate) {
        return rate.isEmpty()
                ? "at no rate up to %s readings/s".formatted(Numbers.brief(Costs.RATE_MAXIMUM))
                : rate.getAsDouble() <= Costs.RATE_MINIMUM
                        ? "at any rate"
                        : "from %s readings/s on".formatted(Numbers.brief(rate.getAsDouble()));
    }
}
