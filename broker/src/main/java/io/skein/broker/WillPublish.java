package io.skein.broker;

import io.skein.mqtt.QoS;

/** A will on its way: that the session has none any more is kept with it. */
final class WillPublish extends JointPublish {
    WillPublish(Shard shard, Session session, QoS qos) {
        super(shard, session, qos != QoS.AT_MOST_ONCE);
    }

    @Override
    void changePublisher() {
        session.storeHead();
    }

    @Override
    void finished(long nowNanos) {}
}
