package io.skein.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InflightWindowTest {
    private static final int IDS = 65_535;
    private static final Message MESSAGE =
            new Message(
                    TopicName.of("t"),
                    new byte[0],
                    QoS.AT_LEAST_ONCE,
                    false,
                    Properties.EMPTY,
                    "p",
                    Message.NEVER_EXPIRES);

    private final InflightWindow window = new InflightWindow();
    private long sequence;

    private Slot slot() {
        return new Slot(sequence++, MESSAGE, QoS.AT_LEAST_ONCE, false, List.of());
    }

    private Slot added() {
        Slot slot = slot();
        window.add(slot);
        return slot;
    }

    private void fill() {
        while (window.size() < IDS) {
            added();
        }
    }

    @Test
    void every_packet_id_can_be_in_use() { // [MQTT-2.2.1-4]
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < IDS; i++) {
            Slot slot = added();
            ids.add(slot.packetId);
            assertThat(window.get(slot.packetId)).isSameAs(slot);
        }
        assertThat(ids).hasSize(IDS).doesNotContain(0);
        assertThat(window.inOrder()).extracting(slot -> slot.sequence).isSorted().hasSize(IDS);
    }

    @Test
    void one_more_than_there_are_ids_is_refused_and_changes_nothing() {
        fill();
        assertThatIllegalStateException().isThrownBy(this::added);
        assertThatIllegalStateException().isThrownBy(() -> window.restore(slot()));
        assertThat(window.size()).isEqualTo(IDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32_767, 32_768, 65_535})
    void in_a_full_window_the_id_that_is_freed_is_the_next(int id) {
        fill();
        Slot freed = window.get(id);
        assertThat(freed).isNotNull();
        window.remove(freed);
        assertThat(window.get(id)).isNull();
        assertThat(added().packetId).isEqualTo(id);
    }

    @Test
    void a_stored_window_of_every_id_comes_back_whole() {
        List<Slot> stored = new ArrayList<>();
        for (int id = 1; id <= IDS; id++) {
            Slot slot = slot();
            slot.packetId = id;
            stored.add(slot);
        }
        stored.forEach(window::restore);
        assertThat(window.inOrder()).isEqualTo(stored);
        assertThat(stored).allSatisfy(s -> assertThat(window.get(s.packetId)).isSameAs(s));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100, 32_768, 40_000, 65_535})
    void an_id_is_not_given_out_again_before_it_is_free(int most) {
        Random random = new Random(most);
        ArrayDeque<Slot> held = new ArrayDeque<>();
        Set<Integer> ids = new HashSet<>();
        for (int step = 0; step < 200_000; step++) {
            if (held.size() == most || (!held.isEmpty() && random.nextInt(8) == 0)) {
                Slot done = held.remove();
                window.remove(done);
                ids.remove(done.packetId);
            } else {
                Slot slot = added();
                held.add(slot);
                assertThat(ids.add(slot.packetId)).as("id %d", slot.packetId).isTrue();
            }
        }
        assertThat(window.inOrder()).containsExactlyElementsOf(held);
    }
}
