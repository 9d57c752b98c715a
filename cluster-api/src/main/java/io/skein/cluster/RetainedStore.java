package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.Iterator;
import java.util.concurrent.CompletionStage;

/** Retained messages, the same on every node (P7). */
public interface RetainedStore {
    /**
     * Keeps this message as the retained one of its topic, or removes the one that is there if the
     * payload is empty. Completes when every node hands out this one (or a later one).
     */
    void put(Message message, Completion done);

    /**
     * The retained messages that match a filter, in no order; expired ones may be among them. There
     * may be millions: each is found when it is asked for. The iterator is for one thread at a time
     * and never waits; what comes or goes while it is used may be found or not.
     */
    CompletionStage<Iterator<Message>> match(TopicFilter filter);

    /**
     * Payload and topic bytes of the retained message of this topic, as far as this node knows; 0
     * if it has none. Any thread.
     */
    long bytes(TopicName topic);

    /** How many there are, as far as this node knows. */
    long size();

    /** Their payload and topic bytes, as far as this node knows. */
    long bytes();
}
