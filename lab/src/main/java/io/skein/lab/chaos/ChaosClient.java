package io.skein.lab.chaos;

import io.netty.channel.EventLoop;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientSession;
import io.skein.lab.client.ConnectFailedException;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishCallback;
import io.skein.lab.history.Closing;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.MessagePayload;
import io.skein.lab.history.WillMessage;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows its plan, comes back when its connection is lost, and records what it
 * does and sees. Everything happens on its event loop, unless a method says otherwise.
 */
final class ChaosClient {
    private static final int PAYLOAD_BYTES = 64;

    private static final int KEEP_ALIVE_SECONDS = 4;
    private static final long CONNECT_MILLIS = 3_000;
    private static final long EXPIRY_SECONDS = 3_600;
    private static final int COMEBACK_MILLIS_LEAST = 50;

    private final ClientPlan plan;
    private final ChaosSetting setting;
    private final HistoryWriter history;
    private final int loop;
    private final EventLoop executor;
    private final SplittableRandom random;
    private final @Nullable ClientSession session;
    private final Subscriptions subscriptions;
    private final Map<String, Long> sequences = new HashMap<>();
    private final PublishCallback settling = new Settling();
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile boolean ready;
    private @Nullable Line line;
    private boolean connecting;
    private boolean staying = true;
    private int node;
    private long startNanos;
    private int nextStep;

    ChaosClient(ClientPlan plan, ChaosSetting setting) {
        this.plan = plan;
        this.setting = setting;
        this.history = setting.history();
        this.loop = plan.process() % setting.loops().executors().size();
        this.executor = setting.loops().executors().get(loop);
        this.random = new SplittableRandom(plan.process());
        this.session = plan.persistent() ? ClientSession.endingWithTheBrokers() : null;
        this.subscriptions = new Subscriptions(history, setting.counts(), plan.always());
        this.node = plan.node();
    }

    ClientPlan plan() {
        return plan;
    }

    /** Connects and begins with the steps, counted from an instant; from any thread. */
    void begin(long atNanos) {
        executor.execute(() -> {
            startNanos = atNanos;
            connect();
            scheduleStep();
        });
    }

    /** Leaves the rest of the plan; from any thread. */
    void endPlan() {
        executor.execute(() -> nextStep = plan.steps().size());
    }

    /** Vanishes without a word and stays away; from any thread. */
    void vanish() {
        executor.execute(() -> {
            staying = false;
            if (line != null) {
                line.client.abort();
            }
        });
    }

    /** Disconnects for good; from any thread. */
    void leave() {
        executor.execute(() -> {
            staying = false;
            if (line != null) {
                line.disconnect();
            }
        });
    }

    /** Disconnects for good, and has the broker forget its session; from any thread. */
    void leaveNothing() {
        executor.execute(() -> {
            staying = false;
            if (line != null) {
                line.endSession();
            }
        });
    }

    /** Whether it is connected and subscribed to all that it wants; from any thread. */
    boolean isReady() {
        return ready;
    }

    /** Publishes that wait for an answer; from any thread. */
    int unsettled() {
        return unsettled.get();
    }

