package io.skein.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.fault.FaultKind;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same seed makes the same plan, and a plan has all that it should. */
class PlansTest {
    private static final long MINUTE = TimeUnit.SECONDS.toNanos(60);

    private static WorkloadPlan workload(long seed) {
        return WorkloadPlan.of(new WorkloadShape(seed, 24, 3, true, 200, MINUTE, Dialect.WHOLE));
    }

    @Test
    void theSameSeedMakesTheSamePlans() {
        assertThat(workload(7)).isEqualTo(workload(7));
        assertThat(faults(7)).isEqualTo(faults(7));
    }

    @Test
    void anotherSeedMakesOtherPlans() {
        assertThat(PlanFile.checksum(workload(7))).isNotEqualTo(PlanFile.checksum(workload(8)));
        assertThat(faults(7)).isNotEqualTo(faults(8));
    }

    @Test
    void theClientsDoTheSameWhateverTheFaults() {
        // The plan of the faults is drawn apart; here only that neither knows the other's draws.
        NemesisPlan.of(7, List.of(FaultKind.KILL), 3, false, MINUTE);
        WorkloadPlan first = workload(7);
        NemesisPlan.of(7, List.of(FaultKind.FREEZE, FaultKind.KILL), 3, true, MINUTE);

        assertThat(workload(7)).isEqualTo(first);
    }

    private static NemesisPlan faults(long seed) {
        return NemesisPlan.of(
                seed,
                List.of(FaultKind.KILL, FaultKind.FREEZE, FaultKind.RESTART),
                3,
                false,
                MINUTE);
    }

