package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker, made by {@link ClientLoops#connect}. Methods may be called from any
 * thread unless they say otherwise; futures and callbacks complete on the connection's event loop.
 * What is written in one turn of the loop leaves in one system call at its end. On the event loop,
 * publishes leave in the order of the calls.
 */
public final class MqttClient {
    /** How long a connection that is left may take to send what was written. */
    public static final int LEAVE_SECONDS = 30;

    private final ClientLoop loop;
    private final Channel channel;
    private final ConnectOptions options;
    private final ProtocolVersion version;
    private final ClientListener listener;
    private final ClientSession session;
    private final InflightWindow window;
    private final OutgoingBuffer outgoing;
    private final ArrayDeque<QueuedPublish> queued = new ArrayDeque<>();
    private final ArrayDeque<PendingReply<Boolean>> pings = new ArrayDeque<>();
    private final CompletableFuture<ConnectionLoss> closed = new CompletableFuture<>();
    private volatile @Nullable ConnAck connAck;
    private @Nullable ConnectionLoss loss;
    private int publishesMaximum = 65_535;
    private long packetBytesMaximum = Long.MAX_VALUE;
    private boolean open;
    private boolean released;
    private boolean refusedToSend;
    private long pingedAtNanos;
    private long readAtNanos;

    private record QueuedPublish(Publish message, long token, PublishCallback callback) {}

    MqttClient(ClientLoop loop, Channel channel, ConnectOptions options, ClientListener listener) {
        this.loop = loop;
        this.channel = channel;
        this.options = options;
        this.version = options.connect().version();
        this.listener = listener;
        ClientSession given = options.session();
        this.session = given == null ? new ClientSession() : given;
        this.window = session.window();
        this.outgoing = new OutgoingBuffer(channel, version, () -> loop.flushLater(this));
    }

    /** The answer of the broker to CONNECT, with what it allows. */
    public ConnAck connAck() {
        ConnAck answer = connAck;
        if (answer == null) {
            throw new IllegalStateException("not connected yet");
        }
        return answer;
    }

    /** The client identifier: the broker's where it assigned one. */
    public String clientId() {
        String assigned = connAck().properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER);
        return assigned == null ? options.connect().clientId() : assigned;
    }

    /** The protocol version spoken. */
    public ProtocolVersion version() {
        return version;
    }

    /** The thread on which everything of this client happens. */
    public EventLoop eventLoop() {
        return loop.executor();
    }

    /** Completes, never exceptionally, when the connection has ended. */
    public CompletableFuture<ConnectionLoss> closed() {
        return closed;
    }

    /** Whether the connection stands as far as is known. */
    public boolean isOpen() {
        return !closed.isDone();
    }

    /**
     * Publishes a message; its packet identifier and DUP flag are ignored, the client's own are
     * used. A message beyond the broker's Receive Maximum waits in the client up to {@link
     * ConnectOptions#queuedPublishesLimit}.
     */
    public void publish(Publish message, long token, PublishCallback callback) {
        if (loop.executor().inEventLoop()) {
            publishNow(message, token, callback);
        } else {
            loop.executor().execute(() -> publishNow(message, token, callback));
        }
    }

    /**
     * Publishes a message.
     *
     * @return completes with the reason code of the acknowledgement as {@link
     *     PublishCallback#settled} explains, or exceptionally with {@link ConnectionLostException}
     */
    public CompletableFuture<ReasonCode> publish(Publish message) {
        CompletableFuture<ReasonCode> future = new CompletableFuture<>();
        publish(
                message,
                0,
                new PublishCallback() {
                    @Override
                    public void settled(long token, ReasonCode reason) {
                        future.complete(reason);
                    }

                    @Override
                    public void lost(long token, ConnectionLoss loss) {
                        future.completeExceptionally(new ConnectionLostException(loss));
                    }
                });
        return future;
    }

    /**
     * Whether {@link #send} may be called: the connection is open, its buffers have room, and the
     * broker's Receive Maximum allows it. After false, {@link ClientListener#onWritable} tells of
     * room in the buffers; room in the window comes with an acknowledgement. Only on the event
     * loop.
     */
    public boolean canSend(QoS qos) {
        return open && canPublish(qos);
    }

    /** Sends a prepared message with all of its payload; otherwise as the other method. */
    public ByteBuf send(PreparedPublish frame, long token, PublishCallback callback) {
        return send(frame, frame.payloadLength(), token, callback);
    }

    /**
     * Sends a prepared message with the beginning of its payload. That is the last {@code
     * payloadLength} bytes before the writer index of the buffer that is returned; the caller may
     * overwrite them there and then. At QoS 0 the callback is not called. Only on the event loop
     * and after {@link #canSend}.
     *
     * @param payloadLength bytes of the payload, 0 to {@code frame.payloadLength()}
     */
    public ByteBuf send(
            PreparedPublish frame, int payloadLength, long token, PublishCallback callback) {
        ByteBuf out = outgoing.buffer();
        int packetId =
                switch (frame.qos()) {
                    case AT_MOST_ONCE -> 0;
                    case AT_LEAST_ONCE -> window.open(InflightWindow.PUBACK, token, callback, null);
                    case EXACTLY_ONCE -> window.open(InflightWindow.PUBREC, token, callback, null);
                };
        frame.writeTo(out, packetId, payloadLength);
        return out;
    }

    /** Subscribes; completes with the SUBACK, whose reason codes the caller has to look at. */
    public CompletableFuture<SubAck> subscribe(
            List<Subscription> subscriptions, Properties properties) {
        return request(
                InflightWindow.SUBACK, id -> write(new Subscribe(id, subscriptions, properties)));
    }

    /** Subscribes to one filter with the options of MQTT 3. */
    public CompletableFuture<SubAck> subscribe(TopicFilter filter, QoS maximumQos) {
        return subscribe(List.of(new Subscription(filter, maximumQos)), Properties.EMPTY);
    }

    /** Ends subscriptions; completes with the UNSUBACK. */
    public CompletableFuture<UnsubAck> unsubscribe(
            List<TopicFilter> filters, Properties properties) {
        return request(
                InflightWindow.UNSUBACK, id -> write(new Unsubscribe(id, filters, properties)));
    }

    /**
     * Asks for a sign of life. The answer comes after everything the broker had put on this
     * connection before it read the question, which makes it a barrier.
     */
    public CompletableFuture<Boolean> ping() {
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        PendingReply<Boolean> reply = new PendingReply<>(future);
        onLoop(() -> {
            if (open) {
                if (pings.isEmpty()) {
                    pingedAtNanos = System.nanoTime();
                }
                pings.add(reply);
                write(PingReq.INSTANCE);
            } else {
                reply.fail(endOrNotYet());
            }
        });
        return future;
    }

    /**
     * Sends DISCONNECT after everything written so far, then closes. A broker that does not take it
     * within {@link #LEAVE_SECONDS} is left without.
     */
    public CompletableFuture<ConnectionLoss> disconnect() {
        return disconnect(ReasonCode.SUCCESS, Properties.EMPTY);
    }

    /** Disconnects with this reason (MQTT 5); otherwise as the other method. */
    public CompletableFuture<ConnectionLoss> disconnect(ReasonCode reason, Properties properties) {
        onLoop(() -> {
            if (open) {
                write(new Disconnect(reason, properties));
                leave(
                        new ConnectionLoss(
                                ConnectionLoss.Kind.CLOSED_BY_CLIENT, reason, "disconnected"));
            }
        });
        return closed;
    }

    /** Closes without DISCONNECT, as a crash would: the broker publishes the will. */
    public CompletableFuture<ConnectionLoss> abort() {
        onLoop(() -> {
            outgoing.drop();
            close(new ConnectionLoss(ConnectionLoss.Kind.CLOSED_BY_CLIENT, null, "aborted"));
        });
        return closed;
    }

    /**
     * Uses the connection no more and leaves it open, as a device does that has moved on: the
     * broker is to find out. What comes on it is read and forgotten; the session is free for
     * another connection at once. The listener hears of the end here and now; {@link #closed}
     * completes when the other side closes, or after {@link #abort}.
     */
    public void abandon() {
        onLoop(() -> {
            if (open) {
                flush();
                ConnectionLoss why =
                        new ConnectionLoss(ConnectionLoss.Kind.CLOSED_BY_CLIENT, null, "abandoned");
                loss = why;
                release(why);
            }
        });
    }

    /** Stops or resumes reading from the broker: a slow consumer on purpose. */
    public void setReading(boolean reading) {
        channel.config().setAutoRead(reading);
    }

    /**
     * When the bytes now being handed on were read from the socket, by {@link System#nanoTime}.
     * Only on the event loop.
     */
    public long readAtNanos() {
        return readAtNanos;
    }

    // What follows is for this package, on the event loop.

    ConnectOptions options() {
        return options;
    }

    ClientListener listener() {
        return listener;
    }

    ClientSession session() {
        return session;
    }

    boolean connected() {
        return open;
    }

    @Nullable ConnectionLoss loss() {
        return loss;
    }

    /** The broker said yes: applies its limits and sends again what an earlier connection left. */
    void accepted(ConnAck answer) {
        connAck = answer;
        open = true;
        publishesMaximum = (int) answer.properties().number(Property.RECEIVE_MAXIMUM, 65_535);
        packetBytesMaximum =
                answer.properties().number(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE);
        if (!answer.sessionPresent()) {
            session.forgetReceived();
        }
        window.oldestFirst(slot -> sendAgain(slot, answer.sessionPresent()));
    }

    private void sendAgain(int slot, boolean present) {
        Publish message = window.message(slot);
        if (!present && !session.isSentAgainElsewhere()) {
            session.giveUp(
                    slot,
                    new ConnectionLoss(
                            ConnectionLoss.Kind.LOST, null, "the broker has no such session"));
        } else if (window.awaited(slot) == InflightWindow.PUBCOMP) {
            if (present) {
                write(new PubRel(window.identifier(slot))); // [MQTT-4.4.0-1]
            } else {
                session.settle(slot, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            }
        } else if (message != null) {
            write(withIdentifier(message, window.identifier(slot), present)); // [MQTT-4.4.0-1]
        }
    }

    /** An acknowledgement of one of our publishes; whether it was due. */
    boolean acknowledged(byte type, int packetId, ReasonCode reason) {
        int slot = window.find(packetId, type);
        if (slot < 0) {
            return false;
        }
        if (type == InflightWindow.PUBREC && !reason.isError()) {
            window.await(slot, InflightWindow.PUBCOMP);
            writeAcknowledgement(0x62, packetId);
        } else {
            session.settle(slot, reason);
            sendQueued();
        }
        return true;
    }

    /** The answer to a SUBSCRIBE or UNSUBSCRIBE; whether it was due. */
    @SuppressWarnings("unchecked") // what waits for this type was put there by request()
    <T> boolean answered(byte type, int packetId, T answer) {
        int slot = window.find(packetId, type);
        if (slot < 0) {
            return false;
        }
        Object callback = window.callback(slot);
        window.close(slot);
        if (callback instanceof PendingReply<?> reply) {
            ((PendingReply<T>) reply).complete(answer);
        }
        return true;
    }

    void pingAnswered() {
        PendingReply<Boolean> reply = pings.poll();
        if (reply != null) {
            reply.complete(true);
        }
    }

    /**
     * Called several times within a keep alive: sends PINGREQ where nothing else was written since
     * the last call.
     *
     * @return false if a PINGREQ has been without answer for a keep alive
     */
    boolean keepAlive(long keepAliveMillis) {
        if (!pings.isEmpty()) {
            return System.nanoTime() - pingedAtNanos < keepAliveMillis * 1_000_000;
        }
        if (!outgoing.usedSinceAsked()) {
            pingedAtNanos = System.nanoTime();
            pings.add(new PendingReply<>(new CompletableFuture<>()));
            write(PingReq.INSTANCE);
        }
        return true;
    }

    void readAt(long nanos) {
        readAtNanos = nanos;
    }

    void write(Packet packet) {
        outgoing.write(packet);
    }

    void writeAcknowledgement(int header, int packetId) {
        outgoing.writeAcknowledgement(header, packetId);
    }

    void dropOutgoing() {
        outgoing.drop();
    }

    void flush() {
        outgoing.flush();
        if (refusedToSend && channel.isWritable()) {
            writable();
        }
    }

    void writable() {
        if (refusedToSend && open) {
            refusedToSend = false;
            sendQueued();
            listener.onWritable(this);
        }
    }

    /**
     * Closes when what is written has left, the bytes that a full socket does not take included.
     */
    private void leave(ConnectionLoss why) {
        loss = why;
        open = false;
        outgoing.flushAndClose();
        ScheduledFuture<?> patience =
                loop.executor().schedule(this::closeNow, LEAVE_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(_ -> patience.cancel(false));
    }

    private void closeNow() {
        channel.close();
    }

    /** Flushes and closes at once; the first reason stands. */
    void close(ConnectionLoss why) {
        if (loss == null) {
            loss = why;
        }
        open = false;
        flush();
        channel.close();
    }

    /** The channel is closed: tells everyone who waits. */
    void ended(ConnectionLoss why) {
        loss = why;
        outgoing.drop();
        release(why);
        closed.complete(why);
    }

    /** Once: everything that waits for this connection hears of its end, the session is free. */
    private void release(ConnectionLoss why) {
        open = false;
        if (released) {
            return;
        }
        released = true;
        boolean keeps = options.session() != null;
        window.oldestFirst(slot -> {
            if (!keeps || window.message(slot) == null) {
                session.giveUp(slot, why);
            }
        });
        session.detach();
        queued.forEach(publish -> publish.callback().lost(publish.token(), why));
        queued.clear();
        pings.forEach(reply -> reply.fail(why));
        pings.clear();
        if (connAck != null) {
            listener.onClosed(this, why);
        }
    }

    /** Sends a packet under a fresh identifier and waits for the answer of that type. */
    private <T> CompletableFuture<T> request(byte awaits, IntConsumer sender) {
        CompletableFuture<T> future = new CompletableFuture<>();
        PendingReply<T> reply = new PendingReply<>(future);
        onLoop(() -> {
            if (open && window.hasRoom()) {
                int id = window.open(awaits, 0, reply, null);
                try {
                    sender.accept(id);
                } catch (IllegalArgumentException e) {
                    window.close(window.find(id, awaits));
                    future.completeExceptionally(e);
                }
            } else {
                reply.fail(endOrNotYet());
            }
        });
        return future;
    }

    private void publishNow(Publish message, long token, PublishCallback callback) {
        if (!open) {
            callback.lost(token, endOrNotYet());
        } else if (queued.isEmpty() && canPublish(message.qos())) {
            begin(message, token, callback);
        } else if (queued.size() < options.queuedPublishesLimit()) {
            queued.add(new QueuedPublish(message, token, callback));
        } else {
            callback.settled(token, ReasonCode.QUOTA_EXCEEDED);
        }
    }

    private boolean canPublish(QoS qos) {
        if (!outgoing.hasRoom()) {
            refusedToSend = true;
            return false;
        }
        return qos == QoS.AT_MOST_ONCE
                || (window.publishes() < publishesMaximum && window.hasRoom());
    }

    private void sendQueued() {
        QueuedPublish next = queued.peek();
        while (next != null && open && canPublish(next.message().qos())) {
            queued.remove();
            begin(next.message(), next.token(), next.callback());
            next = queued.peek();
        }
    }

    private void begin(Publish message, long token, PublishCallback callback) {
        if (message.qos() == QoS.AT_MOST_ONCE) {
            Publish plain = withIdentifier(message, 0, false);
            callback.settled(token, outgoing.writePublish(plain, packetBytesMaximum));
            return;
        }
        boolean once = message.qos() == QoS.AT_LEAST_ONCE;
        byte awaits = once ? InflightWindow.PUBACK : InflightWindow.PUBREC;
        int id = window.open(awaits, token, callback, message);
        ReasonCode written =
                outgoing.writePublish(withIdentifier(message, id, false), packetBytesMaximum);
        if (written != ReasonCode.SUCCESS) {
            session.settle(window.find(id, awaits), written);
        }
    }

    private static Publish withIdentifier(Publish message, int id, boolean duplicate) {
        return new Publish(
                message.topic(),
                message.payload(),
                message.qos(),
                message.retain(),
                duplicate,
                id,
                message.properties());
    }

    private ConnectionLoss endOrNotYet() {
        ConnectionLoss end = loss;
        return end != null
                ? end
                : new ConnectionLoss(ConnectionLoss.Kind.LOST, null, "not connected");
    }

    private void onLoop(Runnable task) {
        if (loop.executor().inEventLoop()) {
            task.run();
        } else {
            loop.executor().execute(task);
        }
    }
}
