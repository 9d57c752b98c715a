package io.skein.lab.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.link.LinkProfiles;
import io.skein.lab.measure.LatencySummary;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EdgeValidityTest {
    private static ScenarioResult result(
            String problem, double medianMicros, double devicesLate, double linksLate) {
        LatencySummary latency =
                new LatencySummary(
                        100,
                        medianMicros,
                        medianMicros,
                        medianMicros,
                        medianMicros,
                        medianMicros,
                        medianMicros,
                        medianMicros,
                        medianMicros);
        return new ScenarioResult(
                Route.CLOUD.name(),
                "fibre",
                problem.isEmpty() ? ScenarioResult.COMPLETE : ScenarioResult.PARTIAL,
                problem,
                List.of(),
                "",
                new ScenarioResult.Messages(100, 100, 100, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, true),
                new ScenarioResult.Times(
                        1,
                        1,
                        100,
                        100,
                        latency,
                        latency,
                        "",
                        "",
                        0,
                        devicesLate,
                        linksLate,
                        Double.NaN),
                new ScenarioResult.Wire(ScenarioResult.LinkUse.NONE, ScenarioResult.LinkUse.NONE),
                new ScenarioResult.Use(
                        ScenarioResult.SideUse.NONE,
                        ScenarioResult.SideUse.NONE,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Double.NaN));
    }

    @Test
    @DisplayName("Links and devices that are in time make no scenario invalid")
    void inTime() {
        assertThat(EdgeValidity.reasons(result("", 5_000, 900, 999))).isEmpty();
    }

    @Test
    @DisplayName("A link that was late itself makes a scenario invalid, and says by how much")
    void lateLink() {
        assertThat(EdgeValidity.reasons(result("", 5_000, 0, 1_700)))
                .containsExactly(
                        "the links themselves were late by 1.7 ms (99 %; the limit is 1 ms)");
    }

    @Test
    @DisplayName("Devices that were late make a scenario invalid")
    void lateDevices() {
        assertThat(EdgeValidity.reasons(result("", 5_000, 2_500, 0)))
                .singleElement()
                .asString()
                .startsWith("the devices themselves were late");
    }

    @Test
    @DisplayName("Over a satellite, the limit is a fiftieth of the median latency")
    void longWay() {
        assertThat(EdgeValidity.reasons(result("", 300_000, 0, 5_900))).isEmpty();
        assertThat(EdgeValidity.isValid(result("", 300_000, 0, 6_100))).isFalse();
    }

    @Test
    @DisplayName("What did not end as planned, or was not measured, is invalid")
    void broken() {
        assertThat(EdgeValidity.reasons(result("interrupted", 5_000, 0, 0)))
                .containsExactly("interrupted");
        Scenario scenario = new Scenario(Route.CLOUD, LinkProfiles.parse("none"));
        assertThat(EdgeValidity.reasons(ScenarioResult.failed(scenario, "", "no cloud")))
                .containsExactly("no cloud");
    }
}
