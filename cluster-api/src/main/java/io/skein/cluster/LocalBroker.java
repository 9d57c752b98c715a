package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an architecture asks of the broker on its node. Same threading rules as the port. */
public interface LocalBroker {
    /**
     * Delivers a message that another node received. Completes when it is in the queue of every
     * matching persistent session of this node.
     *
     * @param shares shared filters for which this node was chosen: one local member each gets it
     */
    void deliver(Message message, List<TopicFilter> shares, Completion done);

    /**
     * Another node has claimed this client id: closes the connection with 0x8E and forgets the
     * session. Completes when nothing more will be written for it under an epoch up to {@code
     * epoch}.
     */
    CompletionStage<Void> relinquish(String clientId, long epoch);

    /**
     * Takes over a session without a connection: after a restart, or because its owner died. Its
     * will fires when due. Completes when it receives what is published for it.
     *
     * @param epoch the epoch of this node's ownership
     */
    CompletionStage<Void> adopt(StoredSession session, long epoch);

    /**
     * Tells whether clients may be served: null when all promises hold, otherwise why not (no
     * majority, engine gone). While refused, CONNECT, SUBSCRIBE and PUBLISH are answered with its
     * reason.
     */
    void serving(@Nullable Refusal refusal);
}
