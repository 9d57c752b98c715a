package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Retained messages, the same on every node (P7). */
public interface RetainedStore {
    /**
     * Keeps this message as the retained one of its topic, or removes the one that is there if the
     * payload is empty. Completes when every node hands out this one (or a later one).
     */
    void put(Message message, Completion done);

    /** The retained messages that match a filter, in no order; expired ones may be among them. */
    CompletionStage<List<Message>> match(TopicFilter filter);

    /** How many there are, as far as this node knows. */
    long size();
}
