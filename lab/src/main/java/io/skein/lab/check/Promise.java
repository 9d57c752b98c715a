package io.skein.lab.check;

/** What a broker may promise, by the numbers of docs/PROMISES.md. */
public enum Promise {
    /** What makes it an MQTT broker: always declared. */
    MQTT("Only what was published is delivered, unchanged, and to none but subscribers."),
    /** Routing. */
    P1("After a SUBACK, a QoS 1 or 2 message that is acknowledged reaches a subscriber who stays."),
    /** Durability. */
    P2("An acknowledged message is never lost to a persistent session that subscribes to it."),
    /** Order. */
    P3("Messages of one publisher on one topic at one QoS arrive in order, re-deliveries apart."),
    /** Exactly once. */
    P4("A QoS 2 message is delivered once, across reconnects, takeovers and crashes."),
    /** Ownership. */
    P5("One live connection per client id; the newer wins."),
    /** Sessions. */
    P6("A persistent session is there when its client comes back, on any node."),
    /** Retained messages. */
    P7("After healing, every reader gets the same retained message, and one that can be last."),
    /** Wills. */
    P8("A will is published once when a connection breaks, and not otherwise."),
    /** Shared subscriptions. */
    P9("A message to a shared subscription goes to one member of the group."),
    /** Healing. */
    P10("When faults end, every client is served again by itself."),
    /** Limits. */
    P11("Everything a client can grow has a limit.");

    private final String statement;

    Promise(String statement) {
        this.statement = statement;
    }

    /** The promise in a sentence, as far as a record can tell of it. */
    public String statement() {
        return statement;
    }

    /** Whether a record of clients tells anything about it. */
    boolean isJudged() {
        return this != P11;
    }
}
