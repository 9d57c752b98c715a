package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is handed out bit by bit is what was there at the beginning. */
class ImageTest {
    private final LiveState state = new LiveState();
    private final List<Message> messages = new ArrayList<>();
    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void an_image_holds_the_moment_it_was_begun_whatever_changes_meanwhile(long seed) {
        random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            messages.add(TestNode.message("t/" + i, "message " + i));
        }
        for (int round = 0; round < 5; round++) {
            change(300);
            Map<String, Model.View> sessions = Model.views(byClientId(state));
            List<Message> retained = retained(state);
            Map<Message, Long> numbers = numbers();

            List<Part> parts = new ArrayList<>();
            Image image = state.beginImage();
            while (image.hasMore()) {
                change(random.nextInt(20));
                parts.addAll(image.handOut(1 + random.nextInt(5)));
            }
            state.endImage();
            change(5);

            LiveState rebuilt = new LiveState();
            for (Part part : parts) {
                rebuilt.apply(part.entry());
                rebuilt.endOfRecord();
                Message message = message(part.entry());
                if (message != null) {
                    assertThat(part.number().value()).isEqualTo(numbers.get(message));
                }
            }
            assertThat(Model.views(byClientId(rebuilt))).isEqualTo(sessions);
            assertThat(retained(rebuilt)).containsExactlyInAnyOrderElementsOf(retained);
            assertReferencesAreKept(parts);
        }
    }

    /** Whatever is found twice was marked as shared when it was found first. */
    private static void assertReferencesAreKept(List<Part> parts) {
        Map<Message, Boolean> shared = new HashMap<>();
        for (Part part : parts) {
            Message message = message(part.entry());
            if (message != null && shared.containsKey(message)) {
                assertThat(shared.get(message)).isTrue();
            } else if (message != null) {
                shared.put(message, part.number().shared());
            }
        }
        assertThat(shared).containsValue(true);
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            String clientId = "c" + random.nextInt(30);
            long sequence = random.nextInt(10);
            Message message = messages.get(random.nextInt(messages.size()));
            Entry entry =
                    switch (random.nextInt(12)) {
                        case 0, 1 ->
                                new Entry.Changed(
                                        new SessionChange.HeadSet(clientId, 1, TestNode.CONNECTED));
                        case 2 -> new Entry.Changed(new SessionChange.Ended(clientId, 1));
                        case 3, 4 ->
                                new Entry.Changed(TestNode.queued(clientId, 1, sequence, message));
                        case 5 ->
                                new Entry.Changed(
                                        new SessionChange.Dequeued(clientId, 1, sequence));
                        case 6 -> new Entry.Retained(message);
                        case 7 ->
                                new Entry.Changed(
                                        new SessionChange.Sent(clientId, 1, sequence, 1 + i));
                        case 8 ->
                                new Entry.Changed(
                                        new SessionChange.Released(clientId, 1, sequence));
                        case 9 -> new Entry.Changed(TestNode.subscribed(clientId, 1, "f/" + i));
                        case 10 ->
                                new Entry.Changed(
                                        new SessionChange.Received(clientId, 1, 1 + i % 20));
                        default -> new Entry.Retained(TestNode.message(message.topic().name(), ""));
                    };
            state.apply(entry);
            state.endOfRecord();
        }
    }

    private Map<Message, Long> numbers() {
        Map<Message, Long> numbers = new HashMap<>();
        messages.forEach(message -> numbers.put(message, state.messages().known(message)));
        return numbers;
    }

    private static List<Message> retained(LiveState state) {
        List<Message> retained = new ArrayList<>();
        state.retained().forEach(retained::add);
        return retained;
    }

    private static Map<String, StoredSession> byClientId(LiveState state) {
        Map<String, StoredSession> sessions = new HashMap<>();
        state.sessions().forEach(session -> sessions.put(session.clientId(), session.copy()));
        return sessions;
    }

    private static @Nullable Message message(Entry entry) {
        return switch (entry) {
            case Entry.Retained(Message message) -> message;
            case Entry.Changed(SessionChange.Queued queued) -> queued.queued().message();
            case Entry.Changed ignored -> null;
        };
    }
}
