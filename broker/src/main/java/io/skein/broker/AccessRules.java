package io.skein.broker;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;

/** What one client may publish and subscribe. Called by the thread of the client's shard. */
public interface AccessRules {
    /** Everything is allowed. */
    AccessRules ALLOW_ALL =
            new AccessRules() {
                @Override
                public boolean mayPublish(TopicName topic) {
                    return true;
                }

                @Override
                public boolean maySubscribe(TopicFilter filter) {
                    return true;
                }
            };

    /** Nothing is allowed. */
    AccessRules DENY_ALL =
            new AccessRules() {
                @Override
                public boolean mayPublish(TopicName topic) {
                    return false;
                }

                @Override
                public boolean maySubscribe(TopicFilter filter) {
                    return false;
                }
            };

    /** Whether the client may publish to this topic, its will included. */
    boolean mayPublish(TopicName topic);

    /** Whether the client may hold this subscription. */
    boolean maySubscribe(TopicFilter filter);
}
