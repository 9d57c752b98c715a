package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarksTest {
    @Test
    void whatWasNotedIsCoveredAndNothingElse() {
        Marks marks = new Marks();
        marks.note(message("n1", 7, 3, 0));
        marks.note(message("n1", 7, 1, 0));
        marks.note(message("n2", 7, 2, 0));
        marks.note(message("n1", 8, 5, 0));
        marks.note(message("n1", 7, 0, 0).from(new Origin("n3", 1, 9, 0)));

        assertThat(marks.cover(message("n1", 7, 3, 0))).isTrue();
        assertThat(marks.cover(message("n1", 7, 1, 0))).isTrue();
        assertThat(marks.cover(message("n2", 7, 2, 0))).isTrue();
        assertThat(marks.cover(message("n1", 8, 5, 0))).isTrue();
        assertThat(marks.cover(message("n1", 7, 2, 0))).as("passed over by a later one").isFalse();
        assertThat(marks.cover(message("n2", 7, 3, 0))).isFalse();
        assertThat(marks.cover(message("n1", 8, 3, 0))).as("another life").isFalse();
        assertThat(marks.cover(unknown())).isFalse();
    }

    @Test
    void whatIsAnsweredIsForgottenAndWhatIsNotNever() {
        Marks marks = new Marks();
        Random random = new Random(1);
        for (int i = 1; i <= 100_000; i++) {
            marks.note(message("n1", 1, i, Math.max(0, i - 100)));
            int unanswered = i - random.nextInt(Math.min(i, 100));
            assertThat(marks.cover(message("n1", 1, unanswered, 0))).isTrue();
        }
        assertThat(marks.cover(message("n1", 1, 1, 0))).isFalse();
    }

    @Test
    void whatAnotherKnowsIsAdded() {
        Marks marks = new Marks();
        marks.note(message("n1", 1, 3, 0));
        Marks others = new Marks();
        others.note(message("n1", 1, 2, 0));
        others.note(message("n1", 1, 3, 0));
        others.note(message("n2", 1, 9, 0));

        marks.noteAll(others);

        assertThat(marks.cover(message("n1", 1, 2, 0))).isTrue();
        assertThat(marks.cover(message("n1", 1, 3, 0))).isTrue();
        assertThat(marks.cover(message("n2", 1, 9, 0))).isTrue();
        assertThat(marks.cover(message("n1", 1, 1, 0))).isFalse();
    }

    @Test
    void aCopyGoesOnApartAndTravels() {
        Marks marks = new Marks();
        marks.note(message("n1", 1, 1, 0));
        Marks copy = marks.copy();
        copy.note(message("n1", 1, 2, 0));
        assertThat(marks.cover(message("n1", 1, 2, 0))).isFalse();

        ByteBuf out = Unpooled.buffer();
        copy.write(new StateWriter(out));
        Marks read = Marks.read(new StateReader(out));
        assertThat(read.cover(message("n1", 1, 1, 0))).isTrue();
        assertThat(read.cover(message("n1", 1, 2, 0))).isTrue();
        assertThat(read.cover(message("n1", 1, 3, 0))).isFalse();
    }

    @Test
    void numbersAreAnsweredInAnyOrder() {
        Unanswered unanswered = new Unanswered();
        for (int i = 1; i <= 10_000; i++) {
            assertThat(unanswered.next()).isEqualTo(i);
        }
        for (int i = 2; i <= 10_000; i += 2) {
            unanswered.answered(i);
        }
        assertThat(unanswered.all()).isZero();
        for (int i = 1; i <= 10_000; i += 2) {
            unanswered.answered(i);
            assertThat(unanswered.all()).isEqualTo(i + 1);
        }
        assertThat(unanswered.next()).isEqualTo(10_001);
        assertThat(unanswered.all()).isEqualTo(10_000);
    }

    private static Message message(String node, long life, long ordinal, long answered) {
        return unknown().from(new Origin(node, life, ordinal, answered));
    }

    private static Message unknown() {
        return new Message(
                TopicName.of("t"),
                new byte[0],
                QoS.EXACTLY_ONCE,
                false,
                Properties.EMPTY,
                "p",
                Message.NEVER_EXPIRES);
    }
}
