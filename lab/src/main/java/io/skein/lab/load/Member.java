package io.skein.lab.load;

import io.netty.buffer.ByteBuf;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientSession;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishFrame;
import io.skein.lab.client.PublishFrameListener;
import org.jspecify.annotations.Nullable;

/**
 * One client of the generator, publisher or subscriber, over all rounds. The rounds are set and
 * used on its event loop.
 */
final class Member implements ClientListener, PublishFrameListener {
    private final String clientId;
    private final BrokerAddress target;
    private final int loop;
    private final boolean persistent;
    private final LossListener losses;
    private final @Nullable ClientSession session;
    private volatile @Nullable MqttClient client;
    private volatile boolean napping;
    private @Nullable PublisherRound publishing;
    private @Nullable SubscriberRound subscribing;

    /** Hears of connections that ended without being asked to; called on an event loop. */
    interface LossListener {
        void lost(Member member, ConnectionLoss loss);
    }

    Member(
            String clientId,
            BrokerAddress target,
            int loop,
            boolean persistent,
            LossListener losses) {
        this.clientId = clientId;
        this.target = target;
        this.loop = loop;
        this.persistent = persistent;
        this.losses = losses;
        this.session = persistent ? new ClientSession() : null;
    }

    String clientId() {
        return clientId;
    }

    BrokerAddress target() {
        return target;
    }

    int loop() {
        return loop;
    }

    /** Whether its session is to outlive its connections. */
    boolean isPersistent() {
        return persistent;
    }

    /** Its half of a session that outlives its connections, or null. */
    @Nullable ClientSession session() {
        return session;
    }

    /** Whether it is away for a while, or about to leave. */
    boolean isNapping() {
        return napping;
    }

    void napping(boolean away) {
        napping = away;
    }

    void connected(MqttClient connection) {
        client = connection;
    }

    MqttClient client() {
        MqttClient connection = client;
        if (connection == null) {
            throw new IllegalStateException(clientId + " is not connected");
        }
        return connection;
    }

    /** Whether it is connected, or will be again. */
    boolean isAlive() {
        MqttClient connection = client;
        return napping || (connection != null && connection.isOpen());
    }

    void publishing(@Nullable PublisherRound round) {
        publishing = round;
    }

    void subscribing(@Nullable SubscriberRound round) {
        subscribing = round;
    }

    @Override
    public PublishFrameListener frames() {
        return this;
    }

    @Override
    public void onPublish(MqttClient connection, ByteBuf buffer, PublishFrame frame) {
        SubscriberRound round = subscribing;
        if (round != null) {
            round.onPublish(buffer, frame, connection.readAtNanos());
        }
    }

    @Override
    public void onWritable(MqttClient connection) {
        PublisherRound round = publishing;
        if (round != null) {
            round.pump().writable(round);
        }
    }

    @Override
    public void onClosed(MqttClient connection, ConnectionLoss loss) {
        if (!loss.wanted()) {
            losses.lost(this, loss);
        }
    }
}
