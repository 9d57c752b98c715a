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
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.InvalidTopicException;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a frame that a {@link StateWriter} wrote, from the reader index of a buffer up to its end.
 * Believes no length: what it allocates is bounded by a small multiple of the bytes that are there,
 * and whatever is wrong with them is told by a {@link CorruptStateException}. Keeps nothing of the
 * buffer. Not thread-safe; make one per frame.
 */
public final class StateReader {
    private static final RetainHandling[] RETAIN_HANDLINGS = RetainHandling.values();

    private static final int MESSAGE_FLAGS =
            Format.QOS_MASK
                    | Format.RETAIN
                    | Format.PROPERTIES
                    | Format.EXPIRES
                    | Format.SAME_TOPIC
                    | Format.SAME_PUBLISHER
                    | Format.ORIGIN;

    private final ByteBuf in;
    private final NumberedMessages numbered;
    private final @Nullable KnownNames names;
    private @Nullable String lastClientId;
    private long lastEpoch;
    private @Nullable TopicName lastTopic;
    private @Nullable String lastPublisherId;

    /** Begins a frame in which every message is written where it stands. */
    public StateReader(ByteBuf in) {
        this(in, NumberedMessages.NONE);
    }

    /** Begins a frame in which messages may be referred to by number. */
    public StateReader(ByteBuf in, NumberedMessages numbered) {
        this(in, numbered, null);
    }

    /** The same; topics and publishers that are known already are the same objects. */
    public StateReader(ByteBuf in, NumberedMessages numbered, @Nullable KnownNames names) {
        this.in = in;
        this.numbered = numbered;
        this.names = names;
        int version = octet();
        if (version != Format.VERSION) {
            throw new CorruptStateException(
                    "format version " + version + ", this program reads " + Format.VERSION);
        }
    }

    /** Whether there is another value. */
    public boolean hasMore() {
        return in.isReadable();
    }

    /** Reads a message, or the one that is referred to. */
    public Message message() {
        return message(null);
    }

    /**
     * Reads a message, or the one that is referred to.
     *
     * @param unsaid where it entered the cluster, if it does not say so itself
     */
    public Message message(@Nullable Origin unsaid) {
        long reference = number();
        long number = reference >>> 1;
        if ((reference & Format.IN_FULL) == 0) {
            Message known = numbered.known(number);
            if (known == null) {
                throw new CorruptStateException("no message has the number " + number);
            }
            return known;
        }
        int flags = flags(MESSAGE_FLAGS);
        QoS qos = qos(flags);
        TopicName topic = (flags & Format.SAME_TOPIC) == 0 ? topic() : same(lastTopic);
        byte[] payload = bytes();
        Properties properties = (flags & Format.PROPERTIES) == 0 ? Properties.EMPTY : properties();
        String publisherId =
                (flags & Format.SAME_PUBLISHER) == 0 ? publisher() : same(lastPublisherId);
        lastTopic = topic;
        lastPublisherId = publisherId;
        long expiresAtNanos = (flags & Format.EXPIRES) == 0 ? Message.NEVER_EXPIRES : eightBytes();
        Origin origin = (flags & Format.ORIGIN) == 0 ? unsaid : origin();
        Message message =
                new Message(
                        topic,
                        payload,
                        qos,
                        (flags & Format.RETAIN) != 0,
                        properties,
                        publisherId,
                        expiresAtNanos,
                        origin);
        if (number != 0) {
            numbered.define(number, message);
        }
        return message;
    }

    private static <T> T same(@Nullable T last) {
        if (last == null) {
            throw new CorruptStateException("the first message is like one before it");
        }
        return last;
    }

    /** Reads where a message entered the cluster. */
    public Origin origin() {
        return new Origin(string(), number(), number(), number());
    }

