package io.skein.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.StoredSession.Slot;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue of a stored session holds what a tree would hold; a failure names the seed. */
class MessageQueueTest {
    private final MessageQueue queue = new MessageQueue();
    private final TreeMap<Long, Slot> model = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void it_holds_what_a_sorted_map_holds(long seed) {
        Random random = new Random(seed);
        int crowd = 1 + random.nextInt(600);
        for (int step = 0; step < 20_000; step++) {
            boolean grows = random.nextInt(crowd * 2) >= model.size();
            long sequence = grows ? next(random) : present(random);
            if (grows) {
                put(sequence);
            } else {
                remove(sequence);
            }
            sent(present(random), 1 + random.nextInt(65_535));
            released(present(random));
            if (step % 97 == 0) {
                holdsTheModel(seed, present(random));
            }
        }
        while (!model.isEmpty()) {
            remove(present(random));
        }
        holdsTheModel(seed, 0);
    }

    @Test
    void any_numbers_are_in_order() {
        long[] numbers = {Long.MAX_VALUE, Long.MIN_VALUE, 0, -1, 1, Long.MAX_VALUE - 1};
        for (long number : numbers) {
            put(number);
            holdsTheModel(0, number);
        }
        for (long number : numbers) {
            assertThat(queue.get(number)).isSameAs(model.get(number).queued());
        }
        remove(0);
        holdsTheModel(0, 0);
    }

    @Test
    void a_message_takes_the_place_of_the_one_with_its_number() {
        put(7);
        sent(7, 9);
        put(7);
        holdsTheModel(0, 7);
    }

    @Test
    void a_copy_does_not_change_with_it() {
        put(1);
        put(2);
        MessageQueue copy = queue.copy();
        List<Slot> before = List.copyOf(copy.all());
        remove(1);
        put(3);
        sent(2, 5);
        assertThat(copy.all()).containsExactlyElementsOf(before);
    }

    /** Mostly the next one, with gaps; now and then one that came late. */
    private long next(Random random) {
        long last = model.isEmpty() ? 0 : model.lastKey();
        return switch (random.nextInt(10)) {
            case 0 -> last + 1 + random.nextInt(1_000);
            case 1 -> last - random.nextInt(50);
            default -> last + 1;
        };
    }

    /** One that is there, mostly one of the first; or one that may not be. */
    private long present(Random random) {
        if (model.isEmpty()) {
            return 0;
        }
        long first = model.firstKey();
        return switch (random.nextInt(4)) {
            case 0 -> first + random.nextLong(model.lastKey() - first + 1);
            case 1 -> first + random.nextInt(20);
            default -> first;
        };
    }

    private void put(long sequence) {
        QueuedMessage message =
                new QueuedMessage(
                        new Message(
                                TopicName.of("t"),
                                new byte[0],
                                QoS.AT_LEAST_ONCE,
                                false,
                                Properties.EMPTY,
                                "p" + sequence,
                                Message.NEVER_EXPIRES),
                        QoS.AT_LEAST_ONCE,
                        false,
                        List.of());
        queue.put(sequence, message);
        model.put(sequence, new Slot(sequence, message, 0, false));
    }

    private void remove(long sequence) {
        Slot expected = model.remove(sequence);
        QueuedMessage removed = queue.remove(sequence);
        assertThat(removed).isSameAs(expected == null ? null : expected.queued());
    }

    private void sent(long sequence, int packetId) {
        queue.sent(sequence, packetId);
        model.computeIfPresent(
                sequence, (key, slot) -> new Slot(key, slot.queued(), packetId, slot.released()));
    }

    private void released(long sequence) {
        queue.released(sequence);
        model.computeIfPresent(
                sequence, (key, slot) -> new Slot(key, slot.queued(), slot.packetId(), true));
    }

    private void holdsTheModel(long seed, long from) {
        assertThat(queue.all()).as("seed %d", seed).containsExactlyElementsOf(model.values());
        assertThat(queue.from(from))
                .as("seed %d", seed)
                .containsExactlyElementsOf(model.tailMap(from).values());
        assertThat(queue.slot(from)).as("seed %d", seed).isEqualTo(model.get(from));
        assertThat(queue.last())
                .as("seed %d", seed)
                .isEqualTo(model.isEmpty() ? null : model.lastEntry().getValue());
    }
}
