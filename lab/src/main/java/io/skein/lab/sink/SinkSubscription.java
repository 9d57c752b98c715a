package io.skein.lab.sink;

import io.skein.mqtt.topic.TopicFilter;

/** Who wants what. */
record SinkSubscription(TopicFilter filter, int qos, SinkConnection connection) {}
