package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CorrelationTest {
    @Test
    void ranksCountAndScalesDoNot() {
        double[] x = {1, 2, 3, 4, 5};
        assertThat(Correlation.spearman(x, new double[] {1, 10, 100, 1e3, 1e9})).isEqualTo(1);
        assertThat(Correlation.spearman(x, new double[] {9, 7, 5, 3, 1})).isEqualTo(-1);
    }

    /** Worked by hand: ranks 1 2.5 2.5 4 against 1 2 3 4, so 4.5 / sqrt(4.5 x 5). */
    @Test
    void equalValuesShareTheMeanOfTheirRanks() {
        assertThat(Correlation.spearman(new double[] {10, 20, 20, 30}, new double[] {1, 2, 3, 4}))
                .isCloseTo(4.5 / Math.sqrt(22.5), within(1e-12));
    }

    @Test
    void whatDoesNotVaryIsCorrelatedWithNothing() {
        assertThat(Correlation.spearman(new double[] {3, 3, 3}, new double[] {1, 2, 3})).isNaN();
    }

    private static List<RunResult> runs(int count) {
        List<RunResult> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double value = i;
            runs.add(
                    Runs.with(node -> {
                        node.put("loss_percent", value);
                        node.put("host_idle_share", 1 / (1 + value));
                        Runs.sys(node, Map.of("$SYS/dropped", value * value));
                    }));
        }
        return runs;
    }

    @Test
    void lossIsHeldAgainstWhatTheBrokerAndTheMachineTell() {
        assertThat(Correlation.all(runs(8)))
                .contains(
                        new Correlation("loss", "$SYS/dropped", 1, 8),
                        new Correlation("loss", "idle time of the machine", -1, 8))
                .noneMatch(each -> each.of().equals("rate received"));
    }

    @Test
    void aFewRunsTellNothing() {
        assertThat(Correlation.all(runs(7))).isEmpty();
    }

    @Test
    void runsInWhichOneOfTheTwoIsUnknownAreLeftOut() {
        List<RunResult> runs = new ArrayList<>(runs(8));
        runs.add(Runs.good());
        assertThat(Correlation.all(runs))
                .contains(new Correlation("loss", "$SYS/dropped", 1, 8))
                .noneMatch(each -> each.with().equals("$SYS/dropped") && each.runs() == 9);
    }
}
