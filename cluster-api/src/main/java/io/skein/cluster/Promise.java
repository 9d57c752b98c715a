package io.skein.cluster;

/**
 * The sentences a user may rely on. An architecture declares the ones it keeps; the contract suite
 * shows them, and what is not declared is reported as "not promised".
 */
public enum Promise {
    /** P1: after a SUBACK on any node, what is published afterwards on any node arrives. */
    SUBSCRIBED_MEANS_DELIVERED("P1"),
    /** P2: acknowledged means queued for every matching persistent session. */
    ACKED_MEANS_QUEUED("P2"),
    /** P2: an acknowledged message survives kill -9 and restart of the node (or of all nodes). */
    ACKED_SURVIVES_RESTART("P2"),
    /** P2: an acknowledged message survives the loss of one node. */
    ACKED_SURVIVES_NODE_LOSS("P2"),
    /** P3: order per publisher, topic and quality of service. */
    ORDERED_PER_PUBLISHER("P3"),
    /** P4: QoS 2 exactly once, across reconnects and takeovers. */
    EXACTLY_ONCE("P4"),
    /** P5: one live connection per client id in the cluster. */
    ONE_OWNER_PER_CLIENT("P5"),
    /** P6: a persistent session follows its client to any node. */
    SESSION_FOLLOWS_CLIENT("P6"),
    /** P7: a retained message acknowledged on one node is the one every node hands out. */
    RETAINED_EVERYWHERE("P7"),
    /** P8: a will fires once, also when its node dies. */
    WILL_FIRES_ONCE("P8"),
    /** P9: a message to a shared subscription goes to one member in the cluster. */
    SHARED_GOES_TO_ONE("P9"),
    /** P10: a node cut off from the majority refuses rather than breaks a promise. */
    MINORITY_REFUSES("P10"),
    /** The counterpart of P10: a node that is cut off goes on serving on its own. */
    AVAILABLE_IN_MINORITY("P10");

    private final String number;

    Promise(String number) {
        this.number = number;
    }

    /** The promise's number in the design, such as {@code P1}. */
    public String number() {
        return number;
    }
}
