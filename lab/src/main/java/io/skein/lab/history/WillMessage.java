package io.skein.lab.history;

import io.skein.mqtt.QoS;

/**
 * The will of a connection.
 *
 * @param topic where it goes
 * @param message its name, which no other message has
 * @param delaySeconds the Will Delay Interval; 0 before MQTT 5
 */
public record WillMessage(
        String topic, MessageId message, QoS qos, boolean retain, long delaySeconds) {}
