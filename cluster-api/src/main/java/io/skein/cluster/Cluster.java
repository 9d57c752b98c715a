package io.skein.cluster;

import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One node's place in a clustering architecture: everything a broker needs from beyond itself.
 * Opened by an {@link Architecture}, started once, closed once.
 */
public interface Cluster extends AutoCloseable {
    /** What this architecture keeps, as configured. */
    Set<Promise> promises();

    /**
     * Joins the cluster and brings back what was stored. Sessions that this node owns are handed to
     * {@link LocalBroker#adopt} first; completes when the node may serve clients.
     */
    CompletionStage<Void> start(LocalBroker broker);

    /** This node. */
    NodeInfo self();

    /** All live members as this node sees them, itself included, in an order all nodes share. */
    List<NodeInfo> nodes();

    /**
     * Tells the others how much this node has to do. The last word counts; it is said again now and
     * then, so that an architecture may let one get lost. From any thread.
     */
    default void announce(NodeLoad load) {}

    /**
     * What live members have announced, this node included, by name: all those of which something
     * is known. From any thread.
     */
    default Map<String, NodeLoad> loads() {
        return Map.of();
    }

    /**
     * Whether the architecture gives persistent sessions what is published for them, wherever they
     * are, this node included: by {@link LocalBroker#deliver} with their names. It knows of their
     * changes what they want. The broker then serves by itself only sessions that end with their
     * connection, and members of groups, and tells {@link #routes} of these alone. Always the same
     * answer.
     */
    default boolean feedsSessions() {
        return false;
    }

    /** Ownership of client ids, and sessions. */
    SessionStore sessions();

    /** Who wants what. */
    Routes routes();

    /** Retained messages. */
    RetainedStore retained();

    /**
     * Sends a message to every other node that wants it; local subscribers are the broker's own. At
     * QoS 1 and 2 completes when each of those nodes has it in the queue of every matching
     * persistent session (P2). Messages of one publisher, published by one thread, arrive in order
     * (P3).
     *
     * @param interest what {@link Routes#interest} answered for the topic
     * @param servedHere whom this node's broker has given it: nobody is to get it twice
     */
    void publish(Message message, Interest interest, ServedHere servedHere, Completion done);

    /**
     * The same together with changes of sessions of this node: a QoS 2 message with its packet id
     * in the session of its publisher, a will with its being gone. A crash finds the message on its
     * way to everybody and the changes made, or neither; and so does whoever owns the publisher's
     * session by now, when that is another node: then nothing is done, and all of it refused. Only
     * asked of a cluster that {@link #feedsSessions}.
     *
     * @param changes the cluster's from now on, not to be changed by the caller
     */
    default void publish(
            Message message,
            Interest interest,
            ServedHere servedHere,
            List<SessionChange> changes,
            Completion done) {
        sessions()
                .write(
                        changes,
                        refusal -> {
                            if (refusal == null) {
                                publish(message, interest, servedHere, done);
                            } else {
                                done.complete(refusal);
                            }
                        });
    }

    /**
     * As which one the next QoS 2 message of a session that is kept is to be published, or the next
     * will. The broker keeps it with the packet id ({@link SessionChange.Received#underWay}) or
     * with the will ({@link SessionHead#willOrigin}) before it gives anybody the message, and
     * publishes that with it, also where nobody beyond this node wants it. Null where the message
     * is kept by one write with the packet id, or with the will's being gone, in any case. From any
     * thread.
     */
    default @Nullable Origin nextOrigin() {
        return null;
    }

    /**
     * Publishes a message that may have been published before, as the same one, by a node that died
     * or an owner before: everybody who wants it and has not had it gets it, subscribers of this
     * node too. Completes like {@link #publish}.
     *
     * @param message with the origin that was kept
     * @param groupsHere shared filters that match it and have a member here
     */
    default void publishAgain(Message message, List<TopicFilter> groupsHere, Completion done) {
        throw new UnsupportedOperationException("no message has a number here");
    }

    /**
     * Sends a message of a shared subscription to one member on another node: the one that had it
     * here is gone, and no other is here. Completes like {@link #publish}; refused with
     * NO_MATCHING_SUBSCRIBERS where no node has a member.
     *
     * @param message with the origin under which its publisher may send it again; without one where
     *     its publisher was answered
     */
    default void handOn(Message message, TopicFilter share, Completion done) {
        done.complete(
                new Refusal(
                        ReasonCode.NO_MATCHING_SUBSCRIBERS, "no node has a member of " + share));
    }

    /**
     * Whether what {@link #routes} and {@link #retained} say may be relied upon: nobody has gone on
     * without this node, for which it would have to be frozen or cut off. Where it may not, what
     * rests on it alone, as the acknowledgement of a message that nobody beyond this node wants,
     * waits for {@link #whenCurrent}. Asked for every message: cheap. From any thread.
     */
    default boolean isCurrent() {
        return true;
    }

    /** Completes when {@link #isCurrent} holds; refused where this node has to begin anew. */
    default void whenCurrent(Completion done) {
        done.complete(null);
    }

    /**
     * QoS 0 messages that another node did not get since the start, each time for each such node:
     * it was too far behind, or was lost before it confirmed them. From any thread.
     */
    default long droppedBetweenNodes() {
        return 0;
    }

    /**
     * The links to other brokers, or to what nodes share, in the order of the configuration; none
     * where it has none. From any thread.
     */
    default List<LinkView> links() {
        return List.of();
    }

    /** Leaves the cluster and releases everything; returns when that is done. */
    @Override
    void close();
}
