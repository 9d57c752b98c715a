package io.skein.broker;

import io.skein.cluster.SessionChange;
import io.skein.mqtt.QoS;
import org.jspecify.annotations.Nullable;

/** A will on its way: that the session has none any more is kept with it. */
final class WillPublish extends JointPublish {
    WillPublish(Shard shard, Session session, QoS qos) {
        super(shard, session, qos != QoS.AT_MOST_ONCE);
    }

    @Override
    @Nullable SessionChange publisherChange() {
        return session.headChange();
    }

    @Override
    void finished(long nowNanos) {}
}