    private static List<PlannedFault> overlapping(long seed, int nodes, FaultKind... kinds) {
        return NemesisPlan.of(seed, List.of(kinds), nodes, true, MINUTE).faults();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void faultsThatOverlapHitDifferentNodesOfACluster(long seed) {
        List<PlannedFault> faults =
                overlapping(seed, 3, FaultKind.KILL, FaultKind.FREEZE, FaultKind.PARTITION);

        assertThat(faults)
                .isEqualTo(
                        overlapping(
                                seed, 3, FaultKind.KILL, FaultKind.FREEZE, FaultKind.PARTITION));
        assertThat(faults).hasSizeGreaterThan(6).anyMatch(PlannedFault::beside);
        for (int i = 1; i < faults.size(); i++) {
            PlannedFault second = faults.get(i);
            PlannedFault first = faults.get(i - 1);
            if (second.beside()) {
                assertThat(first.beside()).as("never three").isFalse();
                assertThat(second.node()).isNotEqualTo(first.node());
                assertThat(second.pauseNanos()).isLessThan(first.holdNanos());
                assertThat(List.of(first.kind(), second.kind()))
                        .isNotEqualTo(List.of(FaultKind.PARTITION, FaultKind.PARTITION));
            }
        }
        assertThat(PlannedFault.nanos(faults.subList(0, 2)))
                .isGreaterThanOrEqualTo(
                        faults.getFirst().pauseNanos() + faults.getFirst().holdNanos());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void onASingleNodeTheSecondFaultLiesWithinTheFirstAndCanBeSeenThere(long seed) {
        List<PlannedFault> faults =
                overlapping(
                        seed, 1, FaultKind.KILL, FaultKind.DELAY, FaultKind.CLOCK, FaultKind.DISK);

        assertThat(faults).anyMatch(PlannedFault::beside);
        for (int i = 1; i < faults.size(); i++) {
            PlannedFault second = faults.get(i);
            PlannedFault first = faults.get(i - 1);
            if (second.beside()) {
                assertThat(second.pauseNanos() + second.holdNanos()).isLessThan(first.holdNanos());
                assertThat(first.kind()).isNotIn(FaultKind.KILL, second.kind());
                assertThat(List.of(first.kind(), second.kind()))
                        .isNotEqualTo(List.of(FaultKind.DISK, FaultKind.KILL));
            }
        }
    }

    @Test
    void whatTakesTheOneNodeAwayCannotOverlap() {
        assertThat(NemesisPlan.canOverlap(List.of(FaultKind.KILL, FaultKind.FREEZE), 1)).isFalse();
        assertThat(NemesisPlan.canOverlap(List.of(FaultKind.KILL, FaultKind.DISK), 1)).isFalse();
        assertThat(NemesisPlan.canOverlap(List.of(FaultKind.KILL, FaultKind.CLOCK), 1)).isTrue();
        assertThat(NemesisPlan.canOverlap(List.of(FaultKind.KILL), 3)).isTrue();
        assertThat(NemesisPlan.canOverlap(List.of(FaultKind.PARTITION), 3)).isFalse();
        assertThat(overlapping(1, 1, FaultKind.KILL, FaultKind.FREEZE))
                .isNotEmpty()
                .noneMatch(PlannedFault::beside);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyKindOfFaultComesBeforeOneComesAgain(long seed) {
        List<FaultKind> kinds = faults(seed).faults().stream().map(PlannedFault::kind).toList();

        assertThat(kinds).hasSizeGreaterThan(6);
        for (int i = 0; i + 3 <= kinds.size(); i += 3) {
            assertThat(kinds.subList(i, i + 3)).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void faultsEndWithinTheTimeAndHitEveryNode(long seed) {
        List<PlannedFault> faults = faults(seed).faults();

        assertThat(faults.stream().mapToLong(f -> f.pauseNanos() + f.holdNanos()).sum())
                .isLessThanOrEqualTo(MINUTE);
        assertThat(faults.stream().map(PlannedFault::node).collect(Collectors.toSet()))
                .isEqualTo(Set.of(0, 1, 2));
    }

    @Test
    void clientsDoAllThatMqttAllows() {
        WorkloadPlan plan = workload(1);
        List<Step> steps = steps(plan).toList();
        List<Step.Publish> publishes =
                steps.stream()
                        .filter(Step.Publish.class::isInstance)
                        .map(Step.Publish.class::cast)
                        .toList();

        assertThat(publishes).map(Step.Publish::qos).contains(QoS.values());
        assertThat(publishes).anyMatch(Step.Publish::retain);
        assertThat(steps).anyMatch(Step.Subscribe.class::isInstance);
        assertThat(steps).anyMatch(Step.Unsubscribe.class::isInstance);
        assertThat(
                        steps.stream()
                                .filter(Step.Move.class::isInstance)
                                .map(step -> ((Step.Move) step).how()))
                .contains(Step.Leaving.values());
        List<ClientPlan> clients = plan.clients();
        assertThat(clients)
                .map(ClientPlan::version)
                .contains(ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_5);
        assertThat(clients).map(ClientPlan::persistent).contains(true, false);
        assertThat(clients).anyMatch(client -> client.will() != null);
        assertThat(clients)
                .anyMatch(client -> client.will() != null && client.will().delaySeconds() > 0);
        assertThat(filters(plan)).anyMatch(filter -> filter.startsWith("$share/"));
        assertThat(clients.stream().map(ClientPlan::clientId).distinct().count())
                .as("some share a client id")
                .isLessThan(clients.size());
        assertThat(clients).map(ClientPlan::node).contains(0, 1, 2);
    }

    @Test
    void onlyClientsWithoutSessionsShareAClientId() {
        for (ClientPlan client : workload(1).clients()) {
            long namesakes =
                    workload(1).clients().stream()
                            .filter(other -> other.clientId().equals(client.clientId()))
                            .count();
            assertThat(namesakes > 1 && client.persistent()).isFalse();
        }
    }

    @Test
    void clientsWhoseSessionsDoNotMoveStayAndShareANodeWithTheirLikes() {
        WorkloadPlan plan =
                WorkloadPlan.of(new WorkloadShape(7, 24, 3, false, 200, MINUTE, Dialect.WHOLE));
        Map<String, Integer> homes = new HashMap<>();
        for (ClientPlan client : plan.clients()) {
            assertThat(client.steps())
                    .filteredOn(Step.Move.class::isInstance)
                    .allMatch(step -> ((Step.Move) step).node() == client.node());
            String group =
                    client.always().stream()
                            .map(ClientPlan.Filter::filter)
                            .filter(filter -> filter.startsWith("$share/"))
                            .findFirst()
                            .orElse(client.clientId());
            assertThat(homes.merge(group, client.node(), (a, b) -> a.equals(b) ? a : -1))
                    .as(group)
                    .isEqualTo(client.node());
        }
        assertThat(homes.values()).contains(0, 1, 2);
    }

    @Test
    void clientsUseNoMoreOfMqttThanTheBrokerHas() {
        Dialect dialect = new Dialect(QoS.AT_LEAST_ONCE, ProtocolVersion.MQTT_3_1_1, false);
        WorkloadPlan plan =
                WorkloadPlan.of(new WorkloadShape(1, 24, 1, true, 200, MINUTE, dialect));

        assertThat(filters(plan)).isNotEmpty().noneMatch(filter -> filter.startsWith("$share/"));
        assertThat(plan.clients())
                .allMatch(client -> client.version() == ProtocolVersion.MQTT_3_1_1)
                .allMatch(client ->
                        client.always().stream()
                                .allMatch(filter -> filter.qos() != QoS.EXACTLY_ONCE))
                .allMatch(client ->
                        client.will() == null
                                || (client.will().qos() != QoS.EXACTLY_ONCE
                                        && client.will().delaySeconds() == 0));
        assertThat(steps(plan))
                .allMatch(step ->
                        !(step instanceof Step.Publish publish)
                                || publish.qos() != QoS.EXACTLY_ONCE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void filtersOfOneClientDoNotOverlap(long seed) {
        WorkloadPlan plan = workload(seed);
        Set<TopicName> topics =
                steps(plan)
                        .filter(Step.Publish.class::isInstance)
                        .map(step -> TopicName.of(((Step.Publish) step).topic()))
                        .collect(Collectors.toSet());
        for (ClientPlan client : plan.clients()) {
            List<TopicFilter> filters = filters(client).map(TopicFilter::of).toList();
            for (TopicName topic : topics) {
                assertThat(filters.stream().filter(filter -> filter.matches(topic)).count())
                        .as("filters of %s for %s", client.clientId(), topic)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void theRateIsThatOfAllPublishers() {
        long publishes = steps(workload(1)).filter(Step.Publish.class::isInstance).count();

        assertThat(publishes).isBetween(11_000L, 13_000L);
    }

    private static Stream<Step> steps(WorkloadPlan plan) {
        return plan.clients().stream().flatMap(client -> client.steps().stream());
    }

    private static List<String> filters(WorkloadPlan plan) {
        return plan.clients().stream().flatMap(PlansTest::filters).toList();
    }

    private static Stream<String> filters(ClientPlan client) {
        List<String> filters = new ArrayList<>();
        client.always().forEach(filter -> filters.add(filter.filter()));
        for (Step step : client.steps()) {
            if (step instanceof Step.Subscribe subscribe) {
                filters.add(subscribe.filter());
            }
        }
        return filters.stream().distinct();
    }
}
