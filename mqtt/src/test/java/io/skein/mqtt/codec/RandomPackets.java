package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Random packets that the specification allows; the same ones for the same seed. */
final class RandomPackets {
    private static final String[] TEXTS = {
        "", "a", "sensor/17", "é", "€uro", "😀", "\uFEFF", "a b\n"
    };

    private final Random random;

    RandomPackets(long seed) {
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    ProtocolVersion version() {
        return ProtocolVersion.values()[random.nextInt(3)];
    }

    /** Some packet that a client may send. */
    Packet fromClient(ProtocolVersion version) {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        return switch (random.nextInt(mqtt5 ? 10 : 9)) {
            case 0 -> connect(version);
            case 1 -> publish(version, true);
            case 2, 3, 4, 5 -> acknowledgement(version);
            case 6 ->
                    new Subscribe(
                            packetId(),
                            some(() -> subscription(mqtt5)),
                            properties(Place.SUBSCRIBE, mqtt5));
            case 7 ->
                    new Unsubscribe(
                            packetId(), some(this::filter), properties(Place.UNSUBSCRIBE, mqtt5));
            case 8 -> random.nextBoolean() ? PingReq.INSTANCE : disconnect(mqtt5, true);
            default ->
                    new Auth(
                            one(AllowedReasons.AUTH_OF_CLIENT),
                            properties(Place.AUTH, true).toBuilder()
                                    .string(Property.AUTHENTICATION_METHOD, text())
                                    .build());
        };
    }

    /** Some packet that a server may send. */
    Packet fromServer(ProtocolVersion version) {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        return switch (random.nextInt(mqtt5 ? 10 : 8)) {
            case 0 -> connAck(version);
            case 1 -> publish(version, false);
            case 2, 3, 4, 5 -> acknowledgement(version);
            case 6 -> subAck(mqtt5);
            case 7 -> random.nextBoolean() ? PingResp.INSTANCE : unsubAck(mqtt5);
            case 8 -> disconnect(true, false);
            default ->
                    new Auth(
                            one(AllowedReasons.AUTH_OF_SERVER),
                            properties(Place.AUTH, true).toBuilder()
                                    .string(Property.AUTHENTICATION_METHOD, text())
                                    .build());
        };
    }

    private Connect connect(ProtocolVersion version) {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        boolean named = random.nextBoolean();
        return new Connect(
                version,
                text(),
                random.nextBoolean(),
                random.nextInt(65_536),
                withMethod(properties(Place.CONNECT, mqtt5)),
                random.nextBoolean()
                        ? new Will(
                                topic(),
                                bytes(),
                                qos(),
                                random.nextBoolean(),
                                properties(Place.WILL, mqtt5))
                        : null,
                named ? text() : null,
                (named || mqtt5) && random.nextBoolean() ? bytes() : null);
    }

    private ConnAck connAck(ProtocolVersion version) {
        if (version == ProtocolVersion.MQTT_5) {
            ReasonCode reason = one(AllowedReasons.CONNACK);
            boolean present = reason == ReasonCode.SUCCESS && random.nextBoolean();
            return new ConnAck(present, reason, withMethod(properties(Place.CONNACK, true)));
        }
        int code = random.nextInt(6);
        ReasonCode reason = ConnectReturnCode.reason(code);
        boolean present =
                code == 0 && version == ProtocolVersion.MQTT_3_1_1 && random.nextBoolean();
        return new ConnAck(present, reason == null ? ReasonCode.SUCCESS : reason, Properties.EMPTY);
    }

    Publish publish(ProtocolVersion version, boolean fromClient) {
        QoS qos = qos();
        Properties properties = properties(Place.PUBLISH, version == ProtocolVersion.MQTT_5);
        Properties.Builder builder = properties.toBuilder().remove(Property.TOPIC_ALIAS);
        if (fromClient) {
            builder.remove(Property.SUBSCRIPTION_IDENTIFIER);
        }
        return new Publish(
                topic(),
                bytes(),
                qos,
                random.nextBoolean(),
                qos != QoS.AT_MOST_ONCE && random.nextBoolean(),
                qos == QoS.AT_MOST_ONCE ? 0 : packetId(),
                builder.build());
    }

    private Packet acknowledgement(ProtocolVersion version) {
        int id = packetId();
        if (version != ProtocolVersion.MQTT_5) {
            return switch (random.nextInt(4)) {
                case 0 -> new PubAck(id);
                case 1 -> new PubRec(id);
                case 2 -> new PubRel(id);
                default -> new PubComp(id);
            };
        }
        ReasonCode first = one(AllowedReasons.PUBACK_PUBREC);
        ReasonCode second = one(AllowedReasons.PUBREL_PUBCOMP);
        return switch (random.nextInt(4)) {
            case 0 -> new PubAck(id, first, properties(Place.PUBACK, true));
            case 1 -> new PubRec(id, first, properties(Place.PUBREC, true));
            case 2 -> new PubRel(id, second, properties(Place.PUBREL, true));
            default -> new PubComp(id, second, properties(Place.PUBCOMP, true));
        };
    }

    private Subscription subscription(boolean mqtt5) {
        TopicFilter filter = filter();
        if (!mqtt5) {
            return new Subscription(filter, qos());
        }
        return new Subscription(
                filter,
                qos(),
                !filter.isShared() && random.nextBoolean(),
                random.nextBoolean(),
                RetainHandling.values()[random.nextInt(3)]);
    }

    private SubAck subAck(boolean mqtt5) {
        Set<ReasonCode> allowed = mqtt5 ? AllowedReasons.SUBACK : AllowedReasons.SUBACK_MQTT_3;
        return new SubAck(packetId(), some(() -> one(allowed)), properties(Place.SUBACK, mqtt5));
    }

    private UnsubAck unsubAck(boolean mqtt5) {
        List<ReasonCode> reasons = mqtt5 ? some(() -> one(AllowedReasons.UNSUBACK)) : List.of();
        return new UnsubAck(packetId(), reasons, properties(Place.UNSUBACK, mqtt5));
    }

    private Disconnect disconnect(boolean mqtt5, boolean fromClient) {
        if (!mqtt5) {
            return new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY);
        }
        Property ofTheOtherSide =
                fromClient ? Property.SERVER_REFERENCE : Property.SESSION_EXPIRY_INTERVAL;
        return new Disconnect(
                one(
                        fromClient
                                ? AllowedReasons.DISCONNECT_OF_CLIENT
                                : AllowedReasons.DISCONNECT_OF_SERVER),
                properties(Place.DISCONNECT, true).toBuilder().remove(ofTheOtherSide).build());
    }

