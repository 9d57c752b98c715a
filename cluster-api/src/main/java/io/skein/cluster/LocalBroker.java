package io.skein.cluster;

import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What an architecture asks of the broker on its node. Same threading rules as the port. */
public interface LocalBroker {
    /**
     * What the client ids of {@link LocalClient}s begin with. Clients from the network may not have
     * such ids, and what local clients subscribe to is not announced to {@link Routes}.
     */
    String LOCAL_CLIENTS = "$skein/";

    /**
     * Delivers a message that another node received. Completes when it is in the queue of every
     * matching persistent session of this node.
     *
     * @param shares shared filters for which this node was chosen: one local member each gets it.
     *     Refused with NO_MATCHING_SUBSCRIBERS where one of them has no member here (any more), so
     *     that another node can be chosen for those
     */
    void deliver(Message message, List<TopicFilter> shares, Completion done);

    /**
     * Delivers a message that is meant for certain sessions of this node: mail that came after them
     * from the node that owned them before. Each gets it as its own subscriptions say and only
     * once, also if they are not in the topic tree yet or match it there as well, and also if one
     * of this node's own clients published it: then it is the same object that the broker has seen.
     * One that is not here is passed over. A session is named no earlier than the claim of it has
     * completed.
     *
     * <p>As long as a broker does not tell sessions apart, everybody who matches gets it: nothing
     * is lost, but some get it twice.
     *
     * @param everyone whether all other subscribers of this node get it too
     * @param later sessions on their way here, which get it as mail when they have come: not now,
     *     should they come in this moment
     */
    default void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> sessions,
            List<String> later,
            Completion done) {
        deliver(message, shares, done);
    }

    /**
     * Connects a client of this node's own. It is not authenticated and may do everything; its
     * answer is a CONNACK, as for any client.
     *
     * @param packet of MQTT 5, with a client id that begins with {@link #LOCAL_CLIENTS}
     */
    default LocalConnection connect(Connect packet, LocalClient client) {
        throw new UnsupportedOperationException("this broker has no clients of its own");
    }

    /**
     * Lets only some of the messages that a {@link LocalClient} has subscribed to into its session.
     * To be said before the session is there; the question is asked by threads of the broker.
     */
    default void passOnly(String clientId, Predicate<Message> passes) {}

    /**
     * How many QoS 1 and 2 messages a session of this node holds, those under way included; 0 where
     * there is no such session.
     */
    default CompletionStage<Integer> queued(String clientId) {
        return CompletableFuture.completedFuture(0);
    }

    /**
     * As which message a session's will is published from here on, if it has not been begun: who
     * has claimed the session publishes it as that one, if this node dies before it has let go.
     */
    default void numberWill(String clientId, long epoch, Origin origin) {}

    /**
     * Another node has claimed this client id: closes the connection with 0x8E and forgets the
     * session. Completes when nothing more will be written for it under an epoch up to {@code
     * epoch}.
     */
    CompletionStage<Void> relinquish(String clientId, long epoch);

    /**
     * Another node has claimed this client id for a client that starts clean: the same as {@link
     * #relinquish}, but that the session ends with it. Its will is published, though it had a
     * delay, and what it held for groups goes to other members.
     */
    default CompletionStage<Void> end(String clientId, long epoch) {
        return relinquish(clientId, epoch);
    }

    /**
     * Another node has taken over this client id because this one was taken to be dead: the same as
     * {@link #relinquish}, but that the will was the other node's to publish.
     */
    default CompletionStage<Void> forfeit(String clientId, long epoch) {
        return relinquish(clientId, epoch);
    }

    /**
     * Others have gone on without this node and own all its sessions: the same as {@link #forfeit}
     * for each that is here. Completes when nothing more will be written for any of them.
     */
    default CompletionStage<Void> forfeitAll() {
        throw new UnsupportedOperationException("this broker does not know its sessions");
    }

    /**
     * Takes over a session without a connection: after a restart, or because its owner died. Its
     * will fires when due. Completes when it receives what is published for it.
     *
     * @param epoch the epoch of this node's ownership
     */
    CompletionStage<Void> adopt(StoredSession session, long epoch);

    /**
     * Tells whether clients may be served: null when all promises hold, otherwise why not (no
     * majority, engine gone). While refused, connections are closed, so that their clients find a
     * node that serves, and CONNECT is answered with its reason. Wills of these connections are
     * dropped, for somebody else publishes them; but where {@link #storing} was refused before they
     * are kept, and published when that is over, unless the session is {@linkplain #forfeit
     * forfeited} until then.
     */
    void serving(@Nullable Refusal refusal);

    /**
     * Tells whether what clients send can be kept: null when it can, otherwise why not for the
     * moment (a full disk). No other node could serve them better: connections stay. While refused,
     * CONNECT, SUBSCRIBE and PUBLISH of QoS 1 and 2 are answered with its reason, queues are
     * emptied as far as nothing has to be kept before, and what has to be waits.
     *
     * <p>As long as a broker does not tell the two apart, it serves nobody meanwhile.
     */
    default void storing(@Nullable Refusal refusal) {
        serving(refusal);
    }
}
