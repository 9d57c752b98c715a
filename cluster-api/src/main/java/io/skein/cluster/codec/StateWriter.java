package io.skein.cluster.codec;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.UserProperty;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one frame: a version byte, then any number of values, which {@link StateReader} reads back
 * in the same order. Appends at the writer index of a buffer that must be able to grow; keeps no
 * reference to what it has written and copies each payload once. Not thread-safe; make one per
 * frame.
 */
public final class StateWriter {
    private final ByteBuf out;
    private final MessageNumbers numbers;
    private @Nullable String lastClientId;
    private long lastEpoch;
    private @Nullable TopicName lastTopic;
    private @Nullable String lastPublisherId;

    /** Begins a frame in which every message is written where it stands. */
    public StateWriter(ByteBuf out) {
        this(out, MessageNumbers.NONE);
    }

    /** Begins a frame in which messages may be referred to by number. */
    public StateWriter(ByteBuf out, MessageNumbers numbers) {
        this.out = out;
        this.numbers = numbers;
        out.writeByte(Format.VERSION);
    }

    /** Writes a message, or a reference to it. */
    public void message(Message message) {
        long known = numbers.known(message);
        if (known != 0) {
            number(known << 1);
            return;
        }
        number(numbers.define(message) << 1 | Format.IN_FULL);
        boolean expires = message.expiresAtNanos() != Message.NEVER_EXPIRES;
        boolean sameTopic = message.topic().equals(lastTopic);
        Origin origin = message.origin();
        boolean samePublisher = message.publisherId().equals(lastPublisherId);
        out.writeByte(
                message.qos().value()
                        | (message.retain() ? Format.RETAIN : 0)
                        | (message.properties().isEmpty() ? 0 : Format.PROPERTIES)
                        | (expires ? Format.EXPIRES : 0)
                        | (sameTopic ? Format.SAME_TOPIC : 0)
                        | (samePublisher ? Format.SAME_PUBLISHER : 0)
                        | (origin == null ? 0 : Format.ORIGIN));
        if (!sameTopic) {
            bytes(message.topic().utf8());
            lastTopic = message.topic();
        }
        bytes(message.payload());
        if (!message.properties().isEmpty()) {
            properties(message.properties());
        }
        if (!samePublisher) {
            string(message.publisherId());
            lastPublisherId = message.publisherId();
        }
        if (expires) {
            out.writeLong(message.expiresAtNanos());
        }
        if (origin != null) {
            origin(origin);
        }
    }

    /** Writes where a message entered the cluster. */
    public void origin(Origin origin) {
        string(origin.node());
        number(origin.life());
        number(origin.ordinal());
        number(origin.answered());
    }

    /** Writes a message in a session's queue. */
    public void queued(QueuedMessage queued) {
        List<Integer> identifiers = queued.subscriptionIdentifiers();
        out.writeByte(
                queued.qos().value()
                        | (queued.retain() ? Format.RETAIN : 0)
                        | (identifiers.isEmpty() ? 0 : Format.SUBSCRIPTION_IDENTIFIERS));
        if (!identifiers.isEmpty()) {
            number(identifiers.size());
            identifiers.forEach(this::number);
        }
        message(queued.message());
    }

    /** Writes a will. */
    public void will(Will will) {
        out.writeByte(
                will.qos().value()
                        | (will.retain() ? Format.RETAIN : 0)
                        | (will.properties().isEmpty() ? 0 : Format.PROPERTIES));
        bytes(will.topic().utf8());
        bytes(will.payload());
        if (!will.properties().isEmpty()) {
            properties(will.properties());
        }
    }

    /** Writes what is known of a session beside its subscriptions and messages. */
    public void head(SessionHead head) {
        Will will = head.will();
        Origin willOrigin = head.willOrigin();
        out.writeByte(
                (head.connected() ? Format.CONNECTED : 0)
                        | (will == null ? 0 : Format.WILL)
                        | (willOrigin == null ? 0 : Format.WILL_ORIGIN));
        number(head.expirySeconds());
        out.writeLong(head.disconnectedAtNanos());
        if (will != null) {
            will(will);
        }
        if (willOrigin != null) {
            origin(willOrigin);
        }
    }

    /** Writes a subscription, without its identifier. */
    public void subscription(Subscription subscription) {
        out.writeByte(
                subscription.maximumQos().value()
                        | (subscription.noLocal() ? Format.NO_LOCAL : 0)
                        | (subscription.retainAsPublished() ? Format.RETAIN_AS_PUBLISHED : 0)
                        | subscription.retainHandling().ordinal() << Format.RETAIN_HANDLING_SHIFT);
        string(subscription.filter().text());
    }

