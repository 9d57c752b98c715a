package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** Reads the properties of an MQTT 5 packet (section 2.2.2). */
final class PropertiesDecoder {
    private PropertiesDecoder() {}

    /** The properties of this place; empty, without reading, in MQTT 3. */
    static Properties decode(PacketInput in, Place place) throws MqttCodecException {
        Properties.@Nullable Builder builder = in.isMqtt5() ? decodeToBuilder(in, place) : null;
        return builder == null ? Properties.EMPTY : builder.build();
    }

    /** The properties of this place of an MQTT 5 packet, or null where there are none. */
    static Properties.@Nullable Builder decodeToBuilder(PacketInput in, Place place)
            throws MqttCodecException {
        int length = in.variable("property length"); // [MQTT-2.2.2-1]
        if (length == 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw in.malformed("property length " + length + " passes the end of the packet");
        }
        int restAfter = in.remaining() - length;
        Properties.Builder builder = Properties.builder();
        while (in.remaining() > restAfter) {
            decodeOne(in, place, builder);
        }
        if (in.remaining() < restAfter) {
            throw in.malformed("last property passes the property length");
        }
        return builder;
    }

    private static void decodeOne(PacketInput in, Place place, Properties.Builder builder)
            throws MqttCodecException {
        int identifier = in.variable("property identifier");
        Property property = Property.withIdentifier(identifier);
        if (property == null) {
            throw in.malformed("there is no property 0x" + Integer.toHexString(identifier));
        }
        if (!property.isAllowedIn(place)) {
            throw in.protocolError(property + " is not allowed in " + place);
        }
        if (!property.mayRepeatIn(place) && builder.has(property)) {
            throw in.protocolError(property + " stands more than once in " + place);
        }
        String name = property.name();
        switch (property.type()) {
            case BYTE -> builder.number(property, allowed(in, property, in.oneByte(name)));
            case TWO_BYTE -> builder.number(property, allowed(in, property, in.twoBytes(name)));
            case FOUR_BYTE -> builder.number(property, allowed(in, property, in.fourBytes(name)));
            case VARIABLE ->
                    builder.subscriptionIdentifier((int) allowed(in, property, in.variable(name)));
            case STRING -> builder.string(property, string(in, property));
            case BINARY -> builder.binary(property, in.binary(name));
            case STRING_PAIR -> // [MQTT-1.5.7-1]
                    builder.userProperty(in.string("name of USER_PROPERTY"), in.string(name));
        }
    }

    private static long allowed(PacketInput in, Property property, long value)
            throws MqttCodecException {
        if (property.allows(value)) {
            return value;
        }
        String what = property + " must not be " + value;
        throw property == Property.TOPIC_ALIAS
                ? in.refused(ReasonCode.TOPIC_ALIAS_INVALID, what) // [MQTT-3.3.2-8]
                : in.protocolError(what);
    }

    private static String string(PacketInput in, Property property) throws MqttCodecException {
        String value = in.string(property.name());
        if (property == Property.RESPONSE_TOPIC
                && (value.isEmpty() || value.indexOf('+') >= 0 || value.indexOf('#') >= 0)) {
            throw in.protocolError("RESPONSE_TOPIC is no topic name"); // [MQTT-3.3.2-14]
        }
        return value;
    }
}