    /** Reads a message in a session's queue. */
    public QueuedMessage queued() {
        int flags = flags(Format.QOS_MASK | Format.RETAIN | Format.SUBSCRIPTION_IDENTIFIERS);
        List<Integer> identifiers = List.of();
        if ((flags & Format.SUBSCRIPTION_IDENTIFIERS) != 0) {
            int count = count();
            identifiers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                identifiers.add(smallNumber());
            }
        }
        return new QueuedMessage(
                message(), qos(flags), (flags & Format.RETAIN) != 0, List.copyOf(identifiers));
    }

    /** Reads a will. */
    public Will will() {
        int flags = flags(Format.QOS_MASK | Format.RETAIN | Format.PROPERTIES);
        return new Will(
                topic(),
                bytes(),
                qos(flags),
                (flags & Format.RETAIN) != 0,
                (flags & Format.PROPERTIES) == 0 ? Properties.EMPTY : properties());
    }

    /** Reads what is known of a session beside its subscriptions and messages. */
    public SessionHead head() {
        int flags = flags(Format.CONNECTED | Format.WILL | Format.WILL_ORIGIN);
        return new SessionHead(
                (flags & Format.CONNECTED) != 0,
                number(),
                eightBytes(),
                (flags & Format.WILL) == 0 ? null : will(),
                (flags & Format.WILL_ORIGIN) == 0 ? null : origin());
    }

    /** Reads a subscription, without its identifier. */
    public Subscription subscription() {
        int flags = octet();
        int handling = flags >>> Format.RETAIN_HANDLING_SHIFT;
        if (handling >= RETAIN_HANDLINGS.length) {
            throw new CorruptStateException("retain handling " + handling);
        }
        return new Subscription(
                filter(),
                qos(flags),
                (flags & Format.NO_LOCAL) != 0,
                (flags & Format.RETAIN_AS_PUBLISHED) != 0,
                RETAIN_HANDLINGS[handling]);
    }

    /** Reads a change. */
    public SessionChange change() {
        int kind = octet();
        String clientId = lastClientId;
        if ((kind & Format.SAME_SESSION) == 0) {
            clientId = string();
            lastClientId = clientId;
            lastEpoch = number();
        } else if (clientId == null) {
            throw new CorruptStateException("the first change names no client");
        }
        long epoch = lastEpoch;
        return switch (kind & ~Format.SAME_SESSION) {
            case Format.HEAD_SET -> new SessionChange.HeadSet(clientId, epoch, head());
            case Format.ENDED -> new SessionChange.Ended(clientId, epoch);
            case Format.SUBSCRIBED ->
                    new SessionChange.Subscribed(clientId, epoch, subscription(), smallNumber());
            case Format.UNSUBSCRIBED -> new SessionChange.Unsubscribed(clientId, epoch, filter());
            case Format.QUEUED -> new SessionChange.Queued(clientId, epoch, number(), queued());
            case Format.SENT_TO_CLIENT ->
                    new SessionChange.Sent(clientId, epoch, number(), packetId());
            case Format.RELEASED_BY_CLIENT -> new SessionChange.Released(clientId, epoch, number());
            case Format.DEQUEUED -> new SessionChange.Dequeued(clientId, epoch, number());
            case Format.RECEIVED -> new SessionChange.Received(clientId, epoch, packetId());
            case Format.UNDER_WAY ->
                    new SessionChange.Received(clientId, epoch, packetId(), origin());
            case Format.COMPLETED -> new SessionChange.Completed(clientId, epoch, packetId());
            default -> throw new CorruptStateException("session change of kind " + kind);
        };
    }

    /** Reads a whole session. */
    public StoredSession session() {
        String clientId = string();
        StoredSession session = new StoredSession(clientId, head());
        for (int left = count(); left > 0; left--) {
            session.apply(new SessionChange.Subscribed(clientId, 0, subscription(), smallNumber()));
        }
        for (int left = count(); left > 0; left--) {
            int flags = flags(Format.SENT | Format.RELEASED);
            long sequence = number();
            int packetId = (flags & Format.SENT) == 0 ? 0 : packetId();
            session.apply(new SessionChange.Queued(clientId, 0, sequence, queued()));
            if (packetId != 0) {
                session.apply(new SessionChange.Sent(clientId, 0, sequence, packetId));
            }
            if ((flags & Format.RELEASED) != 0) {
                session.apply(new SessionChange.Released(clientId, 0, sequence));
            }
        }
        for (int left = count(); left > 0; left--) {
            session.apply(new SessionChange.Received(clientId, 0, packetId()));
        }
        for (int left = count(); left > 0; left--) {
            session.apply(new SessionChange.Received(clientId, 0, packetId(), origin()));
        }
        return session;
    }

    /** Reads properties. */
    public Properties properties() {
        Properties.Builder builder = Properties.builder();
        for (int left = count(); left > 0; left--) {
            Property property = property();
            switch (property.type()) {
                case BYTE, TWO_BYTE, FOUR_BYTE -> builder.number(property, number());
                case STRING -> builder.string(property, string());
                case BINARY -> builder.binary(property, bytes());
                case STRING_PAIR -> builder.userProperty(string(), string());
                case VARIABLE -> builder.subscriptionIdentifier(smallNumber());
            }
        }
        return builder.build();
    }

    private Property property() {
        int identifier = octet();
        Property property = Property.withIdentifier(identifier);
        if (property == null) {
            throw new CorruptStateException("no property 0x" + Integer.toHexString(identifier));
        }
        return property;
    }

    private String publisher() {
        int length = count();
        if (names == null) {
            return string(length);
        }
        String known = names.clientId(in, length);
        if (known != null) {
            return known;
        }
        int index = in.readerIndex();
        String read = string(length);
        names.remember(read, in, index, length);
        return read;
    }

    /** Reads text. */
    public String string() {
        return string(count());
    }

    private String string(int length) {
        byte[] utf8 = bytes(length);
        String text = new String(utf8, StandardCharsets.UTF_8);
        // Malformed input decodes to U+FFFD, which may also stand there in its own right.
        if (text.indexOf('\uFFFD') >= 0
                && !Arrays.equals(utf8, text.getBytes(StandardCharsets.UTF_8))) {
            throw new CorruptStateException("text that is not UTF-8");
        }
        return text;
    }

    /** Reads an array. */
    public byte[] bytes() {
        return bytes(count());
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    /** Reads a number, to be taken as unsigned. */
    public long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0) {
                return value;
            }
        }
        throw new CorruptStateException("a number of more than ten bytes");
    }

    /**
     * A number of things that follow and take a byte each or more: no more than there are bytes.
     */
    private int count() {
        long count = number();
        if (count < 0 || count > in.readableBytes()) {
            throw new CorruptStateException(
                    "a length of %s where %d bytes are left"
                            .formatted(Long.toUnsignedString(count), in.readableBytes()));
        }
        return (int) count;
    }

    private int smallNumber() {
        long number = number();
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new CorruptStateException(
                    "a number out of range: " + Long.toUnsignedString(number));
        }
        return (int) number;
    }

    private int packetId() {
        require(Short.BYTES);
        int packetId = in.readUnsignedShort();
        if (packetId == 0) {
            throw new CorruptStateException("packet id 0");
        }
        return packetId;
    }

    private int flags(int allowed) {
        int flags = octet();
        if ((flags & ~allowed) != 0) {
            throw new CorruptStateException("flags 0x" + Integer.toHexString(flags));
        }
        return flags;
    }

    private int octet() {
        require(1);
        return in.readUnsignedByte();
    }

    private long eightBytes() {
        require(Long.BYTES);
        return in.readLong();
    }

    private void require(int bytes) {
        if (in.readableBytes() < bytes) {
            throw new CorruptStateException("it ends in the middle of a value");
        }
    }

    private static QoS qos(int flags) {
        int value = flags & Format.QOS_MASK;
        if (value == Format.QOS_MASK) {
            throw new CorruptStateException("quality of service 3");
        }
        return QoS.of(value);
    }

    private TopicName topic() {
        int length = count();
        TopicName known = names == null ? null : names.topic(in, length);
        if (known != null) {
            return known;
        }
        int index = in.readerIndex();
        try {
            TopicName read = TopicName.ofUtf8(bytes(length));
            if (names != null) {
                names.remember(read, in, index);
            }
            return read;
        } catch (InvalidTopicException e) {
            throw new CorruptStateException("a topic name that MQTT does not allow", e);
        }
    }

    private TopicFilter filter() {
        try {
            return TopicFilter.of(string());
        } catch (InvalidTopicException e) {
            throw new CorruptStateException("a topic filter that MQTT does not allow", e);
        }
    }
}
