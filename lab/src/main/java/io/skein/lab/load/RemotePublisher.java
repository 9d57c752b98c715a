package io.skein.lab.load;

import io.skein.lab.measure.SequenceLedger;
import io.skein.mqtt.topic.TopicName;

/** A publisher of another generator: what it did is told when it is done. */
final class RemotePublisher extends PublisherAccount {
    private volatile long sent;
    private SequenceLedger acknowledged = new SequenceLedger();

    /**
     * @param sentLimit how many messages it can send at most
     */
    RemotePublisher(int index, int deliveries, TopicName topic, long sentLimit) {
        super(index, deliveries, topic);
        this.sent = sentLimit;
    }

    void sent(long messages) {
        sent = messages;
    }

    void acknowledged(SequenceLedger messages) {
        acknowledged = messages;
    }

    @Override
    long sent() {
        return sent;
    }

    @Override
    SequenceLedger acknowledged() {
        return acknowledged;
    }

    @Override
    void arrived(int atLoop, long rise) {
        // An open loop does not wait for what arrives.
    }
}
