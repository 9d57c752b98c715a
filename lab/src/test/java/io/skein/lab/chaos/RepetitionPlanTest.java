package io.skein.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.skein.lab.fault.FaultKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepetitionPlanTest {
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");
    private static final long SECOND = 1_000_000_000;

    private static RepetitionOptions options(
            FaultKind fault, int repetitions, double rate, long holdMillis, long seed) {
        return new RepetitionOptions(
                "skein-grid-3",
                fault,
                repetitions,
                rate,
                Duration.ofMillis(holdMillis),
                seed,
                Path.of("out"),
                "");
    }

    private static List<RepetitionPlan> plans(long seed) {
        return RepetitionPlan.all(options(FaultKind.KILL, 30, 450, 5_000, seed), NODES);
    }

    private static List<PlannedFault> faults(long seed) {
        return plans(seed).stream().map(RepetitionPlan::fault).toList();
    }

    @Test
    void thePlanFollowsFromTheSeed() {
        assertThat(faults(7)).isEqualTo(faults(7)).isNotEqualTo(faults(8));
        assertThat(faults(7)).map(PlannedFault::node).as("every node is hit").contains(0, 1, 2);
    }

    @Test
    void everyNodeHasAPublisherForEveryNodeAndTogetherTheyKeepTheRate() {
        RepetitionPlan plan = plans(1).getFirst();

        assertThat(plan.subscribers()).hasSize(6);
        assertThat(plan.publishers()).hasSize(9);
        for (int node = 0; node < 3; node++) {
            int home = node;
            assertThat(plan.publishers())
                    .filteredOn(each -> each.node() == home)
                    .map(each -> ((Step.Publish) each.steps().getFirst()).topic())
                    .containsExactly("failover/1/node-1", "failover/1/node-2", "failover/1/node-3");
        }
        assertThat(
                        plan.publishers().stream()
                                .flatMap(each -> each.steps().stream())
                                .filter(step -> step.atNanos() < 2 * SECOND))
                .hasSize(900);
    }

    @Test
    void noClientOfARunHasTheNumberOfAnother() {
        List<Integer> numbers =
                plans(1).stream()
                        .flatMap(plan ->
                                Stream.concat(
                                        plan.subscribers().stream(), plan.publishers().stream()))
                        .map(ClientPlan::process)
                        .toList();

        assertThat(numbers).hasSize(30 * 15).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{4}")
    @CsvSource({
        "DELAY, 1, 10, 1000, 'delay takes no node away; what does is kill, restart, freeze, partition'",
        "KILL, 0, 10, 1000, 'repetitions are 1 to 10,000, not 0'",
        "KILL, 1, 0, 1000, 'the rate is above 0 and at most 20,000 messages per second, not 0.0'",
        "KILL, 1, NaN, 1000, 'the rate is above 0 and at most 20,000 messages per second, not NaN'",
        "KILL, 1, 10, 999, 'a node is away for 1 s to 10 m, not for 999 ms'"
    })
    void whatIsOutOfBoundsIsRefused(
            FaultKind fault, int repetitions, double rate, long holdMillis, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(fault, repetitions, rate, holdMillis, 1))
                .withMessage(message);
    }
}
