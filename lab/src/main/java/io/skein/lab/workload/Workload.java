package io.skein.lab.workload;

import io.skein.mqtt.QoS;

/**
 * Who publishes what to whom: publisher {@code i} publishes to topic {@code i mod topics},
 * subscriber {@code j} subscribes to topic {@code j mod topics}. Fan-out (one publisher, many
 * subscribers), fan-in (the reverse) and pairs fall out of the numbers.
 *
 * @param publishers 1 to 1,000,000
 * @param subscribers 0 to 1,000,000; 0 measures publishing alone
 * @param topics 1 to 1,000,000
 * @param qos of the messages
 * @param subscriberQos of the subscriptions
 * @param payload how large payloads are
 * @param subscribing how the subscribers of a topic subscribe
 * @param retained whether the broker is to keep each topic's last message
 * @param persistent whether the subscribers' sessions are to outlive their connections
 */
public record Workload(
        int publishers,
        int subscribers,
        int topics,
        QoS qos,
        QoS subscriberQos,
        PayloadSizes payload,
        Subscribing subscribing,
        boolean retained,
        boolean persistent) {
    private static final int MEMBERS_LIMIT = 1_000_000;

    /** Checks the bounds. */
    public Workload {
        within("publishers", publishers, 1);
        within("subscribers", subscribers, 0);
        within("topics", topics, 1);
    }

    /** Everybody for himself, in sessions that end with their connections. */
    public Workload(int publishers, int subscribers, int topics, QoS qos, int payloadBytes) {
        this(
                publishers,
                subscribers,
                topics,
                qos,
                qos,
                new PayloadSizes.Fixed(payloadBytes),
                Subscribing.EACH,
                false,
                false);
    }

    /** Whether the subscribers of a topic are one group, of which one gets each message. */
    public boolean shared() {
        return subscribing == Subscribing.SHARED;
    }

    /** Whether every publisher has a topic level of its own below its topic. */
    public boolean wildcard() {
        return subscribing == Subscribing.WILDCARD;
    }

    private static void within(String name, int value, int minimum) {
        if (value < minimum || value > MEMBERS_LIMIT) {
            throw new IllegalArgumentException(
                    "%s must be %d to %d, not %d".formatted(name, minimum, MEMBERS_LIMIT, value));
        }
    }

    /** The topic of a publisher, 0 to {@code topics - 1}. */
    public int topicOfPublisher(int publisher) {
        return publisher % topics;
    }

    /** The topic of a subscriber, 0 to {@code topics - 1}. */
    public int topicOfSubscriber(int subscriber) {
        return subscriber % topics;
    }

    /** How many publish to this topic. */
    public int publishersOf(int topic) {
        return membersOf(topic, publishers);
    }

    /** How many subscribe to this topic. */
    public int subscribersOf(int topic) {
        return membersOf(topic, subscribers);
    }

    /** How many deliveries are due for one message to this topic. */
    public int deliveriesOf(int topic) {
        return shared() ? Math.min(1, subscribersOf(topic)) : subscribersOf(topic);
    }

    private int membersOf(int topic, int members) {
        return members / topics + (topic < members % topics ? 1 : 0);
    }
}
