package io.skein.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Needs Chromium; says so and passes over where there is none. */
class DashboardTest {
    private static final Duration DEAD_WITHIN = Duration.ofSeconds(3);

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path directory;

    private static Browser browser;

    private MadeUpNode first;
    private MadeUpNode second;

    @BeforeAll
    static void startBrowser() throws IOException {
        Optional<Path> program = Browser.installed();
        Assumptions.assumeTrue(program.isPresent(), "no Chromium on the PATH");
        browser = Browser.start(program.get(), directory);
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openThePage() throws IOException {
        first = new MadeUpNode("first");
        second = new MadeUpNode("second");
        first.knows(List.of(first, second));
        second.knows(List.of(first, second));
        browser.open(first.address());
        awaitState("second", "serving", Duration.ofSeconds(20));
    }

    @AfterEach
    void leaveThePageAndStopNodes() {
        browser.openWhole(URI.create("about:blank")); // or it asks for nodes in the next test
        first.close();
        second.close();
    }

    private static void awaitState(String node, String state, Duration within) {
        await().atMost(within)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(stateOf(node)).isEqualTo(state));
    }

    private static String stateOf(String node) {
        return browser.evaluate(card(node) + "?.dataset.state");
    }

    private static String card(String node) {
        return "document.querySelector('[aria-labelledby=node-" + node + "]')";
    }

    private static String text(String selector) {
        return browser.evaluate("document.querySelector('" + selector + "').innerText");
    }

    @Test
    void showsEveryNodeWithItsFigures() {
        await().untilAsserted(() ->
                assertThat(browser.evaluate(card("second") + ".innerText"))
                        .contains("second", "serving", "grid", "up 1 h 6 min")
                        .contains("1,501/s", "3,000/s", "1,234", "5,678", "90")
                        .contains("1.50 of 2 cores", "300 MiB", "100 MiB")
                        .contains("7 by full queues"));
        assertThat(text("#cluster")).isEqualTo("2 nodes · grid");
        assertThat(text("#verdict")).isEqualTo("all serving");
        assertThat(text("#totals")).contains("3,001", "6,000", "2,468");
        assertThat(text("#promises")).contains("Exactly once", "Minority refuses");
        assertThat(browser.evaluate("document.querySelectorAll('.chart path[d^=M]').length"))
                .isNotEqualTo("0");
        assertThat(browser.faults()).isEmpty();
    }

    @Test
    void linksToOtherBrokersAreShownWhereThereAreSome() {
        assertThat(browser.evaluate("document.querySelector('#links-section').hidden"))
                .isEqualTo("true");
        first.linked(
                List.of(
                        Map.of(
                                "name",
                                "cloud",
                                "address",
                                "mqtts://cloud:8883",
                                "state",
                                "waiting",
                                "since",
                                0,
                                "detail",
                                "connection refused",
                                "alarm",
                                true,
                                "queued",
                                4_321,
                                "sent",
                                0,
                                "received",
                                0,
                                "refused",
                                1)));
        await().untilAsserted(() ->
                assertThat(text("#links"))
                        .contains("cloud", "mqtts://cloud:8883", "waiting (alarm)", "4,321"));
        await().untilAsserted(() ->
                assertThat(browser.evaluate(card("first") + ".innerText"))
                        .contains("Alarm: cloud (mqtts://cloud:8883) is waiting for")
                        .contains("connection refused; 4,321 wait"));

        first.linked(List.of());
        await().untilAsserted(() ->
                assertThat(browser.evaluate(card("first") + ".innerText")).doesNotContain("Alarm"));
        assertThat(browser.faults()).isEmpty();
    }

    @Test
    void aNodeThatIsGoneIsDeadWithinThreeSeconds() {
        second.close();

        awaitState("second", "dead", DEAD_WITHIN);

        assertThat(browser.evaluate(card("second") + ".innerText")).contains("Nothing heard for");
        assertThat(text("#verdict")).isEqualTo("1 of 2 dead");
        assertThat(text("#news")).contains("Node second is dead.");
        assertThat(stateOf("first")).isEqualTo("serving");
    }

    @Test
    void aNodeThatIsFrozenIsDeadWithinThreeSeconds() {
        second.freeze();

        awaitState("second", "dead", DEAD_WITHIN);
    }

    @Test
    void thePageOutlivesTheNodeItCameFrom() throws IOException {
        first.close();
        awaitState("first", "dead", DEAD_WITHIN);

        try (MadeUpNode third = new MadeUpNode("third")) {
            third.knows(List.of(second, third));
            second.knows(List.of(second, third));

            awaitState("third", "serving", Duration.ofSeconds(10));
        }
    }

    @Test
    void aNodeThatMayNotServeSaysWhy() {
        second.refuse("cut off from the majority");

        awaitState("second", "refusing", DEAD_WITHIN);

        assertThat(browser.evaluate(card("second") + ".innerText"))
                .contains("not serving", "cut off from the majority");
    }

    @Test
    void whatClientsCallThemselvesIsNeverTakenForMarkup() {
        await().untilAsserted(
                        () -> assertThat(text("#clients")).contains("thermometer", "<img src=x"));

        assertThat(browser.evaluate("document.querySelectorAll('#clients img').length"))
                .isEqualTo("0");
        assertThat(browser.evaluate("document.title")).isEqualTo("Skein");
    }

    @Test
    void clientsAreFoundByWhatTheyAreCalled() {
        await().untilAsserted(() -> assertThat(text("#clients")).contains("thermometer"));

        browser.evaluate(
                "(() => { const f = document.getElementById('clients-filter'); f.value = 'THERMO';"
                        + " f.dispatchEvent(new Event('input')); })()");

        assertThat(text("#clients")).contains("thermometer").doesNotContain("<img");
        assertThat(text("#clients-count")).isEqualTo("1 of 2 sessions");
    }

    @Test
    void followsThePreferenceForDarkColours() {
        String ground = "getComputedStyle(document.body).backgroundColor";
        browser.prefersDark(false);
        String light = browser.evaluate(ground);

        browser.prefersDark(true);

        assertThat(browser.evaluate(ground)).isNotEqualTo(light);
    }

    @Test
    void everyFieldHasANameAndNothingComesFromElsewhere() {
        assertThat(
                        browser.evaluate(
                                "[...document.querySelectorAll('input, select')]"
                                        + ".filter((field) => field.labels.length === 0).length"))
                .isEqualTo("0");
        assertThat(
                        browser.evaluate(
                                "performance.getEntriesByType('resource')"
                                        + ".filter((entry) => !entry.name.includes('/api/v1/'))"
                                        + ".filter((entry) => !entry.name.startsWith(location.origin))"
                                        + ".length"))
                .isEqualTo("0");
    }
}
