package io.skein.lab.edge;

import io.netty.buffer.ByteBuf;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishFrame;
import io.skein.lab.client.PublishFrameListener;
import org.jspecify.annotations.Nullable;

/** Whoever wants the readings, right beside a broker. */
final class Consumer implements ClientListener, PublishFrameListener {
    private final StreamMonitor monitor;
    private volatile @Nullable String loss;

    Consumer(StreamMonitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public PublishFrameListener frames() {
        return this;
    }

    @Override
    public void onPublish(MqttClient client, ByteBuf buffer, PublishFrame frame) {
        monitor.arrived(buffer, frame.payloadIndex(), frame.payloadLength(), client.readAtNanos());
    }

    @Override
    public void onClosed(MqttClient client, ConnectionLoss ended) {
        if (!ended.wanted()) {
            loss = ended.message();
        }
    }

    /** How its connection ended by itself; null while it stands. */
    @Nullable String loss() {
        return loss;
    }
}
