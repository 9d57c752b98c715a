package io.skein.broker;

import io.skein.mqtt.packet.Subscription;

/**
 * A subscription of a session on this node, as the topic tree holds it. Immutable: a change of
 * options is another object.
 *
 * @param subscriptionIdentifier 0 for none
 */
record LocalSubscription(Session session, Subscription subscription, int subscriptionIdentifier) {
    /** Whether the cluster sees to what it wants, and not this broker. */
    boolean isFed() {
        return session.fed && !subscription.filter().isShared();
    }

    @Override
    public boolean equals(Object other) {
        return this == other; // one entry of the tree, whatever its options
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
