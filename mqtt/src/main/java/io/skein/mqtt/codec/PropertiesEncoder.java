package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.UserProperty;
import java.util.List;

/** Writes the properties of an MQTT 5 packet (section 2.2.2). */
final class PropertiesEncoder {
    private PropertiesEncoder() {}

    /**
     * Bytes of the properties, without the length before them.
     *
     * @throws IllegalArgumentException if one of them is not allowed in this place or has a value
     *     the specification does not allow
     */
    static int bytes(Properties properties, Place place) {
        if (properties.isEmpty()) {
            return 0;
        }
        int bytes = 0;
        for (int i = 0; i < properties.singleCount(); i++) {
            Property property = properties.singleProperty(i);
            requireAllowed(property, place);
            bytes += 1 + valueBytes(property, properties.singleValue(i));
        }
        List<Integer> identifiers = properties.subscriptionIdentifiers();
        if (!identifiers.isEmpty()) {
            requireAllowed(Property.SUBSCRIPTION_IDENTIFIER, place);
            if (identifiers.size() > 1 && !Property.SUBSCRIPTION_IDENTIFIER.mayRepeatIn(place)) {
                throw new IllegalArgumentException(
                        identifiers.size() + " subscription identifiers in " + place);
            }
            for (int i = 0; i < identifiers.size(); i++) {
                bytes += subscriptionIdentifierBytes(identifiers.get(i));
            }
        }
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty userProperty = userProperties.get(i);
            bytes += 1 + Text.bytes(userProperty.name()) + Text.bytes(userProperty.value());
        }
        return bytes;
    }

    /** The same with the length before them. */
    static int bytesWithLength(Properties properties, Place place) {
        int bytes = bytes(properties, place);
        return VariableByteInteger.bytes(bytes) + bytes;
    }

    /** Appends the length of the properties and the properties. */
    static void write(Properties properties, Place place, ByteBuf out) {
        VariableByteInteger.write(bytes(properties, place), out); // [MQTT-2.2.2-1]
        writeAll(properties, out);
    }

    static void writeAll(Properties properties, ByteBuf out) {
        for (int i = 0; i < properties.singleCount(); i++) {
            writeSingle(properties.singleProperty(i), properties.singleValue(i), out);
        }
        writeRepeated(properties, out);
    }

    /** Subscription identifiers and user properties. */
    static void writeRepeated(Properties properties, ByteBuf out) {
        List<Integer> identifiers = properties.subscriptionIdentifiers();
        for (int i = 0; i < identifiers.size(); i++) {
            writeSubscriptionIdentifier(identifiers.get(i), out);
        }
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0;
                i < userProperties.size();
                i++) { // [MQTT-3.3.2-18] [MQTT-3.1.3-10] in order
            UserProperty userProperty = userProperties.get(i);
            out.writeByte(Property.USER_PROPERTY.identifier());
            Text.write(userProperty.name(), out);
            Text.write(userProperty.value(), out);
        }
    }

    static int subscriptionIdentifierBytes(int identifier) {
        if (!Property.SUBSCRIPTION_IDENTIFIER.allows(identifier)) {
            throw new IllegalArgumentException("subscription identifier " + identifier);
        }
        return 1 + VariableByteInteger.bytes(identifier);
    }

    static void writeSubscriptionIdentifier(int identifier, ByteBuf out) {
        out.writeByte(Property.SUBSCRIPTION_IDENTIFIER.identifier());
        VariableByteInteger.write(identifier, out);
    }

    private static int valueBytes(Property property, Object value) {
        return switch (property.type()) {
            case BYTE -> number(property, value, 1);
            case TWO_BYTE -> number(property, value, 2);
            case FOUR_BYTE -> number(property, value, 4);
            case STRING -> Text.bytes((String) value);
            case BINARY -> Text.bytes((byte[]) value);
            case VARIABLE, STRING_PAIR ->
                    throw new AssertionError(property + " is no single value");
        };
    }

    private static int number(Property property, Object value, int bytes) {
        if (!property.allows((Long) value)) {
            throw new IllegalArgumentException(property + " must not be " + value);
        }
        return bytes;
    }

    static void writeSingle(Property property, Object value, ByteBuf out) {
        out.writeByte(property.identifier());
        switch (property.type()) {
            case BYTE -> out.writeByte(((Long) value).intValue());
            case TWO_BYTE -> out.writeShort(((Long) value).intValue());
            case FOUR_BYTE -> out.writeInt(((Long) value).intValue());
            case STRING -> Text.write((String) value, out);
            case BINARY -> Text.write((byte[]) value, out);
            case VARIABLE, STRING_PAIR ->
                    throw new AssertionError(property + " is no single value");
        }
    }

    private static void requireAllowed(Property property, Place place) {
        if (!property.isAllowedIn(place)) {
            throw new IllegalArgumentException(property + " is not allowed in " + place);
        }
    }
}
