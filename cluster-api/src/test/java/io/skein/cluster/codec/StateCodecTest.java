package io.skein.cluster.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateCodecTest {
    private static final int ROUNDS = 300;

    private final ByteBuf buffer = Unpooled.buffer();

    @Test
    void a_message_is_read_as_it_was_written() {
        eachComesBack(RandomState::message, StateWriter::message, StateReader::message);
    }

    @Test
    void the_origin_of_a_message_is_read_as_it_was_written() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            Origin origin =
                    new Origin(
                            "node-" + random.nextInt(),
                            random.nextLong() >>> 1,
                            random.nextLong() >>> 1,
                            random.nextLong() >>> 1);
            Message message = new RandomState(seed).message();
            buffer.clear();
            StateWriter writer = new StateWriter(buffer);
            writer.message(message.from(origin));
            writer.message(message);

            StateReader reader = new StateReader(buffer);
            Origin other = new Origin("other", 1, 2, 3);
            assertThat(reader.message(other).origin()).isEqualTo(origin);
            assertThat(reader.message(other).origin()).isEqualTo(other);
        }
    }

    @Test
    void a_queued_message_is_read_as_it_was_written() {
        eachComesBack(RandomState::queued, StateWriter::queued, StateReader::queued);
    }

    @Test
    void a_will_is_read_as_it_was_written() {
        eachComesBack(RandomState::will, StateWriter::will, StateReader::will);
    }

    @Test
    void a_head_is_read_as_it_was_written() {
        eachComesBack(RandomState::head, StateWriter::head, StateReader::head);
    }

    @Test
    void a_subscription_is_read_as_it_was_written() {
        eachComesBack(
                RandomState::subscription, StateWriter::subscription, StateReader::subscription);
    }

    @Test
    void every_kind_of_change_is_read_as_it_was_written() {
        eachComesBack(RandomState::change, StateWriter::change, StateReader::change);
    }

    @Test
    void properties_are_read_as_they_were_written() {
        eachComesBack(RandomState::properties, StateWriter::properties, StateReader::properties);
    }

    @Test
    void a_session_is_read_as_it_was_written() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            StoredSession session = new RandomState(seed).session();
            buffer.clear();
            new StateWriter(buffer).session(session);

            StoredSession read = new StateReader(buffer).session();

            assertThat(buffer.isReadable()).as("seed %d", seed).isFalse();
            assertThat(read.clientId()).isEqualTo(session.clientId());
            assertThat(read.head()).as("seed %d", seed).isEqualTo(session.head());
            assertThat(read.subscriptions()).containsExactlyElementsOf(session.subscriptions());
            assertThat(read.queue()).containsExactlyElementsOf(session.queue());
            assertThat(read.received()).containsExactlyElementsOf(session.received());
            assertThat(read.underWay()).isEqualTo(session.underWay());
        }
    }

    @Test
    void a_session_comes_back_from_its_copy_and_from_its_changes() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            StoredSession session = new RandomState(seed).session();
            StoredSession rebuilt = new StoredSession(session.clientId(), session.head());
            session.forEachChange(1, rebuilt::apply);
            for (StoredSession same : List.of(rebuilt, session.copy())) {
                assertThat(same.head()).as("seed %d", seed).isEqualTo(session.head());
                assertThat(same.subscriptions()).containsExactlyElementsOf(session.subscriptions());
                assertThat(same.queue()).containsExactlyElementsOf(session.queue());
                assertThat(same.received()).containsExactlyElementsOf(session.received());
                assertThat(same.underWay()).isEqualTo(session.underWay());
            }
        }
    }

    @Test
    void changes_of_one_session_name_it_once() {
        StateWriter writer = new StateWriter(buffer);
        writer.change(new SessionChange.Dequeued("client", 7, 1));
        int first = buffer.writerIndex();
        writer.change(new SessionChange.Dequeued("client", 7, 2));
        assertThat(buffer.writerIndex() - first).isEqualTo(2);
    }

    @Test
    void messages_of_one_publisher_to_one_topic_name_both_once() {
        Message message = new RandomState(3).message();
        StateWriter writer = new StateWriter(buffer);
        writer.message(message);
        int first = buffer.writerIndex();
        writer.message(message);

        int names = message.topic().utf8().length + message.publisherId().getBytes(UTF_8).length;
        assertThat(buffer.writerIndex() - first).isEqualTo(first - 1 - names - 2);
        StateReader reader = new StateReader(buffer);
        Message one = reader.message();
        Message two = reader.message();
        assertThat(List.of(one, two)).containsOnly(message);
        assertThat(two.topic()).isSameAs(one.topic());
        assertThat(two.publisherId()).isSameAs(one.publisherId());
    }

    @Test
    void names_that_are_known_are_the_same_objects_in_every_frame() {
        Message message = new RandomState(3).message();
        KnownNames names = new KnownNames();
        Message[] read = new Message[2];
        for (int i = 0; i < read.length; i++) {
            buffer.clear();
            new StateWriter(buffer).message(message);
            read[i] = new StateReader(buffer, NumberedMessages.NONE, names).message();
        }
        assertThat(read).containsOnly(message);
        assertThat(read[1].topic()).isSameAs(read[0].topic());
        assertThat(read[1].publisherId()).isSameAs(read[0].publisherId());
    }

    @Test
    void the_bytes_of_a_message_stay_what_they_are() {
        new StateWriter(buffer)
                .message(
                        new Message(
                                TopicName.of("a/b"),
                                new byte[] {1, 2},
                                QoS.EXACTLY_ONCE,
                                true,
                                Properties.builder().userProperty("k", "v").build(),
                                "pub",
                                0x0102030405060708L));
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "02"
                                + "01"
                                + "1e"
                                + "03612f62"
                                + "020102"
                                + "0126016b0176"
                                + "03707562"
                                + "0102030405060708");
    }

    @Test
    void a_message_in_many_queues_is_written_once() {
        Message message = new RandomState(1).message();
        SharedMessages shared = new SharedMessages();
        StateWriter writer = new StateWriter(buffer, shared);
        List<SessionChange> changes =
                Stream.of("a", "b", "c")
                        .<SessionChange>map(client ->
                                new SessionChange.Queued(
                                        client,
                                        1,
                                        1,
                                        new QueuedMessage(
                                                message, QoS.AT_LEAST_ONCE, false, List.of())))
                        .toList();
        writer.change(changes.getFirst());
        int first = buffer.writerIndex();
        changes.subList(1, 3).forEach(writer::change);

        assertThat(buffer.writerIndex() - first).isLessThan(20);
        StateReader reader = new StateReader(buffer, shared);
        assertThat(Stream.generate(reader::change).limit(3)).isEqualTo(changes);
    }

    @Test
    void a_number_that_no_message_has_is_corrupt() {
        SharedMessages shared = new SharedMessages();
        Message message = new RandomState(1).message();
        shared.define(message);
        new StateWriter(buffer, shared).message(message);
        assertThatThrownBy(() -> new StateReader(buffer).message())
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("no message has the number");
    }

    @Test
    void another_version_is_refused_with_its_number() {
        buffer.writeByte(9);
        assertThatThrownBy(() -> new StateReader(buffer))
                .isInstanceOf(CorruptStateException.class)
                .hasMessage("format version 9, this program reads 2");
    }

    @Test
    void a_message_that_is_like_one_before_it_cannot_be_the_first() {
        for (int flags : new int[] {0x21, 0x41}) { // its topic, its publisher
            buffer.clear();
            buffer.writeByte(2).writeByte(1).writeByte(flags).writeZero(20);
            buffer.setByte(3, flags == 0x41 ? 1 : 0).setByte(4, flags == 0x41 ? 't' : 0);
            assertThatThrownBy(() -> new StateReader(buffer).message())
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining("like one before it");
        }
    }

    @Test
    void a_length_beyond_the_bytes_is_refused_before_anything_is_allocated() {
        buffer.writeByte(2).writeBytes(HexFormat.of().parseHex("ffffffff07")); // 2 GiB
        assertThatThrownBy(() -> new StateReader(buffer).bytes())
                .isInstanceOf(CorruptStateException.class)
                .hasMessage("a length of 2147483647 where 0 bytes are left");
    }

    @Test
    void corrupt_bytes_are_told_by_one_exception_or_read_as_something_valid() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            RandomState state = new RandomState(seed);
            buffer.clear();
            StateWriter writer = new StateWriter(buffer);
            writer.session(state.session());
            writer.change(state.change());
            Random random = new Random(seed);
            for (int flips = 0; flips < 10; flips++) {
                int at = random.nextInt(buffer.writerIndex());
                buffer.setByte(at, random.nextInt(256));
                buffer.readerIndex(0);
                readOrComplain(seed);
            }
        }
    }

    @Test
    void bytes_that_end_early_are_corrupt() {
        for (long seed = 0; seed < 50; seed++) {
            buffer.clear();
            new StateWriter(buffer).change(new RandomState(seed).change());
            int whole = buffer.writerIndex();
            for (int length = 0; length < Math.min(whole, 500); length++) {
                ByteBuf cut = buffer.slice(0, length);
                assertThatThrownBy(() -> new StateReader(cut).change())
                        .as("seed %d, %d of %d bytes", seed, length, whole)
                        .isInstanceOf(CorruptStateException.class);
            }
        }
    }

    private void readOrComplain(long seed) {
        try {
            StateReader reader = new StateReader(buffer);
            assertThat(reader.session()).isNotNull();
            assertThat(reader.change()).isNotNull();
        } catch (CorruptStateException expected) {
            assertThat(expected).as("seed %d", seed).hasMessageMatching("(?s).+");
        }
    }

    private <T> void eachComesBack(
            Function<RandomState, T> random,
            BiConsumer<StateWriter, T> write,
            Function<StateReader, T> read) {
        RandomState state = new RandomState(42);
        StateWriter writer = new StateWriter(buffer);
        List<T> values = Stream.generate(() -> random.apply(state)).limit(ROUNDS).toList();
        values.forEach(value -> write.accept(writer, value));

        StateReader reader = new StateReader(buffer);
        for (T value : values) {
            assertThat(read.apply(reader)).isEqualTo(value);
        }
        assertThat(reader.hasMore()).isFalse();
    }

    /** Numbers every message it sees, for ever. */
    private static final class SharedMessages implements MessageNumbers, NumberedMessages {
        private final IdentityHashMap<Message, Long> numbers = new IdentityHashMap<>();
        private final Map<Long, Message> messages = new HashMap<>();

        @Override
        public long known(Message message) {
            return numbers.getOrDefault(message, 0L);
        }

        @Override
        public long define(Message message) {
            long number = numbers.size() + 1L;
            numbers.put(message, number);
            return number;
        }

        @Override
        public @Nullable Message known(long number) {
            return messages.get(number);
        }

        @Override
        public void define(long number, Message message) {
            messages.put(number, message);
        }
    }
}