    private void scheduleStep() {
        if (nextStep < plan.steps().size()) {
            long at = startNanos + plan.steps().get(nextStep).atNanos();
            executor.schedule(
                    this::runSteps, Math.max(0, at - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void runSteps() {
        while (nextStep < plan.steps().size()) {
            Step step = plan.steps().get(nextStep);
            if (startNanos + step.atNanos() - System.nanoTime() > 0) {
                break;
            }
            nextStep++;
            run(step);
        }
        scheduleStep();
    }

    private void run(Step step) {
        switch (step) {
            case Step.Publish publish -> publish(publish);
            case Step.Subscribe subscribe -> {
                subscriptions.want(subscribe.filter(), subscribe.qos());
                reconcile();
            }
            case Step.Unsubscribe unsubscribe -> {
                subscriptions.unwant(unsubscribe.filter());
                reconcile();
            }
            case Step.Move move -> move(move);
        }
    }

    private void publish(Step.Publish step) {
        Line current = line;
        if (current == null || unsettled.get() >= setting.window()) {
            return;
        }
        MessageId message = nextMessage(step.topic());
        long op = history.nextOperation();
        history.record(
                new Event.Publish(
                        op,
                        current.number,
                        step.topic(),
                        message,
                        step.qos(),
                        step.retain(),
                        Event.UNSET));
        unsettled.incrementAndGet();
        setting.counts().published.increment();
        current.client.publish(
                new Publish(
                        TopicName.of(step.topic()),
                        MessagePayload.of(message, step.topic(), PAYLOAD_BYTES),
                        step.qos(),
                        step.retain(),
                        false,
                        0,
                        Properties.EMPTY),
                op,
                settling);
    }

    private MessageId nextMessage(String topic) {
        return new MessageId(plan.process(), sequences.merge(topic, 1L, Long::sum) - 1);
    }

    /** Hears what became of publishes, on whatever connection. */
    private final class Settling implements PublishCallback {
        @Override
        public void settled(long op, ReasonCode reason) {
            unsettled.decrementAndGet();
            Line current = line;
            if (reason == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND || current == null) {
                // The answer to PUBREL: the broker had the message and has forgotten that.
                unknown(op, "the broker does not know the packet identifier");
            } else if (reason.isError()) {
                setting.counts().failed.increment();
                history.record(new Event.Failed(op, reason.value(), ""));
            } else {
                setting.counts().acknowledged.increment();
                history.record(new Event.Published(op, current.number, reason.value()));
            }
        }

        @Override
        public void lost(long op, ConnectionLoss loss) {
            unsettled.decrementAndGet();
            unknown(op, loss.message());
        }
    }

    private void unknown(long op, String words) {
        setting.counts().unknown.increment();
        history.record(new Event.Unknown(op, words));
    }

    private void move(Step.Move move) {
        Line current = line;
        if (current == null) {
            return;
        }
        node = move.node();
        switch (move.how()) {
            case DISCONNECT -> current.disconnect();
            case CUT -> current.client.abort();
            case ABANDON -> current.abandon();
        }
        if (move.how() != Step.Leaving.ABANDON) {
            current.pauseNanos = move.pauseNanos();
        }
    }

    private void connect() {
        if (connecting || line != null || !staying) {
            return;
        }
        connecting = true;
        Line attempt = new Line(history.nextOperation());
        setting.loops()
                .connect(loop, setting.addresses().get(node), attempt.options(), attempt)
                .whenComplete((client, failure) -> {
                    connecting = false;
                    if (client == null) {
                        attempt.failed(failure);
                        node = setting.next(node);
                        connectAfter(comebackNanos());
                    } else {
                        attempt.connected(client);
                    }
                });
    }

    private long comebackNanos() {
        return TimeUnit.MILLISECONDS.toNanos(
                random.nextInt(COMEBACK_MILLIS_LEAST, plan.comebackMillisMost()));
    }

    private void connectAfter(long nanos) {
        executor.schedule(this::connect, nanos, TimeUnit.NANOSECONDS);
    }

    private void reconcile() {
        Line current = line;
        ready = current != null && subscriptions.isSettled();
        if (current != null) {
            subscriptions.reconcile(current.client, current.number, this::reconcile);
        }
    }

    /** One connection, from CONNECT to its end. */
    private final class Line implements ClientListener {
        private final long number;
        private long expirySeconds;
        private long pauseNanos;
        private boolean abandoned;
        private boolean disconnecting;

        @SuppressWarnings("NullAway.Init") // set before the line is anybody's
        private MqttClient client;

        Line(long number) {
            this.number = number;
        }

        ConnectOptions options() {
            boolean five = plan.version() == ProtocolVersion.MQTT_5;
            expirySeconds = !plan.persistent() ? 0 : five ? EXPIRY_SECONDS : Event.NEVER;
            WillMessage will = will();
            ConnectOptions.Builder options =
                    ConnectOptions.builder()
                            .version(plan.version())
                            .clientId(plan.clientId())
                            .cleanStart(!plan.persistent())
                            .keepAliveSeconds(KEEP_ALIVE_SECONDS)
                            .timeoutMillis(CONNECT_MILLIS)
                            .credentials(setting.username(), setting.password())
                            .session(session)
                            .will(will == null ? null : packet(will));
            if (five && plan.persistent()) {
                options.sessionExpirySeconds(expirySeconds);
            }
            history.record(
                    new Event.Connect(
                            number,
                            plan.clientId(),
                            setting.nodeNames().get(node),
                            plan.version().level(),
                            !plan.persistent(),
                            expirySeconds,
                            KEEP_ALIVE_SECONDS,
                            will));
            return options.build();
        }

        private @Nullable WillMessage will() {
            ClientPlan.WillPlan will = plan.will();
            return will == null
                    ? null
                    : new WillMessage(
                            will.topic(),
                            nextMessage(will.topic()),
                            will.qos(),
                            false,
                            will.delaySeconds());
        }

        private Will packet(WillMessage will) {
            Properties properties =
                    will.delaySeconds() == 0
                            ? Properties.EMPTY
                            : Properties.builder()
                                    .number(Property.WILL_DELAY_INTERVAL, will.delaySeconds())
                                    .build();
            return new Will(
                    TopicName.of(will.topic()),
                    MessagePayload.of(will.message(), will.topic(), PAYLOAD_BYTES),
                    will.qos(),
                    will.retain(),
                    properties);
        }

        void failed(Throwable failure) {
            String words = String.valueOf(failure.getMessage());
            if (failure instanceof ConnectFailedException why) {
                ReasonCode reason = why.reason();
                switch (why.kind()) {
                    case REFUSED ->
                            history.record(
                                    new Event.Failed(
                                            number, reason == null ? 0 : reason.value(), words));
                    case UNREACHABLE -> history.record(new Event.Failed(number, 0, words));
                    case TIMED_OUT, NO_BROKER -> history.record(new Event.Unknown(number, words));
                }
            } else {
                history.record(new Event.Unknown(number, words));
            }
        }

        void connected(MqttClient accepted) {
            client = accepted;
            line = this;
            boolean present = accepted.connAck().sessionPresent();
            long expiry =
                    accepted.connAck()
                            .properties()
                            .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds);
            history.record(new Event.Connected(number, present, expiry));
            setting.counts().connected.increment();
            if (!present) {
                subscriptions.forget();
            }
            if (staying) {
                reconcile();
            } else {
                accepted.abort();
            }
        }

        void disconnect() {
            disconnecting = true;
            history.record(new Event.Disconnect(number, 0, Event.UNSET));
            client.disconnect();
        }

        /** MQTT 5 only. */
        void endSession() {
            disconnecting = true;
            history.record(new Event.Disconnect(number, 0, 0));
            client.disconnect(
                    ReasonCode.SUCCESS,
                    Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, 0).build());
        }

        /** The broker is to find out by the next connection, or by the keep alive. */
        void abandon() {
            abandoned = true;
            MqttClient old = client;
            old.closed()
                    .thenAccept(_ ->
                            history.record(
                                    new Event.Closed(
                                            number,
                                            Closing.LOST,
                                            0,
                                            "abandoned, then closed by the broker")));
            old.abandon();
        }

        @Override
        public void onPublish(MqttClient from, Publish message) {
            setting.counts().received();
            MessagePayload payload =
                    MessagePayload.read(message.payload(), message.topic().toString());
            history.record(
                    new Event.Received(
                            number,
                            message.packetId(),
                            message.topic().toString(),
                            payload.message(),
                            message.qos(),
                            message.duplicate(),
                            message.retain(),
                            List.of(),
                            payload.defect()));
            if (message.qos() == QoS.AT_LEAST_ONCE) {
                history.record(new Event.Acknowledged(number, message.packetId()));
            }
        }

        @Override
        public void onReleased(MqttClient from, int packetId) {
            history.record(new Event.Acknowledged(number, packetId));
        }

        @Override
        public void onClosed(MqttClient from, ConnectionLoss loss) {
            setting.counts().connected.decrement();
            line = null;
            ready = false;
            subscriptions.disconnected();
            if (abandoned) {
                connect();
                return;
            }
            ReasonCode reason = loss.reason();
            Closing by =
                    switch (loss.kind()) {
                        case CLOSED_BY_CLIENT ->
                                disconnecting ? Closing.DISCONNECTED : Closing.ABORTED;
                        case DISCONNECTED_BY_BROKER -> Closing.BY_BROKER;
                        case LOST, KEEP_ALIVE_TIMEOUT -> Closing.LOST;
                        case PROTOCOL_ERROR -> Closing.PROTOCOL_ERROR;
                    };
            history.record(
                    new Event.Closed(
                            number,
                            by,
                            by == Closing.BY_BROKER && reason != null ? reason.value() : 0,
                            loss.message()));
            connectAfter(pauseNanos > 0 ? pauseNanos : comebackNanos());
        }
    }
}
