package io.skein.mqtt;

import static io.skein.mqtt.Property.Place.AUTH;
import static io.skein.mqtt.Property.Place.CONNACK;
import static io.skein.mqtt.Property.Place.CONNECT;
import static io.skein.mqtt.Property.Place.DISCONNECT;
import static io.skein.mqtt.Property.Place.PUBACK;
import static io.skein.mqtt.Property.Place.PUBCOMP;
import static io.skein.mqtt.Property.Place.PUBLISH;
import static io.skein.mqtt.Property.Place.PUBREC;
import static io.skein.mqtt.Property.Place.PUBREL;
import static io.skein.mqtt.Property.Place.SUBACK;
import static io.skein.mqtt.Property.Place.SUBSCRIBE;
import static io.skein.mqtt.Property.Place.UNSUBACK;
import static io.skein.mqtt.Property.Place.WILL;

import org.jspecify.annotations.Nullable;

/**
 * The properties of MQTT 5 (section 2.2.2.2): identifier and type on the wire, the values allowed,
 * and the packets they may stand in.
 */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Type.BYTE, 0, 1, PUBLISH, WILL),
    MESSAGE_EXPIRY_INTERVAL(0x02, Type.FOUR_BYTE, 0, 0xFFFF_FFFFL, PUBLISH, WILL),
    CONTENT_TYPE(0x03, Type.STRING, PUBLISH, WILL),
    RESPONSE_TOPIC(0x08, Type.STRING, PUBLISH, WILL),
    CORRELATION_DATA(0x09, Type.BINARY, PUBLISH, WILL),
    SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARIABLE, 1, 268_435_455, PUBLISH, SUBSCRIBE),
    SESSION_EXPIRY_INTERVAL(0x11, Type.FOUR_BYTE, 0, 0xFFFF_FFFFL, CONNECT, CONNACK, DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Type.STRING, CONNACK),
    SERVER_KEEP_ALIVE(0x13, Type.TWO_BYTE, 0, 0xFFFF, CONNACK),
    AUTHENTICATION_METHOD(0x15, Type.STRING, CONNECT, CONNACK, AUTH),
    AUTHENTICATION_DATA(0x16, Type.BINARY, CONNECT, CONNACK, AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, Type.BYTE, 0, 1, CONNECT),
    WILL_DELAY_INTERVAL(0x18, Type.FOUR_BYTE, 0, 0xFFFF_FFFFL, WILL),
    REQUEST_RESPONSE_INFORMATION(0x19, Type.BYTE, 0, 1, CONNECT),
    RESPONSE_INFORMATION(0x1A, Type.STRING, CONNACK),
    SERVER_REFERENCE(0x1C, Type.STRING, CONNACK, DISCONNECT),
    REASON_STRING(
            0x1F,
            Type.STRING,
            CONNACK,
            PUBACK,
            PUBREC,
            PUBREL,
            PUBCOMP,
            SUBACK,
            UNSUBACK,
            DISCONNECT,
            AUTH),
    RECEIVE_MAXIMUM(0x21, Type.TWO_BYTE, 1, 0xFFFF, CONNECT, CONNACK),
    TOPIC_ALIAS_MAXIMUM(0x22, Type.TWO_BYTE, 0, 0xFFFF, CONNECT, CONNACK),
    TOPIC_ALIAS(0x23, Type.TWO_BYTE, 1, 0xFFFF, PUBLISH),
    MAXIMUM_QOS(0x24, Type.BYTE, 0, 1, CONNACK),
    RETAIN_AVAILABLE(0x25, Type.BYTE, 0, 1, CONNACK),
    USER_PROPERTY(0x26, Type.STRING_PAIR, Place.values()),
    MAXIMUM_PACKET_SIZE(0x27, Type.FOUR_BYTE, 1, 0xFFFF_FFFFL, CONNECT, CONNACK),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Type.BYTE, 0, 1, CONNACK),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Type.BYTE, 0, 1, CONNACK),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Type.BYTE, 0, 1, CONNACK);

    /** How a property's value is written; the first four are held as {@link Long}. */
    public enum Type {
        BYTE,
        TWO_BYTE,
        FOUR_BYTE,
        VARIABLE,
        STRING,
        BINARY,
        STRING_PAIR
    }

    /** Where properties stand: the packets that have them, and the Will inside CONNECT. */
    public enum Place {
        CONNECT,
        WILL,
        CONNACK,
        PUBLISH,
        PUBACK,
        PUBREC,
        PUBREL,
        PUBCOMP,
        SUBSCRIBE,
        SUBACK,
        UNSUBSCRIBE,
        UNSUBACK,
        DISCONNECT,
        AUTH
    }

    private static final @Nullable Property[] BY_IDENTIFIER = new @Nullable Property[0x2B];

    static {
        for (Property property : values()) {
            BY_IDENTIFIER[property.identifier] = property;
        }
    }

    private final int identifier;
    private final Type type;
    private final long minimum;
    private final long maximum;
    private final int places;

    Property(int identifier, Type type, Place... places) {
        this(identifier, type, 0, 0, places);
    }

    Property(int identifier, Type type, long minimum, long maximum, Place... places) {
        this.identifier = identifier;
        this.type = type;
        this.minimum = minimum;
        this.maximum = maximum;
        int bits = 0;
        for (Place place : places) {
            bits |= 1 << place.ordinal();
        }
        this.places = bits;
    }

    /** The property with this identifier, or null where the specification defines none. */
    public static @Nullable Property withIdentifier(int identifier) {
        return identifier >= 0 && identifier < BY_IDENTIFIER.length
                ? BY_IDENTIFIER[identifier]
                : null;
    }

    /** The identifier on the wire. */
    public int identifier() {
        return identifier;
    }

    /** How the value is written. */
    public Type type() {
        return type;
    }

    /** Whether it may stand in this place (table 2-4 of the specification). */
    public boolean isAllowedIn(Place place) {
        return (places & (1 << place.ordinal())) != 0;
    }

    /** Whether it may stand in this place more than once. */
    public boolean mayRepeatIn(Place place) {
        return this == USER_PROPERTY || (this == SUBSCRIPTION_IDENTIFIER && place == Place.PUBLISH);
    }

    /** Whether the specification allows this value; always true for types that are no numbers. */
    public boolean allows(long value) {
        return switch (type) {
            case BYTE, TWO_BYTE, FOUR_BYTE, VARIABLE -> value >= minimum && value <= maximum;
            case STRING, BINARY, STRING_PAIR -> true;
        };
    }
}
