package io.skein.lab.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.lab.check.PromiseVerdict.State;
import io.skein.lab.experiment.NearestKey;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of findings, by what is promised and by how much of a record there is. */
class JudgementTest {
    private static final NearestKey NEAREST =
            (wrong, _) -> wrong.equals("p2") ? Optional.of("P2") : Optional.empty();

    @TempDir private Path directory;

    private Judgement judge(Story story, Promises promises) throws IOException {
        return Checker.judge(story.write(directory), promises, _ -> {});
    }

    private static Promises promising(String text) {
        return Promises.parse(text, "mine.yaml", NEAREST);
    }

    private static State state(Judgement judgement, Promise promise) {
        return judgement.verdicts().get(promise.ordinal()).state();
    }

    private static List<String> reasons(Judgement judgement, Promise promise) {
        return judgement.verdicts().get(promise.ordinal()).reasons();
    }

    /** A message is lost while a node is killed. */
    private static Story lossInAKill() {
        Story story = new Story();
        story.reader("reader", "t/#");
        story.fault("kill").after(1).faultEnds();
        story.actor("writer").connects().publishes("t/1", 1);
        return story.drains().ends();
    }

    @Test
    void aPromiseMayBeMadeForOneNodeAtATime() throws IOException {
        Promises promises = promising("P2: unless overlap");
        assertThat(state(judge(lossWhileTwoFaultsHold("node-1"), promises), Promise.P2))
                .isEqualTo(State.VIOLATED);
        Files.delete(directory.resolve(HistoryReader.FILE));
        Judgement judgement = judge(lossWhileTwoFaultsHold("node-2"), promises);
        assertThat(state(judgement, Promise.P2)).isEqualTo(State.NOT_PROMISED);
        assertThat(reasons(judgement, Promise.P2)).containsExactly("not under overlap");
    }

    /** A clock does not take a node away; a kill and a freeze on two of them do. */
    private static Story lossWhileTwoFaultsHold(String second) {
        Story story = new Story();
        story.reader("reader", "t/#");
        story.tell(new Event.FaultBegun(1, "kill", "node-1", ""))
                .tell(new Event.FaultBegun(2, "clock", "node-3", ""))
                .tell(new Event.FaultBegun(3, "freeze", second, ""))
                .tell(new Event.FaultEnded(1, ""))
                .tell(new Event.FaultEnded(2, ""))
                .tell(new Event.FaultEnded(3, ""));
        story.actor("writer").connects().publishes("t/1", 1);
        return story.drains().ends();
    }

    @Test
    void aLimitThatWasToldIsToldOfWhereWhatABrokerHoldsCannotBeJudged() throws IOException {
        Story story = new Story();
        story.reader("reader", "t/#");
        Actor writer = story.actor("writer").connects();
        writer.isRefused(writer.sends("t/1", 1));
        Judgement judgement = judge(story.drains().ends(), promising("P11: always"));
        assertThat(state(judgement, Promise.P11)).isEqualTo(State.NOT_JUDGED);
        assertThat(reasons(judgement, Promise.P11))
                .containsExactly("clients do not see what a broker holds; a limit was told once");
        assertThat(judgement.run().counts().of(Counts.Count.LIMITS_TOLD)).isEqualTo(1);
    }

    @Test
    void whatIsNotPromisedIsOnlyReported() throws IOException {
        Judgement judgement = judge(lossInAKill(), promising("P3: always\nP2: never"));
        assertThat(state(judgement, Promise.P2)).isEqualTo(State.NOT_PROMISED);
        assertThat(judgement.verdict()).isNotEqualTo(Verdict.VIOLATED);
        assertThat(judgement.sentences()).contains("P2 is not promised, and was broken once.");
    }

    @Test
    void whatIsPromisedUnlessAFaultIsAViolationWithoutThatFault() throws IOException {
        Judgement killed = judge(lossInAKill(), promising("P2: unless kill, disk"));
        assertThat(state(killed, Promise.P2)).isEqualTo(State.NOT_PROMISED);
        assertThat(reasons(killed, Promise.P2)).containsExactly("not under kill");
        Files.delete(directory.resolve(HistoryReader.FILE));
        Judgement frozen = judge(lossInAKill(), promising("P2: unless freeze, disk"));
        assertThat(state(frozen, Promise.P2)).isEqualTo(State.VIOLATED);
    }

