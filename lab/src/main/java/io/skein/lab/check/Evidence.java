package io.skein.lab.check;

import io.skein.lab.history.MessageId;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Which events show a finding: some by their index, and what came of a message to a client.
 *
 * @param indexes of events; those below 0 are left out
 * @param topic of the message; null for none
 * @param message its name, or null
 * @param client whose deliveries of it matter; null for everybody's
 */
record Evidence(
        List<Long> indexes,
        @Nullable String topic,
        @Nullable MessageId message,
        @Nullable String client) {
    Evidence {
        indexes = indexes.stream().filter(index -> index >= 0).toList();
    }

    static Evidence of(long... indexes) {
        return new Evidence(LongStream.of(indexes).boxed().toList(), null, null, null);
    }

    /** These events, how the message was sent and acknowledged, and how it came to the client. */
    static Evidence of(MessageStream stream, long sequence, Client client, long... indexes) {
        return of(stream, sequence, indexes).to(client);
    }

    /** These events, how the message was sent and acknowledged, and how it came to anybody. */
    static Evidence of(MessageStream stream, long sequence, long... indexes) {
        long acknowledged = stream.acknowledged(sequence);
        return new Evidence(
                LongStream.concat(
                                LongStream.of(indexes),
                                LongStream.of(
                                        stream.invoked(sequence),
                                        acknowledged == MessageStream.NEVER ? -1 : acknowledged))
                        .boxed()
                        .toList(),
                stream.topic().name(),
                stream.id(sequence),
                null);
    }

    private Evidence to(Client whom) {
        return new Evidence(indexes, topic, message, whom.id());
    }
}
