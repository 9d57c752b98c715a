package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import java.util.Set;

/**
 * Reads the packets that are mostly one reason code: PUBACK, PUBREC, PUBREL, PUBCOMP (sections 3.4
 * to 3.7), DISCONNECT (3.14) and AUTH (3.15). MQTT 5 lets them leave out a plain success.
 */
final class AcknowledgementDecoder {
    private AcknowledgementDecoder() {}

    static Packet pubAck(PacketInput in, boolean fromClient) throws MqttCodecException {
        int packetId = in.packetId();
        if (isPlain(in)) {
            return new PubAck(packetId);
        }
        ReasonCode reason = in.reason(ofPublish(fromClient)); // [MQTT-3.4.2-1]
        return new PubAck(packetId, reason, lastProperties(in, Place.PUBACK));
    }

    static Packet pubRec(PacketInput in, boolean fromClient) throws MqttCodecException {
        int packetId = in.packetId();
        if (isPlain(in)) {
            return new PubRec(packetId);
        }
        ReasonCode reason = in.reason(ofPublish(fromClient)); // [MQTT-3.5.2-1]
        return new PubRec(packetId, reason, lastProperties(in, Place.PUBREC));
    }

    private static Set<ReasonCode> ofPublish(boolean fromClient) {
        return fromClient ? AllowedReasons.PUBACK_PUBREC : AllowedReasons.PUBACK_PUBREC_UNDERSTOOD;
    }

    static Packet pubRel(PacketInput in) throws MqttCodecException {
        int packetId = in.packetId();
        if (isPlain(in)) {
            return new PubRel(packetId);
        }
        ReasonCode reason = in.reason(AllowedReasons.PUBREL_PUBCOMP); // [MQTT-3.6.2-1]
        return new PubRel(packetId, reason, lastProperties(in, Place.PUBREL));
    }

    static Packet pubComp(PacketInput in) throws MqttCodecException {
        int packetId = in.packetId();
        if (isPlain(in)) {
            return new PubComp(packetId);
        }
        ReasonCode reason = in.reason(AllowedReasons.PUBREL_PUBCOMP); // [MQTT-3.7.2-1]
        return new PubComp(packetId, reason, lastProperties(in, Place.PUBCOMP));
    }

    static Disconnect disconnect(PacketInput in, boolean fromClient) throws MqttCodecException {
        if (isPlain(in)) {
            return new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY);
        }
        Set<ReasonCode> allowed =
                fromClient
                        ? AllowedReasons.DISCONNECT_OF_CLIENT
                        : AllowedReasons.DISCONNECT_OF_SERVER;
        ReasonCode reason = in.reason(allowed); // [MQTT-3.14.2-1]
        Properties properties = lastProperties(in, Place.DISCONNECT);
        Property ofTheOtherSide =
                fromClient ? Property.SERVER_REFERENCE : Property.SESSION_EXPIRY_INTERVAL;
        if (properties.has(ofTheOtherSide)) { // [MQTT-3.14.2-2]
            throw in.protocolError(
                    ofTheOtherSide + " from a " + (fromClient ? "client" : "server"));
        }
        return new Disconnect(reason, properties);
    }

    static Auth auth(PacketInput in, boolean fromClient) throws MqttCodecException {
        if (in.remaining() == 0 && !fromClient) { // a client has no success to tell
            return new Auth(ReasonCode.SUCCESS, Properties.EMPTY);
        }
        ReasonCode reason =
                in.reason(
                        fromClient
                                ? AllowedReasons.AUTH_OF_CLIENT
                                : AllowedReasons.AUTH_OF_SERVER); // [MQTT-3.15.2-1]
        Properties properties = PropertiesDecoder.decode(in, Place.AUTH);
        if (!properties.has(Property.AUTHENTICATION_METHOD)) { // section 3.15.2.2.2
            throw in.protocolError("no AUTHENTICATION_METHOD");
        }
        in.requireEnd();
        return new Auth(reason, properties);
    }

    /** Whether nothing follows, which is all that MQTT 3 allows. */
    private static boolean isPlain(PacketInput in) throws MqttCodecException {
        if (!in.isMqtt5()) {
            in.requireEnd();
        }
        return in.remaining() == 0;
    }

    /** The properties after a reason code, where even their length may be left out. */
    private static Properties lastProperties(PacketInput in, Place place)
            throws MqttCodecException {
        Properties properties =
                in.remaining() == 0 ? Properties.EMPTY : PropertiesDecoder.decode(in, place);
        in.requireEnd();
        return properties;
    }
}
