package io.skein.cluster;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who owns which client id, and what is kept of the sessions (P2, P4, P5, P6, P8).
 *
 * <p>Every connected client is claimed, also one whose session ends with its connection: that is
 * what makes a client id unique in the cluster and what lets another node publish the will of a
 * node that died. Only sessions that outlive their connection are written to afterwards.
 */
public interface SessionStore {
    /**
     * Makes this node the only owner of a client id. Completes when the former owner, if there was
     * one, has closed its connection and can write nothing any more, and {@code head} is stored as
     * durably as the architecture promises. Fails with {@link RefusedException}; also where the
     * session has come to this node by {@link LocalBroker#adopt} meanwhile, which is complete then.
     *
     * @param cleanStart whether what was stored is to be discarded
     * @param head the new connection's expiry and will
     */
    CompletionStage<Ownership> claim(String clientId, boolean cleanStart, SessionHead head);

    /**
     * Keeps changes of sessions that this node owns, in order. Completes when all of them are kept
     * as durably as the architecture promises. Changes of a session that another node owns by now
     * are not kept: refused with {@link Refusal#fenced(java.util.Set)} for those sessions, while
     * the others are kept. The cost is per call more than per change: callers collect the changes
     * of a turn. A change of a session that is not persistent concerns ownership alone and needs no
     * disk.
     *
     * @param changes the store's from now on, not to be changed by the caller
     */
    void write(List<SessionChange> changes, Completion done);

    /**
     * A session that came with a claim is in place: its subscriptions are in the topic tree and
     * their routes were added. Until then (or until some seconds are over) an architecture may send
     * its mail after it.
     */
    default void settled(String clientId, long epoch) {}

    /**
     * Completes when everything that was handed to {@link Cluster#publish} before this call, by
     * clients of this node too, and that is to reach a session that has come here, was given to
     * {@link LocalBroker#deliver}: what they publish from here on, and the broker gives the session
     * by itself, does not come before it (P3).
     */
    default CompletionStage<Void> caughtUp(String clientId, long epoch) {
        return CompletableFuture.completedFuture(null);
    }
}
