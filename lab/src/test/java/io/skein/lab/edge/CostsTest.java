package io.skein.lab.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CostsTest {
    /**
     * 730 USD a month in the cloud, 146 at the edge, 1 USD for a GB down, 3 for one on the link.
     */
    private static CostModel model(double readBack) {
        return new CostModel(
                "USD",
                1,
                1_000,
                0,
                1,
                Map.of("radio", 3.0),
                1_200,
                1,
                100,
                0.5,
                9.5,
                10_000,
                readBack);
    }

    private static Costs edge() {
        return new Costs(model(0), Route.EDGE, "lan", 0, 0);
    }

    private static Costs cloud(String link, double readBack) {
        return new Costs(model(readBack), Route.CLOUD, link, 100, 50);
    }

    @Test
    @DisplayName("An edge costs its hardware by the month, its electricity and its care")
    void edgeByTheMonth() {
        assertThat(edge().perMonth(1)).isCloseTo(100 + 36.5 + 9.5, within(1e-9));
        assertThat(edge().perMonth(10_001)).isCloseTo(292, within(1e-9));
    }

    @Test
    @DisplayName("A cloud costs brokers in whole numbers, what leaves it, and the plant's carrier")
    void cloudByTheMonth() {
        double messages = 500 * 730.0 * 3600;
        assertThat(cloud("fibre", 0).perMonth(500))
                .isCloseTo(730 + messages * 50 / 1e9, within(1e-6));
        assertThat(cloud("radio", 0).perMonth(500))
                .isCloseTo(730 + messages * (50 + 150 * 3) / 1e9, within(1e-6));
        assertThat(cloud("fibre", 1).perMonth(500))
                .isCloseTo(730 + messages * 150 / 1e9, within(1e-6));
        assertThat(cloud("fibre", 0).perMonth(1_500)).isGreaterThan(1_460);
        assertThat(cloud("fibre", 0).perMillion(500))
                .isCloseTo(cloud("fibre", 0).perMonth(500) / (messages / 1e6), within(1e-9));
    }

    @Test
    @DisplayName("The break-even is where one becomes cheaper than the other")
    void breakEven() {
        assertThat(edge().cheaperFrom(cloud("fibre", 0))).hasValue(Costs.RATE_MINIMUM);
        assertThat(cloud("fibre", 0).cheaperFrom(edge())).isEmpty();
        CostModel dearEdge =
                new CostModel("USD", 0.1, 1e6, 0, 1, Map.of(), 12_000, 1, 0, 0, 0, 1e6, 0);
        Costs edge = new Costs(dearEdge, Route.EDGE, "lan", 0, 0);
        Costs cloud = new Costs(dearEdge, Route.CLOUD, "fibre", 100, 100);
        // 1,000 a month against 73 and 0.2628 for each message a second
        double rate = edge.cheaperFrom(cloud).orElseThrow();
        assertThat(rate).isCloseTo((1_000 - 73) / 0.2628, within(5.0));
    }

    @Test
    @DisplayName("The example is a model, and what is wrong in one is named with its file")
    void file() {
        String example = CostModel.example();
        assertThat(CostModel.parse(example, "costs.yaml").uplink("satellite")).isEqualTo(5);
        assertThat(CostModel.parse(example, "costs.yaml").uplink("other")).isZero();
        for (List<String> wrong :
                List.of(
                        List.of("egress_gb: 0.09", "egress_gb: -1", "egress_gb is 0 or above"),
                        List.of(
                                "egress_gb: 0.09",
                                "egress_gb: 0.09\negres_gb: 1",
                                "there is no cost 'egres_gb'"),
                        List.of("edge_years: 4", "edge_years: 0", "edge_years is above 0"),
                        List.of("edge_watts: 15", "", "edge_watts is missing"),
                        List.of("edge_watts: 15", "edge_watts: many", "many"))) {
            String text = example.replace(wrong.get(0), wrong.get(1));
            assertThatThrownBy(() -> CostModel.parse(text, "mine.yaml"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("mine.yaml: ")
                    .hasMessageContaining(wrong.get(2));
        }
    }
}
