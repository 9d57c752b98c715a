package io.skein.lab.edge;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.link.LinkMeans;
import io.skein.lab.link.Links;
import io.skein.lab.report.Numbers;
import io.skein.lab.target.Scratch;
import io.skein.lab.target.Target;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The comparison as a command: progress and errors to one stream, the verdict to another. */
public final class EdgeCommand {
    /** All scenarios are there. */
    public static final int OK = 0;

    /** Nothing was measured. */
    public static final int FAILED = 1;

    /** Some scenarios failed or lost connections; what was measured is kept. */
    public static final int INCOMPLETE = 3;

    /** Stopped by the user; the same command goes on where it ended. */
    public static final int INTERRUPTED = 130;

    private final EdgeOptions options;
    private final List<Scenario> scenarios;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;

    private EdgeCommand(EdgeOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.scenarios = Scenario.all(options.plantLink(), options.links());
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /**
     * Does what is still to be done of a comparison, and draws the report. While it runs, an end of
     * the process that somebody asks for lets it write its report first.
     *
     * @return {@link #OK}, {@link #FAILED}, {@link #INCOMPLETE} or {@link #INTERRUPTED}
     */
    public static int run(EdgeOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    static int run(EdgeOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        try {
            return new EdgeCommand(options, stop, out, err).run();
        } catch (TargetFailedException | IOException | IllegalArgumentException e) {
            err.println("edge-cloud: " + e.getMessage());
            return stop.isRaised() ? INTERRUPTED : FAILED;
        }
    }

    /** A folder that was begun keeps to its kind of links; drawn again, it needs none. */
    private int run() throws IOException, TargetFailedException {
        LinkMeans begun = EdgeFolder.begunOver(options.out());
        if (begun == null) {
            try (Links links = Links.by(options.means(), err::println)) {
                return run(EdgeFolder.open(options, links.means()), links);
            }
        }
        LinkMeans asked = options.means() == LinkMeans.AUTO ? begun : options.means();
        EdgeFolder folder = EdgeFolder.open(options, asked);
        if (missing(folder).isEmpty()) {
            draw(folder);
            return told(folder);
        }
        try (Links links = Links.by(asked, err::println)) {
            return run(folder, links);
        }
    }

    private int run(EdgeFolder folder, Links links) throws IOException, TargetFailedException {
        folder.costs(); // refused before anything is measured
        err.println("links: " + links.inWords());
        try (Scratch scratch = Scratch.in(options.out());
                Opened edge = open(options.edge(), scratch, "edge");
                Opened cloud = open(options.cloud(), scratch, "cloud")) {
            folder.keep(
                    new EdgeFolder.Sides(edge.target.description(), cloud.target.description()));
            try {
                measure(folder, edge.target, cloud.target, links);
            } finally {
                draw(folder);
            }
        }
        return told(folder);
    }

    private List<Scenario> missing(EdgeFolder folder) throws IOException {
        List<Scenario> missing = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            if (folder.result(scenario).filter(ScenarioResult::isComplete).isEmpty()) {
                missing.add(scenario);
            }
        }
        return missing;
    }

    private int told(EdgeFolder folder) throws IOException {
        List<ScenarioResult> results = folder.results(scenarios);
        EdgeVerdict.of(results, folder.costs(), scenarios.size()).forEach(out::println);
        out.flush();
        if (stop.isRaised()) {
            return INTERRUPTED;
        }
        boolean all =
                results.size() == scenarios.size()
                        && results.stream().allMatch(ScenarioResult::isComplete);
        return all
                ? OK
                : results.stream().anyMatch(ScenarioResult::isMeasured) ? INCOMPLETE : FAILED;
    }

    private void draw(EdgeFolder folder) throws IOException {
        out.println("report        " + folder.finish(options, scenarios));
    }

    /** A target, closed without an exception. */
    private record Opened(Target target) implements AutoCloseable {
        @Override
        public void close() {
            target.close();
        }
    }

    private Opened open(String name, Scratch scratch, String which) throws TargetFailedException {
        Path directory = scratch.directory().resolve(which);
        Target target = Targets.shipped().open(name, directory, err::println, stop);
        if (target.addresses().getFirst().tls()) {
            target.close();
            throw new IllegalArgumentException(
                    "the %s broker is asked for over TLS; a link has another name than its certificate, so measure without"
                            .formatted(which));
        }
        return new Opened(target);
    }

    private void measure(EdgeFolder folder, Target edge, Target cloud, Links links)
            throws IOException {
        for (Scenario scenario : missing(folder)) {
            if (stop.isRaised()) {
                return;
            }
            ScenarioResult result = one(folder, scenario, edge, cloud, links);
            if (result != null) {
                folder.keep(scenario, result);
                tell(result, scenarios.indexOf(scenario) + 1, scenarios.size());
            }
            String ended = edge.ended() == null ? cloud.ended() : edge.ended();
            if (ended != null && !stop.isRaised()) {
                err.println("edge-cloud: given up: " + ended);
                return;
            }
        }
    }

    private @Nullable ScenarioResult one(
            EdgeFolder folder, Scenario scenario, Target edge, Target cloud, Links links)
            throws IOException {
        Instant began = Instant.now();
        try (ScenarioRun run =
                new ScenarioRun(
                        options,
                        scenario,
                        new Side(edge),
                        new Side(cloud),
                        links,
                        scenarios.indexOf(scenario),
                        stop)) {
            Outcome outcome = run.measure();
            folder.keep(scenario, outcome);
            return outcome.result();
        } catch (IOException e) {
            return stop.isRaised()
                    ? null // it was not done; the next time it will be
                    : ScenarioResult.failed(
                            scenario, began.toString(), String.valueOf(e.getMessage()));
        }
    }

    private void tell(ScenarioResult result, int number, int of) {
        err.printf(
                Locale.ROOT,
                "%2d/%d  %-24s %8s/s  p50 %-8s p99 %-8s lost %,d  %s bytes/reading  %s  %s%n",
                number,
                of,
                result.name(),
                Numbers.brief(result.times().receivedPerSecond()),
                Numbers.micros(result.times().latency().p50()),
                Numbers.micros(result.times().latency().p99()),
                result.messages().lost(),
                Numbers.brief(result.wideBytesPerMessage()),
                ofLinks(result.times()),
                result.problem().isEmpty() ? "" : "(" + result.problem() + ")");
    }

    private static String ofLinks(ScenarioResult.Times times) {
        return Double.isFinite(times.linkRoundTripMicros())
                ? "link round trip " + Numbers.micros(times.linkRoundTripMicros())
                : Double.isFinite(times.linkLatenessP99Micros())
                        ? "link error p99 " + Numbers.micros(times.linkLatenessP99Micros())
                        : "";
    }
}