    @Test
    void aMessageForSomebodyWhoDidNotComeBackIsUnknown() throws IOException {
        Story story = new Story();
        story.reader("reader", "t/#").loses();
        story.actor("writer").connects().publishes("t/1", 1);
        Judgement judgement = judge(story.drains().ends(), promising("P2: always"));
        assertThat(CheckerTest.found(judgement)).isEmpty();
        assertThat(state(judgement, Promise.P2)).isEqualTo(State.UNKNOWN);
        assertThat(reasons(judgement, Promise.P2))
                .contains("1 messages for clients that were not there at the end");
    }

    @Test
    void aRecordWithMoreMessagesThanFitIsUnknownAndSaysWhatToDo() throws IOException {
        Path file = ModelBroker.run(new SplittableRandom(1), 400).write(directory);
        Judgement judgement = Checker.judge(directory, CheckerTest.EVERYTHING, _ -> {}, 10);
        assertThat(file).exists();
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(reasons(judgement, Promise.P3).getFirst())
                .startsWith("the record has more than 10 messages")
                .contains("-Xmx");
    }

    @Test
    void aRecordThatContradictsItselfIsUnknownWhateverWasFound() throws IOException {
        Story story = lossInAKill();
        story.tell(new Event.Published(9_999, 1, 0));
        Judgement judgement = judge(story, CheckerTest.EVERYTHING);
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(reasons(judgement, Promise.P2).getFirst())
                .contains("operation 9999 has not begun");
    }

    @Test
    void aMessageThatIsSentUnderAUsedNumberIsAMistakeOfTheRecord() throws IOException {
        Story story = new Story();
        Actor writer = story.actor("writer").connects();
        Story.Message message = writer.publishes("t/1", 1);
        story.tell(
                new Event.Publish(
                        77, writer.connection(), "t/1", message.id(), message.qos(), false, -1));
        assertThat(reasons(judge(story, CheckerTest.EVERYTHING), Promise.P2).getFirst())
                .contains("message 1:0 on t/1 was sent before");
    }

    @Test
    void timesWithoutServiceAreThoseFromAQuestionToAnyAnswer() throws IOException {
        Story story = new Story();
        Actor device = story.actor("device").connects();
        story.after(60);
        Story.Message message = device.sends("t/1", 1);
        story.after(2);
        device.loses().givesUp(message).asks().isTurnedAway();
        story.after(3);
        device.asks().isAccepted(false);
        Availability availability =
                judge(story.drains().ends(), CheckerTest.EVERYTHING).availability();
        assertThat(availability.intervals())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.client()).isEqualTo("device");
                    assertThat(each.nanos() / 1_000_000).isEqualTo(5_006);
                });
    }

    static List<String> shipped() {
        return Promises.shipped();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void whatIsShippedCanBeRead(String name) {
        Promises promises = Promises.of(name, NEAREST);
        assertThat(promises.name()).isEqualTo(name);
        assertThat(promises.description()).isNotEmpty();
        assertThat(promises.declared()).containsKeys(Promise.MQTT, Promise.P1, Promise.P3);
    }

    @Test
    void aDeclarationThatIsWrongIsToldWithItsLine() {
        assertThatThrownBy(() -> promising("P1: always\np2: always\n"))
                .hasMessageContaining("mine.yaml:2: unknown key 'p2'; did you mean 'P2'?");
        assertThatThrownBy(() -> promising("P1: sometimes\n"))
                .hasMessage(
                        "mine.yaml:1: P1: 'sometimes' is none of 'always', 'never', 'unless FAULT, FAULT'");
        assertThatThrownBy(() -> Promises.of("nobody", NEAREST))
                .hasMessageContaining("'nobody' is no file and none of skein-standalone, ");
    }
}
