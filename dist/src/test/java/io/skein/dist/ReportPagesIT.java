package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.dashboard.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of the laboratory in a browser, wide and narrow. Needs Chromium, and says so. */
class ReportPagesIT {
    private static final List<Integer> WIDTHS = List.of(1400, 420);

    /** Pictures that do not say what they show, or in which unit. */
    private static final String PICTURES_WITHOUT_UNITS =
            """
            [...document.querySelectorAll('svg')].filter(svg => {
              const texts = kind => [...svg.querySelectorAll(kind)].map(text => text.textContent);
              const unit = /\\[.+\\]|\\d (us|ms|s|%|KiB|MiB|GiB)$/;
              const told = [...texts('.title'), ...texts('.label'), ...texts('.tick')];
              return !texts('.title').join('') || !texts('.label').join('') || !told.some(t => unit.test(t));
            }).map(svg => svg.getAttribute('aria-label')).join('; ')
            """;

    /** Words of a picture that reach over its edge. */
    private static final String WORDS_CUT_OFF =
            """
            [...document.querySelectorAll('svg text')].filter(text => {
              const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
              return box.x < -1 || box.x + box.width > view.width + 1 || box.y + box.height > view.height + 2;
            }).map(text => text.textContent).join('; ')
            """;

    /** Words of a picture that stand over others. */
    private static final String WORDS_OVER_OTHERS =
            """
            [...document.querySelectorAll('svg')].flatMap(svg => {
              const words = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim())
                .map(text => ({text: text.textContent, box: text.getBBox()}));
              const over = (a, b, from, size) => Math.min(a[from] + a[size], b[from] + b[size]) - Math.max(a[from], b[from]);
              return words.flatMap((one, i) => words.slice(i + 1)
                .filter(other => over(one.box, other.box, 'x', 'width') > 1 && over(one.box, other.box, 'y', 'height') > 4)
                .map(other => one.text + ' | ' + other.text));
            }).join('; ')
            """;

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path profile;

    @TempDir private static Path runs;

    private static Browser browser;

    /** Each instrument, as short as it can be. */
    enum Page {
        BENCH("bench", "--rate", "200", "--duration", "2s"),
        CAPACITY("capacity", "--from", "100", "--maximum", "200", "--duration", "500ms"),
        CONNECTIONS("connections", "--count", "50", "--rate", "100", "--hold", "1s"),
        DEVICES("devices", "--population", "greenhouse", "--duration", "2s"),
        EDGE_CLOUD(
                "edge-cloud",
                "--devices",
                "20",
                "--duration",
                "1s",
                "--warmup",
                "100ms",
                "--link",
                "fibre"),
        STRESS(
                "stress",
                "--qos",
                "0,1",
                "--delays",
                "0,4",
                "--instances",
                "1",
                "--duration",
                "300ms");

        private final List<String> command;

        Page(String... command) {
            this.command = List.of(command);
        }

        Path run(String name) {
            Path folder = runs.resolve(name);
            List<String> all = new ArrayList<>(List.of("lab"));
            all.addAll(command);
            all.addAll(List.of("--target", "mosquitto", "--out", folder.toString()));
            try (Child child = Child.skein(all.toArray(String[]::new))) {
                assertThat(child.awaitExit()).as(child.toString()).isZero();
            }
            return folder;
        }
    }

    @BeforeAll
    static void startBrowser() throws IOException {
        Optional<Path> program = Browser.installed();
        Assumptions.assumeTrue(program.isPresent(), "no Chromium on the PATH");
        browser = Browser.start(program.get(), profile);
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReportAndAComparisonAreReadableAtAnyWidth(Page page) {
        Path first = page.run(page + "-1");
        Path second = page.run(page + "-2");
        Path comparison = runs.resolve(page + ".html");
        try (Child report =
                Child.skein(
                        "lab",
                        "report",
                        first.toString(),
                        second.toString(),
                        "--out",
                        comparison.toString())) {
            assertThat(report.awaitExit()).as(report.toString()).isZero();
        }

        Stream.of(first.resolve("report.html"), comparison)
                .forEach(file -> WIDTHS.forEach(width -> assertReadable(file, width)));
    }

    /** Without persistence and with everything expected, much is lost at a kill. */
    @Test
    void aJudgementWithViolationsIsReadableAtAnyWidth() {
        Path run = runs.resolve("chaos");
        try (Child chaos =
                Child.skein(
                        "lab",
                        "chaos",
                        "--target",
                        "mosquitto",
                        "--faults",
                        "kill",
                        "--promises",
                        "everything",
                        "--clients",
                        "12",
                        "--duration",
                        "6s",
                        "--seed",
                        "1",
                        "--out",
                        run.toString())) {
            assertThat(chaos.awaitExit()).as(chaos.toString()).isEqualTo(3);
        }

        WIDTHS.forEach(width -> assertReadable(run.resolve("report.html"), width));
        assertThat(browser.evaluate("document.body.textContent"))
                .contains("a persistent session was gone", "SIGKILL");
    }

    private static void assertReadable(Path file, int width) {
        browser.size(width, 900);
        browser.openWhole(file.toUri());
        String where = file + " at " + width + " pixels";
        assertThat(browser.faults()).as(where).isEmpty();
        assertThat(browser.evaluate("innerWidth")).isEqualTo(Integer.toString(width));
        assertThat(
                        browser.evaluate(
                                "document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("width beyond the window, " + where)
                .isEqualTo("0");
        assertThat(browser.evaluate("performance.getEntriesByType('resource').length"))
                .as("requests of " + where)
                .isEqualTo("0");
        assertThat(browser.evaluate("document.querySelectorAll('svg').length"))
                .as("pictures of " + where)
                .isNotEqualTo("0");
        assertThat(browser.evaluate(PICTURES_WITHOUT_UNITS)).as(where).isEmpty();
        assertThat(browser.evaluate(WORDS_CUT_OFF)).as(where).isEmpty();
        assertThat(browser.evaluate(WORDS_OVER_OTHERS)).as(where).isEmpty();
        assertThat(browser.evaluate("document.body.innerText")).as(where).doesNotContain("NaN");
    }
}
