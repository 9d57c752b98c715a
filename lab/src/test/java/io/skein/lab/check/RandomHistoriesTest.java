package io.skein.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.check.Mutation.Changed;
import io.skein.lab.check.Story.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of a broker that keeps every promise, and what one change in each of them shows. */
class RandomHistoriesTest {
    private static final int TURNS = 600;
    private static final int SEEDS = Integer.getInteger("skein.check.seeds", 12);

    @TempDir private Path directory;

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    private Judgement judge(List<Told> events, String name) throws IOException {
        return Checker.judge(
                Story.write(events, directory.resolve(name)), CheckerTest.EVERYTHING, _ -> {});
    }

    private static List<Told> history(RandomGenerator random) {
        return ModelBroker.run(random, TURNS).told();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBrokerThatKeepsEveryPromiseIsCleared(int seed) throws IOException {
        Judgement judgement = judge(history(new SplittableRandom(seed)), "clean.jsonl");
        assertThat(CheckerTest.found(judgement)).as(judgement.sentences().toString()).isEmpty();
        for (Promise promise : EnumSet.range(Promise.MQTT, Promise.P9)) {
            assertThat(judgement.verdicts().get(promise.ordinal()).state())
                    .as("%s: %s", promise, judgement.sentences())
                    .isEqualTo(PromiseVerdict.State.HELD);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void oneChangeIsFound(int seed) throws IOException {
        for (Mutation mutation : Mutation.values()) {
            SplittableRandom random = new SplittableRandom(seed);
            Changed changed = new Changed(history(random));
            mutation.apply(changed, random);
            Set<Anomaly> found = CheckerTest.found(judge(changed.events(), mutation + ".jsonl"));
            assertThat(found).as("%s with seed %d", mutation, seed).contains(mutation.shows());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 300})
    void aRecordThatIsCutShortIsNeverSaidToHold(int kept) throws IOException {
        List<Told> events = history(new SplittableRandom(3)).subList(0, kept);
        Judgement judgement = judge(events, "cut.jsonl");
        assertThat(CheckerTest.found(judgement)).isEmpty();
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNKNOWN);
    }
}
