package io.skein.lab.edge;

import io.netty.buffer.Unpooled;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishCallback;
import io.skein.lab.measure.LoopCounter;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The laboratory's own forwarder, in place of a bridge: subscribes at the edge and publishes each
 * message in the cloud over one connection, at the quality it came with, in order. It keeps nothing
 * on disk and has answered the edge before the cloud has answered: what it holds when it dies is
 * gone. When too much waits it stops reading, and the edge broker's queue fills. Both connections
 * are on one event loop.
 */
final class Forwarder implements ClientListener, PublishCallback {
    /** Above this it stops reading from the edge; below half of it, it goes on. */
    static final int WAITING_LIMIT = 2_000;

    private final StreamMonitor atTheEdge;
    private final String from;
    private final String to;
    private final Map<String, TopicName> topics = new HashMap<>();
    private @Nullable MqttClient edge;
    private @Nullable MqttClient cloud;
    private long waiting;
    private boolean paused;
    private final LoopCounter forwarded = new LoopCounter();
    private final LoopCounter refused = new LoopCounter();
    private volatile @Nullable String loss;

    /** A forwarder that puts {@code to} in the place of the topic prefix {@code from}. */
    Forwarder(StreamMonitor atTheEdge, String from, String to) {
        this.atTheEdge = atTheEdge;
        this.from = from;
        this.to = to;
    }

    /** Where it forwards to; before it is subscribed at the edge. */
    void toCloud(MqttClient client) {
        cloud = client;
    }

    /** What the connection to the cloud tells. */
    ClientListener cloudListener() {
        return new ClientListener() {
            @Override
            public void onClosed(MqttClient client, ConnectionLoss ended) {
                note("the forwarder's connection to the cloud", ended);
            }
        };
    }

    @Override
    public void onPublish(MqttClient client, Publish message) {
        edge = client;
        byte[] payload = message.payload();
        atTheEdge.arrived(Unpooled.wrappedBuffer(payload), 0, payload.length, client.readAtNanos());
        MqttClient target = cloud;
        if (target == null) {
            return;
        }
        TopicName topic =
                topics.computeIfAbsent(
                        message.topic().toString(),
                        name -> TopicName.of(to + name.substring(from.length())));
        if (message.qos() != QoS.AT_MOST_ONCE && ++waiting >= WAITING_LIMIT && !paused) {
            paused = true;
            client.setReading(false);
        }
        forwarded.increment();
        target.publish(
                new Publish(topic, payload, message.qos(), false, false, 0, Properties.EMPTY),
                message.qos().value(),
                this);
    }

    @Override
    public void settled(long token, ReasonCode reason) {
        if (reason.isError()) {
            refused.increment();
        }
        MqttClient source = edge;
        if (token > 0 && --waiting < WAITING_LIMIT / 2 && paused && source != null) {
            paused = false;
            source.setReading(true);
        }
    }

    @Override
    public void lost(long token, ConnectionLoss ended) {
        // What was under way counts as lost where it does not arrive.
    }

    @Override
    public void onClosed(MqttClient client, ConnectionLoss ended) {
        note("the forwarder's connection to the edge", ended);
    }

    private void note(String which, ConnectionLoss ended) {
        if (!ended.wanted()) {
            loss = which + ": " + ended.message();
        }
    }

    /** Messages taken from the edge, markers included. */
    long forwarded() {
        return forwarded.get();
    }

    /** Of these, what the cloud said no to. */
    long refused() {
        return refused.get();
    }

    /** How one of its connections ended by itself; null while both stand. */
    @Nullable String loss() {
        return loss;
    }
}
