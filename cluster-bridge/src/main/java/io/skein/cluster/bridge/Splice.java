package io.skein.cluster.bridge;

import io.netty.channel.EventLoop;
import io.skein.cluster.LocalClient;
import io.skein.cluster.LocalConnection;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.UnsubAck;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the far side and one to the session on this node, joined: what one side sends
 * the other receives, under the same packet ids, acknowledgements too. So each broker's session is
 * the client session of the other, both are on disk, and this holds nothing that could be lost.
 * Lives on the event loop of the far connection.
 */
final class Splice implements LocalClient, FarSide.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);

    private static final long FOR_EVER = 0xFFFF_FFFFL;
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long the far side has to answer before this node stops. */
    private static final long FAREWELL_MILLIS = 1_000;

    /** Packets of this node that may wait for the loop before no more messages are taken. */
    private static final int HANDOVERS_MAXIMUM = 1_000;

    private final Link link;
    private final LinkSettings settings;
    private final Dialect dialect;
    private final EventLoop loop;
    private final long startedNanos = System.nanoTime();
    private final AtomicInteger handovers = new AtomicInteger();
    private @Nullable FarSide far;
    private @Nullable LocalConnection local;
    private @Nullable Passage passage;
    private boolean asked;
    private boolean answered;
    private boolean foreign;
    private boolean subscribing;
    private boolean open;
    private boolean ended;
    private @Nullable CompletableFuture<Void> left;
    private boolean localWantsMore = true;
    private boolean localIsPinged;
    private boolean pinged;
    private int localReceiveMaximum;
    private long localPacketBytesMaximum;
    private volatile boolean writable;

    Splice(Link link, Dialect dialect, EventLoop loop) {
        this.link = link;
        this.settings = link.settings();
        this.dialect = dialect;
        this.loop = loop;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether the far side was sent CONNECT and has not accepted it. */
    boolean isUnanswered() {
        return asked && passage == null;
    }

    /** Whether the far side has said, in some way, that it does not speak this dialect. */
    boolean isForeign() {
        return foreign;
    }

    /** Whether the far side has answered CONNECT with nothing at all. */
    boolean isIgnored() {
        return isUnanswered() && !answered;
    }

    /** The oldest message that was not answered before the end, null if there was none. */
    @Nullable Publish unanswered() {
        return passage == null ? null : passage.oldestUnanswered();
    }

    /** Whether the far side takes none of the messages it is sent. */
    boolean isFruitless() {
        return passage != null && passage.isFruitless();
    }

    /** Whether messages pass. */
    boolean isOpen() {
        return open;
    }

    // The beginning: network, own session, far session, subscriptions.

    @Override
    public void connected(FarSide to) {
        if (ended) {
            to.close();
            return;
        }
        far = to;
        local = link.connectLocally(this);
    }

    private void acceptedHere(ConnAck answer) {
        if (answer.reason().isError()) {
            end("this node refuses its session: " + answer.reason());
            return;
        }
        Properties granted = answer.properties();
        localReceiveMaximum = (int) granted.number(Property.RECEIVE_MAXIMUM, 65_535);
        localPacketBytesMaximum = granted.number(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
        localIsPinged = granted.number(Property.SERVER_KEEP_ALIVE, 0) > 0;
        asked = true;
        far().takePackets(localPacketBytesMaximum);
        far().send(connect());
    }

    private Connect connect() {
        Properties.Builder properties = Properties.builder();
        if (dialect.isMqtt5()) {
            properties
                    .number(Property.SESSION_EXPIRY_INTERVAL, FOR_EVER)
                    .number(Property.RECEIVE_MAXIMUM, localReceiveMaximum)
                    .number(Property.MAXIMUM_PACKET_SIZE, localPacketBytesMaximum);
        }
        String password = settings.password();
        return new Connect(
                dialect.version(),
                settings.clientId(),
                link.isFresh(),
                settings.keepAliveSeconds(),
                properties.build(),
                null,
                settings.username(),
                password == null ? null : password.getBytes(StandardCharsets.UTF_8));
    }

    private void acceptedThere(ConnAck answer) {
        if (answer.reason().isError()) {
            foreign = answer.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            link.refused(answer.reason());
            end("the far side refuses the connection: " + answer.reason());
            return;
        }
        if (dialect == Dialect.MQTT_3_1_1 && settings.mayEcho()) {
            end(
                    "without MQTT 5 messages would come back: topics that pass both ways need"
                            + " different prefixes at the far side");
            return;
        }
        link.accepted(dialect);
        if (!answer.sessionPresent()) {
            here().forgetReceived();
            link.subscriptions().forget();
        }
        passage =
                new Passage(link, dialect, far(), here(), answer.properties(), localReceiveMaximum);
        askForMore();
    }

    /** Asks the far side for what is wanted and not subscribed to; opens when nothing is left. */
    void askForMore() {
        Passage through = passage;
        if (subscribing || ended || through == null) {
            return;
        }
        Packet packet = link.subscriptions().next(link.wanted(), through.reserveId());
        if (packet != null) {
            subscribing = true;
            far().send(packet);
            return;
        }
        through.giveBackId();
        if (!open) {
            open = true;
            through.open();
            link.opened(this);
        }
        checkWritable();
    }

    private void subscribed(Packet answer) {
        if (answer instanceof SubAck ack) {
            ack.reasons().stream()
                    .filter(ReasonCode::isError)
                    .findFirst()
                    .ifPresent(reason ->
                            LOG.warn(
                                    "{}: the far side refuses a subscription: {}",
                                    settings,
                                    reason));
        }
        subscribing = false;
        if (passage != null) {
            passage.giveBackId();
        }
        askForMore();
    }

    // From this node; the first three are called by threads of the broker.

    @Override
    public void received(Packet packet) {
        if (handovers.incrementAndGet() >= HANDOVERS_MAXIMUM) {
            writable = false;
        }
        loop.execute(() -> {
            handovers.decrementAndGet();
            if (!ended) {
                fromHere(packet);
            }
        });
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void setReading(boolean reading) {
        loop.execute(() -> {
            localWantsMore = reading;
            checkReading();
        });
    }

    @Override
    public void closed() {
        loop.execute(() -> end("this node closed its session"));
    }

    private void fromHere(Packet packet) {
        switch (packet) {
            case ConnAck answer -> acceptedHere(answer);
            case Disconnect why -> end("this node closed its session: " + why.reason());
            default -> {
                if (passage != null) {
                    end(passage.fromHere(packet));
                }
            }
        }
        checkReading();
        checkWritable();
    }

    private void checkWritable() {
        boolean takes =
                open
                        && !ended
                        && left == null
                        && far().isWritable()
                        && handovers.get() < HANDOVERS_MAXIMUM / 2;
        if (takes && !writable) {
            writable = true;
            here().writable();
        }
    }

    // From the far side.

    @Override
    public void received(FarSide from, Packet packet) {
        if (ended) {
            return;
        }
        pinged = false;
        answered = true;
        switch (packet) {
            case ConnAck _ when !isUnanswered() -> end("CONNACK where none is awaited");
            case ConnAck answer -> acceptedThere(answer);
            case Disconnect why -> {
                if (passage != null && open && !subscribing) {
                    passage.blamed(why.reason());
                }
                end("the far side disconnects: " + why.reason());
            }
            case SubAck _, UnsubAck _ when !subscribing ->
                    end("an answer to a subscription that was not made");
            case SubAck answer -> subscribed(answer);
            case UnsubAck answer -> subscribed(answer);
            default -> {
                if (passage != null) {
                    end(passage.fromThere(packet));
                }
            }
        }
        checkReading();
        leaveIfAnswered();
    }

    private void checkReading() {
        if (far != null && !ended) {
            far.setReading(localWantsMore && (passage == null || !passage.holdsBack()));
        }
    }

    @Override
    public void writabilityChanged(boolean isWritable) {
        if (isWritable) {
            checkWritable();
        } else {
            writable = false;
        }
    }

    @Override
    public void lost(String why) {
        end(why);
    }

    @Override
    public void misunderstood(String why) {
        answered = true;
        foreign = isUnanswered();
        end(why);
    }

    // Time and the end.

    /** Called every second. */
    void tick() {
        FarSide there = far;
        if (there == null || ended) {
            return;
        }
        if (!open) {
            if (System.nanoTime() - startedNanos > ANSWER_NANOS) {
                end("no answer");
            }
            return;
        }
        if (passage != null) {
            passage.tick(System.nanoTime());
        }
        long keepAliveNanos = TimeUnit.SECONDS.toNanos(settings.keepAliveSeconds());
        if (there.silentNanos() > keepAliveNanos * 3 / 2) {
            end("silent for %d s".formatted(there.silentNanos() / 1_000_000_000L));
        } else if (!pinged
                && (there.silentNanos() > keepAliveNanos
                        || there.idleNanos() > keepAliveNanos / 2)) {
            pinged = true;
            there.send(PingReq.INSTANCE);
        }
        if (localIsPinged) {
            here().send(PingReq.INSTANCE);
        }
    }

    /**
     * Says goodbye to the far side, which keeps the session, when it has answered for what it was
     * sent, or in a while: what is not answered is sent again on the next connection. Complete when
     * this node has been told of the answers.
     */
    void leave(CompletableFuture<Void> done) {
        left = done;
        writable = false;
        if (passage != null) {
            passage.leave();
        }
        loop.schedule(this::goodbye, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        leaveIfAnswered();
    }

    private void leaveIfAnswered() {
        if (left != null && !ended && (passage == null || passage.isAnswered())) {
            goodbye();
        }
    }

    private void goodbye() {
        if (far != null && open && !ended) {
            far.send(new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
        }
        end("this node stops");
    }

    /** Ends both connections; nothing happens where there is no reason. */
    private void end(@Nullable String why) {
        if (ended || why == null) {
            return;
        }
        ended = true;
        writable = false;
        CompletableFuture<Void> waiting = left;
        if (waiting != null) { // behind the answers of the far side, on their way to the session
            link.heard().thenRun(() -> waiting.complete(null));
        }
        if (local != null) {
            local.close();
        }
        if (far != null) {
            far.close();
        }
        if (subscribing) {
            link.subscriptions().forget(); // whether the far side has heard is not known
        }
        link.ended(this, why);
    }

    private FarSide far() {
        FarSide there = far;
        if (there == null) {
            throw new IllegalStateException("not connected");
        }
        return there;
    }

    private LocalConnection here() {
        LocalConnection connection = local;
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    /** The quality that the far side allows at most. */
    static QoS maximumQos(Properties granted) {
        return switch ((int) granted.number(Property.MAXIMUM_QOS, 2)) {
            case 0 -> QoS.AT_MOST_ONCE;
            case 1 -> QoS.AT_LEAST_ONCE;
            default -> QoS.EXACTLY_ONCE;
        };
    }
}
