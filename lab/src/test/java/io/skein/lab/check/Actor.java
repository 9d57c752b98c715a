package io.skein.lab.check;

import io.skein.lab.check.Story.Message;
import io.skein.lab.history.Closing;
import io.skein.lab.history.Event;
import io.skein.lab.history.Event.Acknowledged;
import io.skein.lab.history.Event.Closed;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Connected;
import io.skein.lab.history.Event.Disconnect;
import io.skein.lab.history.Event.Failed;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.Event.Subscribe;
import io.skein.lab.history.Event.Subscribed;
import io.skein.lab.history.Event.Unknown;
import io.skein.lab.history.Event.Unsubscribe;
import io.skein.lab.history.Event.Unsubscribed;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.WillMessage;
import io.skein.mqtt.QoS;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of a {@link Story}, with what it does and sees. */
final class Actor {
    private static final int TAKEN_OVER = 0x8E;

    private final Story story;
    private final String client;
    private final int publisher;
    private long expirySeconds;
    private boolean clean = true;
    private boolean noLocal;
    private long connection;
    private int packetIds;
    private @Nullable Message will;
    private long willDelaySeconds;

    Actor(Story story, String client, int publisher) {
        this.story = story;
        this.client = client;
        this.publisher = publisher;
    }

    /** Another place from which the same client identifier is used. */
    Actor elsewhere() {
        Actor other = new Actor(story, client, publisher);
        other.expirySeconds = expirySeconds;
        other.clean = clean;
        other.packetIds = packetIds + 1_000;
        return other;
    }

    Actor persistent() {
        expirySeconds = Event.NEVER;
        clean = false;
        return this;
    }

    Actor expiringAfter(long seconds) {
        expirySeconds = seconds;
        clean = false;
        return this;
    }

    Actor startingClean() {
        clean = true;
        return this;
    }

    Actor withoutLocal() {
        noLocal = true;
        return this;
    }

    /** The next connection has a will. */
    Message wills(String topic, int qos, long delaySeconds) {
        willDelaySeconds = delaySeconds;
        will = new Message(0, topic, story.next(publisher, topic), QoS.of(qos), false);
        return will;
    }

    long connection() {
        return connection;
    }

    /** CONNECT leaves. */
    Actor asks() {
        connection = story.nextOp();
        Message last = will;
        WillMessage sent =
                last == null
                        ? null
                        : new WillMessage(
                                last.topic(), last.id(), last.qos(), false, willDelaySeconds);
        will = null;
        story.tell(new Connect(connection, client, "n1", 5, clean, expirySeconds, 10, sent));
        return this;
    }

    /** CONNACK comes. */
    Actor isAccepted(boolean sessionPresent) {
        story.tell(new Connected(connection, sessionPresent, expirySeconds));
        return this;
    }

    /** CONNECT goes without an answer. */
    Actor givesUp() {
        story.tell(new Unknown(connection, "no answer"));
        return this;
    }

    Actor isTurnedAway() {
        story.tell(new Failed(connection, 0x88, "server unavailable"));
        return this;
    }

    Actor connects() {
        return asks().isAccepted(false);
    }

    Actor resumes() {
        return asks().isAccepted(true);
    }

    Actor loses() {
        return closes(Closing.LOST, 0);
    }

    Actor aborts() {
        return closes(Closing.ABORTED, 0);
    }

    Actor isTakenOver() {
        return closes(Closing.BY_BROKER, TAKEN_OVER);
    }

    private Actor closes(Closing by, int reason) {
        story.tell(new Closed(connection, by, reason, ""));
        return this;
    }

    Actor leaves() {
        story.tell(new Disconnect(connection, 0, Event.UNSET));
        return closes(Closing.DISCONNECTED, 0);
    }

    /** SUBSCRIBE leaves. */
    long askToSubscribe(String filter, int qos) {
        long op = story.nextOp();
        story.tell(new Subscribe(op, connection, filter, QoS.of(qos), noLocal, false, 0, 0));
        return op;
    }

    Actor subscribes(String filter, int qos) {
        story.tell(new Subscribed(askToSubscribe(filter, qos), QoS.of(qos)));
        return this;
    }

    /** UNSUBSCRIBE leaves. */
    long askToUnsubscribe(String filter) {
        long op = story.nextOp();
        story.tell(new Unsubscribe(op, connection, filter));
        return op;
    }

    Actor unsubscribed(long op) {
        story.tell(new Unsubscribed(op, 0));
        return this;
    }

    Actor unsubscribes(String filter) {
        return unsubscribed(askToUnsubscribe(filter));
    }

    /** PUBLISH leaves. */
    Message sends(String topic, int qos, boolean retain, long expiry) {
        Message message =
                new Message(
                        story.nextOp(), topic, story.next(publisher, topic), QoS.of(qos), retain);
        story.tell(
                new Publish(
                        message.op(),
                        connection,
                        topic,
                        message.id(),
                        message.qos(),
                        retain,
                        expiry));
        return message;
    }

    Message sends(String topic, int qos) {
        return sends(topic, qos, false, Event.UNSET);
    }

    /** PUBACK or PUBCOMP comes. */
    Actor isAnswered(Message message) {
        story.tell(new Published(message.op(), connection, 0));
        return this;
    }

    Actor givesUp(Message message) {
        story.tell(new Unknown(message.op(), "the connection was lost"));
        return this;
    }

    Actor isRefused(Message message) {
        story.tell(new Failed(message.op(), 0x97, "quota exceeded"));
        return this;
    }

    Message publishes(String topic, int qos) {
        Message message = sends(topic, qos);
        isAnswered(message);
        return message;
    }

    Message retains(String topic, int qos) {
        Message message = sends(topic, qos, true, Event.UNSET);
        isAnswered(message);
        return message;
    }

    Actor clears(String topic) {
        long op = story.nextOp();
        story.tell(new Publish(op, connection, topic, null, QoS.AT_LEAST_ONCE, true, Event.UNSET));
        story.tell(new Published(op, connection, 0));
        return this;
    }

    /** A message comes, and is acknowledged. */
    Actor gets(Message message) {
        int id = got(message, message.qos().value(), false, false);
        return id == 0 ? this : acknowledges(id);
    }

    Actor getsAgain(Message message) {
        return acknowledges(got(message, message.qos().value(), true, false));
    }

    /** A retained message comes on subscribing. */
    Actor getsRetained(Message message) {
        return acknowledges(got(message, 1, false, true));
    }

    /**
     * A message comes and is not acknowledged.
     *
     * @return its packet identifier
     */
    int got(Message message, int qos, boolean dup, boolean retain) {
        return comes(
                qos == 0 ? 0 : ++packetIds, message.topic(), message.id(), qos, dup, retain, "");
    }

    /** The same, under a packet identifier of one's own. */
    int comes(
            int packetId,
            String topic,
            @Nullable MessageId message,
            int qos,
            boolean dup,
            boolean retain,
            String defect) {
        story.tell(
                new Received(
                        connection,
                        packetId,
                        topic,
                        message,
                        QoS.of(qos),
                        dup,
                        retain,
                        List.of(),
                        defect));
        return packetId;
    }

    Actor acknowledges(int packetId) {
        story.tell(new Acknowledged(connection, packetId));
        return this;
    }
}
