package io.skein.cluster;

import io.skein.mqtt.QoS;
import java.util.List;

/**
 * A message in the queue of one session.
 *
 * @param message shared by all sessions that queue it
 * @param qos the quality it is delivered with: the lower of published and granted
 * @param retain the retain flag the subscriber will see
 * @param subscriptionIdentifiers of all subscriptions that matched; usually empty
 */
public record QueuedMessage(
        Message message, QoS qos, boolean retain, List<Integer> subscriptionIdentifiers) {}
