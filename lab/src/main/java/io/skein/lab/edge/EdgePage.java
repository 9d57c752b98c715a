package io.skein.lab.edge;

import io.skein.lab.link.LinkProfile;
import io.skein.lab.measure.Histograms;
import io.skein.lab.report.BarPlot;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import io.skein.lab.result.Environment;
import io.skein.lab.result.Passwords;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** A comparison as a page for people. */
final class EdgePage {
    private static final double PLOT_STEP = Math.pow(10, 1.0 / 25);

    private final EdgeOptions options;
    private final EdgeFolder.Sides sides;
    private final List<ScenarioResult> results;
    private final List<ScenarioResult> measured;
    private final List<String> verdict;
    private final CostModel costs;
    private final Environment environment;

    EdgePage(
            EdgeOptions options,
            EdgeFolder.Sides sides,
            List<ScenarioResult> results,
            List<String> verdict,
            CostModel costs,
            Environment environment) {
        this.options = options;
        this.sides = sides;
        this.results = results;
        this.measured = results.stream().filter(ScenarioResult::isMeasured).toList();
        this.verdict = verdict;
        this.costs = costs;
        this.environment = environment;
    }

    String html() {
        HtmlPage page = new HtmlPage("Edge against cloud");
        page.note(
                "%,d devices (%s), %s readings/s on %d topics at QoS %d for %s s · edge %s%s · cloud %s%s · %s"
                        .formatted(
                                options.devices(),
                                options.profile(),
                                Numbers.brief(options.plan().ratePerSecond()),
                                options.topics(),
                                options.qos().value(),
                                Numbers.brief(options.duration().toMillis() / 1e3),
                                Passwords.hidden(options.edge()),
                                described(sides.edge()),
                                Passwords.hidden(options.cloud()),
                                described(sides.cloud()),
                                options.commandLine()));
        boolean bad =
                results.stream()
                        .anyMatch(
                                each -> !EdgeValidity.isValid(each) || each.messages().lost() > 0);
        page.verdict(verdict, bad);
        page.heading("One-way latency");
        page.note(
                "From the instant a reading was due until it was read by whoever wants it. Devices and consumer share one"
                        + " clock: its error is 0. The error of the emulated links is in the last table. * is an invalid scenario.");
        page.figures(List.of(percentiles(Route.CLOUD), percentiles(Route.VIA_EDGE)));
        page.figures(
                List.of(
                        bars(
                                "Latency, 50 %",
                                "latency", each -> each.times().latency().p50(), Numbers::micros),
                        bars(
                                "Latency, 99 %",
                                "latency", each -> each.times().latency().p99(), Numbers::micros)));
        page.heading("All scenarios");
        table(page);
        page.heading("Bytes and processors");
        page.note(
                isByKernel()
                        ? "Bytes on the wide link are those of its interface: headers, repetitions and ACKs included."
                        : "Bytes on the wide link are those of the connections, with 66 bytes of headers for each segment of what was"
                                + " read at once, and repetitions; ACKs without data are not in them.");
        page.figures(
                List.of(
                        bars(
                                "Bytes over the wide link for a reading, both directions",
                                "wire [bytes/reading]",
                                ScenarioResult::wideBytesPerMessage,
                                Numbers::brief),
                        bars(
                                "CPU of both brokers for a reading",
                                "CPU time",
                                EdgePage::cpuMicros,
                                Numbers::micros)));
        use(page);
        money(page);
        links(page);
        page.heading("Environment");
        page.paragraph(environment.sentence());
        return page.html();
    }

    private static String described(String description) {
        return description.isEmpty() ? "" : " (" + description + ")";
    }

    private String percentiles(Route route) {
        LinePlot plot =
                LinePlot.ofPercentiles("Latency, " + route.words(), "latency")
                        .logarithmic()
                        .format(Numbers::micros);
        for (ScenarioResult each : measured) {
            if (each.way() == route || each.way() == Route.EDGE) {
                plot.add(
                        Percentiles.of(
                                each.way() == Route.EDGE ? "edge" : each.link(),
                                Histograms.of(each.times().latencyHistogramNanos())));
            }
        }
        return plot.svg();
    }

    /** A group for each link, the edge by itself first. */
    private String bars(
            String title,
            String axisLabel,
            ToDoubleFunction<ScenarioResult> value,
            DoubleFunction<String> format) {
        BarPlot plot = new BarPlot(title, axisLabel, format);
        group(plot, "in the plant", options.plantLink().name(), List.of(Route.EDGE), value);
        for (LinkProfile link : options.links()) {
            group(plot, link.name(), link.name(), List.of(Route.CLOUD, Route.VIA_EDGE), value);
        }
        return plot.svg();
    }

