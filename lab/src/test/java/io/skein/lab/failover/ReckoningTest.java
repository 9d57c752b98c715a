package io.skein.lab.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.history.Phase;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of records that were made up: of node-1, which is lost at 1,000 ms, and node-2. */
class ReckoningTest {
    private static final String ONE = "t/node-1";
    private static final String TWO = "t/node-2";

    @TempDir private Path directory;

    private final Tale tale = new Tale();

    private Figures figures() throws IOException {
        return tale.figures(directory);
    }

    @Test
    void anOutageIsTheLongestSilenceThatBeginsBeforeTheFaultIsUndone() throws IOException {
        long reader = tale.subscriber(0, "reader", "node-1", ONE);
        tale.received(100, reader, ONE, 1, 0).received(950, reader, ONE, 1, 1);
        tale.fault(1_000, "node-1").received(1_010, reader, ONE, 1, 2).closed(1_020, reader);
        long again = tale.connects(1_500, "reader", "node-2", true);
        tale.received(1_710, again, ONE, 1, 3).reached(5_000, Phase.UNDOING);
        tale.received(5_100, again, ONE, 1, 4).received(9_500, again, ONE, 1, 5);

        // 850 ms came before the fault, 3,390 ms began before the undoing, 4,400 ms after it.
        Figures figures = figures();
        assertThat(figures.of(Figure.OUTAGE)).isEqualTo(3_390);
        assertThat(figures.of(Figure.RECONNECTED)).isEqualTo(500);
    }

    @Test
    void theWorstSubscriberOfTheLostNodeCountsAndNoneOfOthers() throws IOException {
        long one = tale.subscriber(0, "one", "node-1", ONE);
        long other = tale.subscriber(0, "other", "node-1", ONE);
        tale.subscriber(0, "far", "node-2", TWO);
        tale.received(990, one, ONE, 1, 0).received(990, other, ONE, 1, 0);
        tale.fault(1_000, "node-1").received(1_200, one, ONE, 1, 1);
        tale.received(1_400, one, ONE, 1, 2).received(1_400, other, ONE, 1, 1);
        tale.reached(1_400, Phase.UNDOING).reached(9_000, Phase.END);

        Figures figures = figures();
        assertThat(figures.of(Figure.OUTAGE)).isEqualTo(410);
        assertThat(figures.of(Figure.RECONNECTED)).as("nobody had to").isNaN();
    }

    @Test
    void anOutageThatNobodyEndedLastsToTheEndOfTheRecord() throws IOException {
        long reader = tale.subscriber(0, "reader", "node-1", ONE);
        tale.received(990, reader, ONE, 1, 0).fault(1_000, "node-1");
        tale.reached(5_000, Phase.UNDOING).reached(8_990, Phase.END);

        assertThat(figures().of(Figure.OUTAGE)).isEqualTo(8_000);
    }

    @Test
    void waitsAreToldApartByWhoPublishesToWhomAndWhen() throws IOException {
        tale.subscriber(0, "reader-1", "node-1", ONE);
        tale.subscriber(0, "reader-2", "node-2", TWO);
        long near = tale.connects(0, "near", "node-1", false);
        long far = tale.connects(0, "far", "node-2", false);
        tale.acknowledged(430, tale.publishes(400, far, ONE, 2, 0));
        long dependent = tale.publishes(990, far, ONE, 2, 1);
        long independent = tale.publishes(995, far, TWO, 2, 0);
        long own = tale.publishes(996, near, TWO, 1, 0);
        tale.fault(1_000, "node-1").acknowledged(1_005, independent);
        tale.acknowledged(1_740, dependent).acknowledged(4_000, own);
        tale.reached(5_000, Phase.UNDOING);
        tale.acknowledged(5_060, tale.publishes(5_001, far, ONE, 2, 2));
        tale.reached(6_250, Phase.HEALED).reached(7_000, Phase.END);

        Figures figures = figures();

        assertThat(figures.node()).isEqualTo("node-1");
        assertThat(figures.of(Figure.CALM_WAIT)).isEqualTo(30);
        assertThat(figures.of(Figure.DEPENDENT_WAIT)).isEqualTo(750);
        assertThat(figures.of(Figure.INDEPENDENT_WAIT)).isEqualTo(10);
        assertThat(figures.of(Figure.RETURN_WAIT)).isEqualTo(59);
        assertThat(figures.of(Figure.READY)).isEqualTo(1_250);
    }

    @Test
    void anAcknowledgedMessageIsLostForEachSubscriberThatNeverGotIt() throws IOException {
        long one = tale.subscriber(0, "one", "node-1", ONE);
        tale.subscriber(0, "other", "node-1", ONE);
        tale.subscriber(0, "elsewhere", "node-2", TWO);
        long writer = tale.connects(0, "writer", "node-2", false);
        tale.acknowledged(20, tale.publishes(10, writer, ONE, 3, 0));
        tale.acknowledged(40, tale.publishes(30, writer, ONE, 3, 1));
        tale.received(50, one, ONE, 3, 1).fault(1_000, "node-1");

        Figures.Counts counts = figures().counts();

        assertThat(counts.acknowledged()).isEqualTo(2);
        assertThat(counts.lost()).isEqualTo(3);
    }

    @Test
    void whatWasNeverAcknowledgedIsNotLost() throws IOException {
        tale.subscriber(0, "reader", "node-1", ONE);
        long writer = tale.connects(0, "writer", "node-2", false);
        tale.givenUp(50, tale.publishes(10, writer, ONE, 3, 0));
        tale.refused(60, tale.publishes(20, writer, ONE, 3, 1));
        tale.publishes(30, writer, ONE, 3, 2);
        tale.fault(1_000, "node-1");

        Figures.Counts counts = figures().counts();

        assertThat(counts.published()).isEqualTo(3);
        assertThat(counts.acknowledged()).isZero();
        assertThat(counts.unanswered()).isEqualTo(3);
        assertThat(counts.lost()).isZero();
    }

    @Test
    void repetitionsAreCountedForEachSubscriberAndPublisher() throws IOException {
        long one = tale.subscriber(0, "one", "node-1", ONE);
        long other = tale.subscriber(0, "other", "node-1", ONE);
        tale.received(10, one, ONE, 3, 0).received(11, other, ONE, 3, 0);
        tale.received(12, one, ONE, 4, 0).fault(1_000, "node-1").closed(1_001, one);
        long again = tale.connects(1_100, "one", "node-2", true);
        tale.received(1_200, again, ONE, 3, 0);

        Figures.Counts counts = figures().counts();

        assertThat(counts.received()).isEqualTo(4);
        assertThat(counts.duplicated()).isEqualTo(1);
        assertThat(counts.sessionsLost()).isZero();
    }

    @Test
    void aSessionThatIsNotThereIsCountedAndItsSilenceGoesOn() throws IOException {
        long reader = tale.subscriber(0, "reader", "node-1", ONE);
        tale.received(900, reader, ONE, 1, 0).fault(1_000, "node-1").closed(1_001, reader);
        long again = tale.subscriber(1_600, "reader", "node-2", ONE);
        tale.received(1_900, again, ONE, 1, 9).reached(3_000, Phase.UNDOING);
        tale.received(3_001, again, ONE, 1, 10);

        Figures figures = figures();
        assertThat(figures.counts().sessionsLost()).isEqualTo(1);
        assertThat(figures.of(Figure.OUTAGE)).isEqualTo(1_101);
    }
}