    private Properties properties(Place place, boolean mqtt5) {
        Properties.Builder builder = Properties.builder();
        if (!mqtt5 || random.nextBoolean()) {
            return builder.build();
        }
        for (Property property : Property.values()) {
            if (property.isAllowedIn(place) && random.nextInt(3) == 0) {
                addRandom(builder, property, place);
            }
        }
        return builder.build();
    }

    private void addRandom(Properties.Builder builder, Property property, Place place) {
        int repeats = property.mayRepeatIn(place) ? 1 + random.nextInt(3) : 1;
        switch (property.type()) {
            case BYTE -> builder.number(property, random.nextInt(2));
            case TWO_BYTE -> builder.number(property, 1L + random.nextInt(65_535));
            case FOUR_BYTE -> builder.number(property, random.nextLong(1, 0x1_0000_0000L));
            case VARIABLE -> {
                for (int i = 0; i < repeats; i++) {
                    builder.subscriptionIdentifier(
                            1 + random.nextInt(1 << (1 + random.nextInt(28))) % 268_435_455);
                }
            }
            case STRING ->
                    builder.string(
                            property,
                            property == Property.RESPONSE_TOPIC ? topic().name() : text());
            case BINARY -> builder.binary(property, bytes());
            case STRING_PAIR -> {
                for (int i = 0; i < repeats; i++) {
                    builder.userProperty(text(), text());
                }
            }
        }
    }

    private static Properties withMethod(Properties properties) {
        return properties.has(Property.AUTHENTICATION_DATA)
                ? properties.toBuilder().string(Property.AUTHENTICATION_METHOD, "m").build()
                : properties;
    }

    private TopicName topic() {
        String text = text() + "/".repeat(random.nextInt(3)) + text();
        return TopicName.of(text.isEmpty() ? "/" : text);
    }

    private TopicFilter filter() {
        String text = topic().name();
        return TopicFilter.of(
                switch (random.nextInt(5)) {
                    case 0 -> text + "/#";
                    case 1 -> "+/" + text;
                    case 2 -> "$share/g/" + text;
                    case 3 -> "#";
                    default -> text;
                });
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)]
                + (random.nextInt(4) == 0 ? "x".repeat(random.nextInt(200)) : "");
    }

    private byte[] bytes() {
        byte[] bytes =
                new byte[random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private int packetId() {
        return 1 + random.nextInt(65_535);
    }

    private QoS qos() {
        return QoS.of(random.nextInt(3));
    }

    private <T> List<T> some(Supplier<T> one) {
        List<T> list = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            list.add(one.get());
        }
        return list;
    }

    private ReasonCode one(Set<ReasonCode> of) {
        return List.copyOf(of).get(random.nextInt(of.size()));
    }
}
