package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.concurrent.CompletionStage;

/**
 * Which node wants which topics. The broker says what its own node wants, once per filter however
 * many sessions hold it; the architecture makes it known and answers for the others.
 */
public interface Routes {
    /**
     * This node wants what matches the filter. Completes when P1 holds: a message that any node
     * receives afterwards comes here. A shared filter ({@link TopicFilter#isShared}) says that
     * there is a member of that group here. Fails with {@link RefusedException}.
     */
    CompletionStage<Void> add(TopicFilter filter);

    /** This node has nobody left for the filter. */
    void remove(TopicFilter filter);

    /** Who beyond this node wants messages of this topic. */
    Interest interest(TopicName topic);

    /** Changes whenever an {@link Interest} handed out before may be out of date. */
    long version();
}
