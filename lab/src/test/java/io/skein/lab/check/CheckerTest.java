package io.skein.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.check.CleanRecords.Clean;
import io.skein.lab.check.PlantedAnomalies.Planted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the checker finds, and what it does not. */
class CheckerTest {
    static final Promises EVERYTHING = Promises.of("everything", (_, _) -> Optional.empty());

    @TempDir private Path directory;

    static List<Planted> anomalies() {
        return PlantedAnomalies.all();
    }

    static List<Clean> cleanRecords() {
        return CleanRecords.all();
    }

    static Set<Anomaly> found(Judgement judgement) {
        Set<Anomaly> found = EnumSet.noneOf(Anomaly.class);
        for (Anomaly anomaly : Anomaly.values()) {
            if (judgement.findings().count(anomaly) > 0) {
                found.add(anomaly);
            }
        }
        return found;
    }

    private Judgement judge(Story story) throws IOException {
        return Checker.judge(story.write(directory), EVERYTHING, _ -> {});
    }

    @ParameterizedTest
    @MethodSource("anomalies")
    void aPlantedAnomalyIsFoundAndNothingElse(Planted planted) throws IOException {
        Story story = new Story();
        planted.story().accept(story);
        Judgement judgement = judge(story);
        assertThat(found(judgement)).isEqualTo(planted.found());
        assertThat(judgement.verdict()).isEqualTo(Verdict.VIOLATED);
        assertThat(judgement.evidence().values())
                .allSatisfy(lines -> assertThat(lines).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("cleanRecords")
    void aRecordThatIsOnlyOddIsClean(Clean clean) throws IOException {
        Story story = new Story();
        clean.story().accept(story);
        assertThat(found(judge(story))).isEmpty();
    }

    @Test
    void everyAnomalyIsPlantedSomewhere() {
        Set<Anomaly> planted = new TreeSet<>();
        anomalies().forEach(each -> planted.addAll(each.found()));
        assertThat(planted).containsExactlyInAnyOrder(Anomaly.values());
    }

    @Test
    void thePageOfChaosHasTheTableOfThePlantedAnomalies() throws IOException {
        List<String> table = new ArrayList<>();
        table.add("| what happens | what is found | promise |");
        table.add("|---|---|---|");
        for (Planted each : anomalies()) {
            table.add(
                    "| %s | %s | %s |"
                            .formatted(
                                    each.words(),
                                    String.join(
                                            ", ",
                                            each.found().stream()
                                                    .sorted()
                                                    .map(anomaly -> "`" + anomaly.label() + "`")
                                                    .toList()),
                                    String.join(
                                            ", ",
                                            each.found().stream()
                                                    .sorted()
                                                    .map(anomaly -> anomaly.promise().name())
                                                    .toList())));
        }
        assertThat(Files.readString(Path.of("../docs/CHAOS.md")))
                .contains(String.join("\n", table) + "\n");
    }
}
