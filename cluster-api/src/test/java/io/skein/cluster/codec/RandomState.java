package io.skein.cluster.codec;

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
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Values that a seed decides, with the borders of their ranges more often than chance would. */
final class RandomState {
    private static final List<String> WORDS =
            List.of("a", "door", "", "température", "気温", "🌡", "x".repeat(300), "\uFFFD");
    private static final long[] BORDERS = {
        0, 1, 127, 128, 0xFFFF, 0xFFFF_FFFFL, Long.MAX_VALUE, -1
    };

    private final Random random;

    RandomState(long seed) {
        this.random = new Random(seed);
    }

    Message message() {
        return new Message(
                topic(),
                bytes(random.nextInt(8) == 0 ? 70_000 : 300),
                qos(),
                random.nextBoolean(),
                properties(),
                word(),
                random.nextBoolean() ? Message.NEVER_EXPIRES : random.nextLong());
    }

    QueuedMessage queued() {
        List<Integer> identifiers =
                random.nextBoolean()
                        ? List.of()
                        : random.ints(random.nextInt(4), 1, 268_435_456).boxed().toList();
        return new QueuedMessage(message(), qos(), random.nextBoolean(), identifiers);
    }

    Will will() {
        return new Will(topic(), bytes(50), qos(), random.nextBoolean(), properties());
    }

    SessionHead head() {
        return new SessionHead(
                random.nextBoolean(),
                random.nextLong(SessionHead.NEVER_EXPIRES + 1),
                number(),
                random.nextBoolean() ? null : will(),
                random.nextBoolean() ? null : origin());
    }

    Subscription subscription() {
        return new Subscription(
                filter(),
                qos(),
                random.nextBoolean(),
                random.nextBoolean(),
                RetainHandling.values()[random.nextInt(3)]);
    }

    SessionChange change() {
        String clientId = word();
        long epoch = random.nextInt(3);
        return switch (random.nextInt(11)) {
            case 0 -> new SessionChange.HeadSet(clientId, epoch, head());
            case 1 -> new SessionChange.Ended(clientId, epoch);
            case 2 ->
                    new SessionChange.Subscribed(
                            clientId, epoch, subscription(), random.nextInt(268_435_456));
            case 3 -> new SessionChange.Unsubscribed(clientId, epoch, filter());
            case 4 -> new SessionChange.Queued(clientId, epoch, number(), queued());
            case 5 -> new SessionChange.Sent(clientId, epoch, number(), packetId());
            case 6 -> new SessionChange.Released(clientId, epoch, number());
            case 7 -> new SessionChange.Dequeued(clientId, epoch, number());
            case 8 -> new SessionChange.Received(clientId, epoch, packetId());
            case 9 -> new SessionChange.Received(clientId, epoch, packetId(), origin());
            default -> new SessionChange.Completed(clientId, epoch, packetId());
        };
    }

    Origin origin() {
        return new Origin(
                "node-" + random.nextInt(),
                random.nextLong() >>> 1,
                random.nextLong() >>> 1,
                random.nextLong() >>> 1);
    }

    StoredSession session() {
        StoredSession session = new StoredSession(word(), head());
        Stream.generate(this::change).limit(random.nextInt(60)).forEach(session::apply);
        for (long sequence = 0; sequence < random.nextInt(10); sequence++) {
            session.apply(new SessionChange.Queued("", 0, sequence, queued()));
            if (random.nextBoolean()) {
                session.apply(new SessionChange.Sent("", 0, sequence, packetId()));
            }
            if (random.nextBoolean()) {
                session.apply(new SessionChange.Released("", 0, sequence));
            }
        }
        return session;
    }

    Properties properties() {
        Properties.Builder builder = Properties.builder();
        for (int left = random.nextInt(4); left > 0; left--) {
            Property property = Property.values()[random.nextInt(Property.values().length)];
            switch (property.type()) {
                case BYTE, TWO_BYTE, FOUR_BYTE -> builder.number(property, number());
                case STRING -> builder.string(property, word());
                case BINARY -> builder.binary(property, bytes(20));
                case STRING_PAIR -> builder.userProperty(word(), word());
                case VARIABLE -> builder.subscriptionIdentifier(random.nextInt(268_435_456));
            }
        }
        return builder.build();
    }

    private long number() {
        return random.nextBoolean() ? BORDERS[random.nextInt(BORDERS.length)] : random.nextLong();
    }

    private int packetId() {
        return 1 + random.nextInt(65_535);
    }

    private QoS qos() {
        return QoS.of(random.nextInt(3));
    }

    private TopicName topic() {
        return TopicName.of("t/" + word());
    }

    private TopicFilter filter() {
        return TopicFilter.of((random.nextBoolean() ? "$share/g/" : "") + "t/" + word() + "/#");
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private byte[] bytes(int limit) {
        byte[] bytes = new byte[random.nextInt(limit)];
        random.nextBytes(bytes);
        return bytes;
    }
}