    /** Writes a change; the client of a run of changes of one session is written once. */
    public void change(SessionChange change) {
        switch (change) {
            case SessionChange.HeadSet set -> {
                kind(Format.HEAD_SET, set);
                head(set.head());
            }
            case SessionChange.Ended ended -> kind(Format.ENDED, ended);
            case SessionChange.Subscribed made -> {
                kind(Format.SUBSCRIBED, made);
                subscription(made.subscription());
                number(made.subscriptionIdentifier());
            }
            case SessionChange.Unsubscribed ended -> {
                kind(Format.UNSUBSCRIBED, ended);
                string(ended.filter().text());
            }
            case SessionChange.Queued joined -> {
                kind(Format.QUEUED, joined);
                number(joined.sequence());
                queued(joined.queued());
            }
            case SessionChange.Sent sent -> {
                kind(Format.SENT_TO_CLIENT, sent);
                number(sent.sequence());
                out.writeShort(sent.packetId());
            }
            case SessionChange.Released released -> {
                kind(Format.RELEASED_BY_CLIENT, released);
                number(released.sequence());
            }
            case SessionChange.Dequeued done -> {
                kind(Format.DEQUEUED, done);
                number(done.sequence());
            }
            case SessionChange.Received one -> {
                Origin underWay = one.underWay();
                kind(underWay == null ? Format.RECEIVED : Format.UNDER_WAY, one);
                out.writeShort(one.packetId());
                if (underWay != null) {
                    origin(underWay);
                }
            }
            case SessionChange.Completed one -> {
                kind(Format.COMPLETED, one);
                out.writeShort(one.packetId());
            }
        }
    }

    /** Writes a whole session. */
    public void session(StoredSession session) {
        string(session.clientId());
        head(session.head());
        number(session.subscriptions().size());
        for (StoredSession.Entry entry : session.subscriptions()) {
            subscription(entry.subscription());
            number(entry.subscriptionIdentifier());
        }
        number(session.queue().size());
        for (StoredSession.Slot slot : session.queue()) {
            boolean sent = slot.packetId() != 0;
            out.writeByte((sent ? Format.SENT : 0) | (slot.released() ? Format.RELEASED : 0));
            number(slot.sequence());
            if (sent) {
                out.writeShort(slot.packetId());
            }
            queued(slot.queued());
        }
        number(session.received().size());
        session.received().forEach(out::writeShort);
        number(session.underWay().size());
        session.underWay()
                .forEach((packetId, as) -> {
                    out.writeShort(packetId);
                    origin(as);
                });
    }

    /** Writes properties: how many values, then each with its identifier. */
    public void properties(Properties properties) {
        Map<Property, Object> singles = properties.singleValues();
        List<UserProperty> users = properties.userProperties();
        List<Integer> identifiers = properties.subscriptionIdentifiers();
        number(singles.size() + users.size() + identifiers.size());
        singles.forEach((property, value) -> {
            out.writeByte(property.identifier());
            switch (value) {
                case Long number -> number(number);
                case String string -> string(string);
                case byte[] bytes -> bytes(bytes);
                default -> throw new IllegalArgumentException(property + "=" + value);
            }
        });
        for (UserProperty user : users) {
            out.writeByte(Property.USER_PROPERTY.identifier());
            string(user.name());
            string(user.value());
        }
        for (int identifier : identifiers) {
            out.writeByte(Property.SUBSCRIPTION_IDENTIFIER.identifier());
            number(identifier);
        }
    }

    /** Writes text as UTF-8. */
    public void string(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes an array. */
    public void bytes(byte[] bytes) {
        number(bytes.length);
        out.writeBytes(bytes);
    }

    /** Writes a number in one to ten bytes, taken as unsigned: 0 to 127 need one. */
    public void number(long value) {
        long rest = value;
        while (rest >>> 21 != 0) {
            out.writeMediumLE(group(rest) | group(rest >>> 7) << 8 | group(rest >>> 14) << 16);
            rest >>>= 21;
        }
        int last = (int) rest; // each write checks its room, so as few as possible
        if (last >>> 14 != 0) {
            out.writeMediumLE(group(last) | group(last >>> 7) << 8 | (last >>> 14) << 16);
        } else if (last >>> 7 != 0) {
            out.writeShortLE(group(last) | (last >>> 7) << 8);
        } else {
            out.writeByte(last);
        }
    }

    /** The lowest seven bits, as a byte that others follow. */
    private static int group(long value) {
        return ((int) value & 0x7F) | 0x80;
    }

    private void kind(int kind, SessionChange change) {
        if (change.epoch() == lastEpoch && change.clientId().equals(lastClientId)) {
            out.writeByte(kind | Format.SAME_SESSION);
            return;
        }
        out.writeByte(kind);
        string(change.clientId());
        number(change.epoch());
        lastClientId = change.clientId();
        lastEpoch = change.epoch();
    }
}
