package io.skein.mqtt;

/** The properties of MQTT 5 (section 2.2.2.2) with their identifier and type on the wire. */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Type.BYTE),
    MESSAGE_EXPIRY_INTERVAL(0x02, Type.FOUR_BYTE),
    CONTENT_TYPE(0x03, Type.STRING),
    RESPONSE_TOPIC(0x08, Type.STRING),
    CORRELATION_DATA(0x09, Type.BINARY),
    SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARIABLE),
    SESSION_EXPIRY_INTERVAL(0x11, Type.FOUR_BYTE),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Type.STRING),
    SERVER_KEEP_ALIVE(0x13, Type.TWO_BYTE),
    AUTHENTICATION_METHOD(0x15, Type.STRING),
    AUTHENTICATION_DATA(0x16, Type.BINARY),
    REQUEST_PROBLEM_INFORMATION(0x17, Type.BYTE),
    WILL_DELAY_INTERVAL(0x18, Type.FOUR_BYTE),
    REQUEST_RESPONSE_INFORMATION(0x19, Type.BYTE),
    RESPONSE_INFORMATION(0x1A, Type.STRING),
    SERVER_REFERENCE(0x1C, Type.STRING),
    REASON_STRING(0x1F, Type.STRING),
    RECEIVE_MAXIMUM(0x21, Type.TWO_BYTE),
    TOPIC_ALIAS_MAXIMUM(0x22, Type.TWO_BYTE),
    TOPIC_ALIAS(0x23, Type.TWO_BYTE),
    MAXIMUM_QOS(0x24, Type.BYTE),
    RETAIN_AVAILABLE(0x25, Type.BYTE),
    USER_PROPERTY(0x26, Type.STRING_PAIR),
    MAXIMUM_PACKET_SIZE(0x27, Type.FOUR_BYTE),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Type.BYTE),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Type.BYTE),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Type.BYTE);

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

    private final int identifier;
    private final Type type;

    Property(int identifier, Type type) {
        this.identifier = identifier;
        this.type = type;
    }

    /** The identifier on the wire. */
    public int identifier() {
        return identifier;
    }

    /** How the value is written. */
    public Type type() {
        return type;
    }
}
