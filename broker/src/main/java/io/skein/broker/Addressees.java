package io.skein.broker;

import io.skein.mqtt.topic.TopicFilter;
import java.util.List;

/**
 * Who gets a message of another node.
 *
 * @param everyone whether all plain subscribers of this node do
 * @param shares groups of which one member does
 * @param sessions sessions that do, whether they match it in the topic tree or not
 * @param later sessions that are no part of everyone: they are about to come, and get it then
 */
record Addressees(
        boolean everyone, List<TopicFilter> shares, List<String> sessions, List<String> later) {}
