package io.skein.lab.workload;

/**
 * Which target each member connects to. With several targets, no subscriber of a topic is on the
 * target of one of its publishers, so that every message has to cross between brokers: the smaller
 * side of a topic stays on the topic's home (topics take turns), the larger side is spread over the
 * others.
 *
 * @param workload who publishes what to whom
 * @param targets number of targets, at least 1
 */
public record Placement(Workload workload, int targets) {
    /** Checks the bound. */
    public Placement {
        if (targets < 1) {
            throw new IllegalArgumentException("at least one target, not " + targets);
        }
    }

    /** Index of the target of a publisher. */
    public int ofPublisher(int publisher) {
        int topic = workload.topicOfPublisher(publisher);
        return fansIn(topic) ? away(topic, publisher / workload.topics()) : home(topic);
    }

    /** Index of the target of a subscriber. */
    public int ofSubscriber(int subscriber) {
        int topic = workload.topicOfSubscriber(subscriber);
        return fansIn(topic) ? home(topic) : away(topic, subscriber / workload.topics());
    }

    private boolean fansIn(int topic) {
        return workload.publishersOf(topic) > workload.subscribersOf(topic);
    }

    private int home(int topic) {
        return topic % targets;
    }

    private int away(int topic, int turn) {
        return targets == 1 ? 0 : (home(topic) + 1 + turn % (targets - 1)) % targets;
    }
}
