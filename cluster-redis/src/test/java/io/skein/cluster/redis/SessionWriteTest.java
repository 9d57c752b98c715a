package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Message;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionWriteTest {
    private static final String CLIENT = "c";
    private static final long EPOCH = 5;

    private final SessionWrite write = new SessionWrite(CLIENT, EPOCH);
    private final OwnedSession session = new OwnedSession(CLIENT, EPOCH);

    private SessionChange queued(long sequence, InboxEntry entry) {
        Message message =
                new Message(
                        TopicName.of("t"),
                        new byte[] {1},
                        QoS.EXACTLY_ONCE,
                        false,
                        Properties.EMPTY,
                        "publisher",
                        Message.NEVER_EXPIRES);
        message.note(entry);
        return new SessionChange.Queued(
                CLIENT,
                EPOCH,
                sequence,
                new QueuedMessage(message, QoS.EXACTLY_ONCE, false, List.of()));
    }

    /** Epoch, what is taken from the inbox of the node and number of changes first. */
    private List<String> written() {
        Args args = new Args();
        write.writeTo(args, true);
        return Arrays.stream(args.toArray()).map(Args::text).toList();
    }

    @Test
    void aMessageThatJoinsTheQueueLeavesTheInboxWithIt() {
        InboxEntry entry = new InboxEntry(session, 7);
        write.add(queued(3, entry));
        assertThat(written()).startsWith("5", "0", "2", "I", "7", "Q", "3");
        assertThat(entry.queued).isTrue();
    }

    @Test
    void aMessageThatJoinsAndLeavesTogetherIsTakenOutOfTheInboxAndNotWritten() {
        write.add(queued(3, new InboxEntry(session, 7)));
        write.add(new SessionChange.Sent(CLIENT, EPOCH, 3, 1));
        write.add(new SessionChange.Released(CLIENT, EPOCH, 3));
        write.add(new SessionChange.Dequeued(CLIENT, EPOCH, 3));
        assertThat(written()).containsExactly("5", "0", "1", "I", "7");
    }

    @Test
    void aMessageThatWasThereBeforeIsTakenOutOfTheQueue() {
        write.add(new SessionChange.Dequeued(CLIENT, EPOCH, 3));
        assertThat(written()).containsExactly("5", "0", "1", "D", "3");
    }

    @Test
    void aMessageThatWasTakenFromTheInboxOfAnotherSessionStaysThere() {
        InboxEntry elsewhere = new InboxEntry(new OwnedSession("other", EPOCH), 7);
        write.add(queued(3, elsewhere));
        assertThat(written()).startsWith("5", "0", "1", "Q", "3");
        assertThat(elsewhere.queued).isFalse();
    }

    @Test
    void aMessageFromTheInboxOfTheNodeIsTakenOutOnce() {
        InboxEntry entry = new InboxEntry(null, 7);
        write.add(queued(3, entry));
        write.add(queued(4, entry));
        assertThat(written()).startsWith("5", "1", "7", "2", "Q", "3");
    }

    @Test
    void aSharedSubscriptionLeadsToItsGroupAndAnotherToTheSession() {
        write.add(subscribed("$share/g/t"));
        write.add(subscribed("own"));
        assertThat(written()).startsWith("5", "0", "2", "S", "$share/g/t");
        assertThat(write.routes).containsOnlyKeys("$share/g/t", "own");
        assertThat(write.routes.values()).extracting(Args::text).containsExactly("1:5", "1:5");
    }

    private static SessionChange subscribed(String filter) {
        Subscription wanted = new Subscription(TopicFilter.of(filter), QoS.AT_LEAST_ONCE);
        return new SessionChange.Subscribed(CLIENT, EPOCH, wanted, 0);
    }
}