    private void group(
            BarPlot plot,
            String category,
            String link,
            List<Route> routes,
            ToDoubleFunction<ScenarioResult> value) {
        List<BarPlot.Bar> bars = new ArrayList<>();
        for (Route route : routes) {
            measured.stream()
                    .filter(each -> each.way() == route && each.link().equals(link))
                    .forEach(each ->
                            bars.add(
                                    new BarPlot.Bar(
                                            route.words() + (EdgeValidity.isValid(each) ? "" : "*"),
                                            route.ordinal(),
                                            value.applyAsDouble(each))));
        }
        if (!bars.isEmpty()) {
            plot.add(category, bars);
        }
    }

    private static double cpuMicros(ScenarioResult each) {
        return known(each.use().edge().cpuMicrosPerMessage())
                + known(each.use().cloud().cpuMicrosPerMessage());
    }

    private static double known(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private void table(HtmlPage page) {
        List<List<String>> rows = new ArrayList<>();
        for (ScenarioResult each : results) {
            ScenarioResult.Messages messages = each.messages();
            rows.add(
                    List.of(
                            each.name(),
                            status(each),
                            "%,d".formatted(messages.sent()),
                            "%,d".formatted(messages.received()),
                            "%,d".formatted(messages.lost()),
                            "%,d".formatted(messages.duplicated()),
                            "%,d".formatted(messages.outOfOrder()),
                            Numbers.brief(each.times().receivedPerSecond()),
                            time(each.times().latency().count(), each.times().latency().p50()),
                            time(each.times().latency().count(), each.times().latency().p99()),
                            time(each.times().latency().count(), each.times().latency().max()),
                            time(
                                    each.times().edgeLatency().count(),
                                    each.times().edgeLatency().p99()),
                            Numbers.brief(each.times().endedAfterSeconds()) + " s",
                            messages.endedByMarker() ? "marker" : "silence",
                            String.join("; ", each.notes())));
        }
        page.table(
                List.of(
                        "route",
                        "status",
                        "sent",
                        "received",
                        "lost",
                        "twice",
                        "disorder",
                        "received/s",
                        "p50",
                        "p99",
                        "max",
                        "p99 at the edge",
                        "ended after",
                        "ended by",
                        "notes"),
                rows);
    }

    private static String status(ScenarioResult each) {
        return EdgeValidity.isValid(each)
                ? each.status()
                : "%s, invalid: %s"
                        .formatted(each.status(), String.join("; ", EdgeValidity.reasons(each)));
    }

    private static String time(long count, double micros) {
        return count == 0 ? "–" : Numbers.micros(micros);
    }

    private void use(HtmlPage page) {
        List<List<String>> rows = new ArrayList<>();
        for (ScenarioResult each : measured) {
            ScenarioResult.Use use = each.use();
            double seconds = Math.max(1e-9, each.times().endedAfterSeconds());
            rows.add(
                    List.of(
                            each.name(),
                            side(use.edge()),
                            side(use.cloud()),
                            Numbers.brief(use.devicesCpuSeconds() / seconds),
                            Numbers.brief(use.forwarderCpuSeconds() / seconds),
                            Numbers.brief(use.consumerCpuSeconds() / seconds),
                            Numbers.brief(use.linksCpuSeconds() / seconds),
                            Numbers.bytes((double) use.laboratoryRssBytes()),
                            Numbers.brief(100 * use.hostIdleShare()) + " %",
                            bytes(each.wire().plant()),
                            bytes(each.wire().wide())));
        }
        page.table(
                List.of(
                        "route",
                        "edge broker: cores, memory",
                        "cloud broker: cores, memory",
                        "devices: cores",
                        "forwarder",
                        "consumer",
                        "links",
                        "laboratory: memory",
                        "machine idle",
                        "plant link: up, down",
                        "wide link: up, down"),
                rows);
    }

    private static String side(ScenarioResult.SideUse side) {
        return Double.isFinite(side.cpuShare())
                ? Numbers.brief(side.cpuShare()) + ", " + Numbers.bytes(side.rssBytesMax())
                : "–";
    }

    private static String bytes(ScenarioResult.LinkUse link) {
        return link.connections() == 0
                ? "–"
                : Numbers.bytes((double) link.upWireBytes())
                        + ", "
                        + Numbers.bytes((double) link.downWireBytes());
    }

    private void money(HtmlPage page) {
        page.heading("Costs");
        page.note(
                "By costs.yaml beside this page, which is an example: edit it and give the same command again. Whole machines"
                        + " are counted, which makes the steps; bytes are those measured here. Where lines cross is numbered and told below the plot.");
        page.figures(options.links().stream().map(this::costs).toList());
        double rate = options.plan().ratePerSecond();
        List<List<String>> rows = new ArrayList<>();
        for (ScenarioResult each : measured) {
            Costs of = Costs.of(costs, each);
            rows.add(
                    List.of(
                            each.name(),
                            money(of.perMonth(rate)),
                            money(of.perMillion(rate)),
                            each.way() == Route.EDGE ? "" : breakEven(each),
                            each.way() == Route.VIA_EDGE ? breakEvenOfVia(each) : ""));
        }
        page.table(
                List.of(
                        "route",
                        "a month at %s readings/s".formatted(Numbers.brief(rate)),
                        "a million readings",
                        "the edge alone is cheaper",
                        "cheaper than the cloud by itself"),
                rows);
    }

    private String money(double amount) {
        return Numbers.brief(amount) + " " + costs.currency();
    }

    private String breakEven(ScenarioResult each) {
        return measured.stream()
                .filter(edge -> edge.way() == Route.EDGE)
                .findFirst()
                .map(edge ->
                        EdgeVerdict.from(Costs.of(costs, edge).cheaperFrom(Costs.of(costs, each))))
                .orElse("");
    }

    private String breakEvenOfVia(ScenarioResult via) {
        return measured.stream()
                .filter(each -> each.way() == Route.CLOUD && each.link().equals(via.link()))
                .findFirst()
                .map(cloud ->
                        EdgeVerdict.from(Costs.of(costs, via).cheaperFrom(Costs.of(costs, cloud))))
                .orElse("");
    }

    /** Every way that there is with a link, against the rate; where lines cross is pointed out. */
    private String costs(LinkProfile link) {
        LinePlot plot =
                new LinePlot(
                                "Cost of a million readings, " + link.name(),
                                "rate [readings/s]",
                                "cost [%s]".formatted(costs.currency()))
                        .logarithmic()
                        .logarithmicX();
        List<Costs> ways = new ArrayList<>();
        for (Route route : Route.values()) {
            measured.stream()
                    .filter(each -> each.way() == route)
                    .filter(each -> route == Route.EDGE || each.link().equals(link.name()))
                    .findFirst()
                    .ifPresent(each -> ways.add(Costs.of(costs, each)));
        }
        double lowest = 1;
        for (Costs way : ways) {
            Costs cloud = ways.stream().filter(Costs::isCloudAlone).findFirst().orElse(way);
            if (way.equals(cloud)) {
                continue;
            }
            OptionalDouble from = way.cheaperFrom(cloud);
            String words =
                    "%s is cheaper than the cloud by itself %s"
                            .formatted(
                                    way.route() == Route.EDGE
                                            ? "the edge alone"
                                            : "an edge before the cloud",
                                    EdgeVerdict.from(from));
            if (from.isPresent() && from.getAsDouble() > Costs.RATE_MINIMUM) {
                double rate = from.getAsDouble();
                lowest = Math.min(lowest, rate / 2);
                plot.pointOut(ways.indexOf(way), rate, way.perMillion(rate), words);
            } else {
                plot.note(words);
            }
        }
        for (Costs way : ways) {
            plot.add(new Series(way.route().words(), points(way, lowest)));
        }
        return plot.svg();
    }

    private static List<Series.Point> points(Costs way, double lowest) {
        List<Series.Point> points = new ArrayList<>();
        for (double rate = lowest; rate <= Costs.RATE_MAXIMUM * 1.01; rate *= PLOT_STEP) {
            points.add(new Series.Point(rate, way.perMillion(rate)));
        }
        return points;
    }

    private void links(HtmlPage page) {
        page.heading("Links and the laboratory's own error");
        page.note(
                isByKernel()
                        ? "The kernel is the link (netem in a network namespace): segments are lost and TCP repeats them;"
                                + " bytes are those of its interface, ACKs included."
                        : "Loss is a stall: a TCP segment that is lost is repeated after 200 ms or the round trip and four deviations,"
                                + " whichever is longer, and what came behind it waits. Each link is one thread.");
        List<List<String>> rows = new ArrayList<>();
        for (ScenarioResult each : measured) {
            rows.add(
                    List.of(
                            each.name(),
                            micros(each.times().linkLatenessP99Micros()),
                            micros(each.times().linkRoundTripMicros()),
                            Numbers.micros(each.times().latenessP99Micros()),
                            Numbers.micros(each.times().clockErrorMicros()),
                            Long.toString(
                                    each.wire().plant().lostSegments()
                                            + each.wire().wide().lostSegments())));
        }
        page.table(
                List.of(
                        "route",
                        "links late against what was set, 99 %",
                        "round trip of the links, measured",
                        "devices late, 99 %",
                        "clock error",
                        "segments lost"),
                rows);
        List<LinkProfile> all = new ArrayList<>(List.of(options.plantLink()));
        options.links().stream().filter(link -> !all.contains(link)).forEach(all::add);
        all.forEach(link -> page.paragraph(link.figures() + ". From: " + link.source() + "."));
        page.note("The forwarder is the laboratory's own: one connection, nothing kept on disk.");
    }

    private boolean isByKernel() {
        return measured.stream()
                .anyMatch(each -> Double.isFinite(each.times().linkRoundTripMicros()));
    }

    private static String micros(double value) {
        return Double.isFinite(value) ? Numbers.micros(value) : "-";
    }
}
