package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (sections 3.8 to 3.11). */
final class SubscribeDecoder {
    private static final RetainHandling[] RETAIN_HANDLINGS = RetainHandling.values();

    private SubscribeDecoder() {}

    static Subscribe subscribe(PacketInput in, DecoderLimits limits) throws MqttCodecException {
        int packetId = in.packetId();
        Properties properties = PropertiesDecoder.decode(in, Place.SUBSCRIBE);
        if (in.remaining() == 0) { // [MQTT-3.8.3-2] of 5, [MQTT-3.8.3-3] of 3.1.1
            throw in.protocolError("no topic filter");
        }
        List<Subscription> subscriptions = new ArrayList<>(1);
        while (in.remaining() > 0) {
            requireRoom(in, subscriptions.size(), limits);
            TopicFilter filter = TopicDecoder.filter(in, limits); // [MQTT-3.8.3-1]
            int options = in.oneByte("subscription options");
            subscriptions.add(
                    in.isMqtt5()
                            ? subscription5(in, filter, options)
                            : subscription3(in, filter, options));
        }
        return new Subscribe(packetId, List.copyOf(subscriptions), properties);
    }

    private static Subscription subscription3(PacketInput in, TopicFilter filter, int options)
            throws MqttCodecException {
        if (options > 2) { // [MQTT-3-8.3-4]
            throw in.malformed("requested QoS is 0x" + Integer.toHexString(options));
        }
        return new Subscription(filter, QoS.of(options));
    }

    private static Subscription subscription5(PacketInput in, TopicFilter filter, int options)
            throws MqttCodecException {
        if ((options & 0xC0) != 0) { // [MQTT-3.8.3-5]
            throw in.malformed("reserved subscription options are set");
        }
        int qos = options & 3;
        int retainHandling = (options >> 4) & 3;
        if (qos == 3 || retainHandling == 3) {
            throw in.protocolError(qos == 3 ? "Maximum QoS is 3" : "Retain Handling is 3");
        }
        boolean noLocal = (options & 0x04) != 0;
        if (noLocal && filter.isShared()) { // [MQTT-3.8.3-4]
            throw in.protocolError("No Local on a shared subscription");
        }
        return new Subscription(
                filter,
                QoS.of(qos),
                noLocal,
                (options & 0x08) != 0,
                RETAIN_HANDLINGS[retainHandling]);
    }

    static Unsubscribe unsubscribe(PacketInput in, DecoderLimits limits) throws MqttCodecException {
        int packetId = in.packetId();
        Properties properties = PropertiesDecoder.decode(in, Place.UNSUBSCRIBE);
        if (in.remaining() == 0) { // [MQTT-3.10.3-2]
            throw in.protocolError("no topic filter");
        }
        List<TopicFilter> filters = new ArrayList<>(1);
        while (in.remaining() > 0) {
            requireRoom(in, filters.size(), limits);
            filters.add(TopicDecoder.filter(in, limits)); // [MQTT-3.10.3-1]
        }
        return new Unsubscribe(packetId, List.copyOf(filters), properties);
    }

    private static void requireRoom(PacketInput in, int filters, DecoderLimits limits)
            throws MqttCodecException {
        if (filters == limits.filtersMaximum()) {
            throw in.refused(ReasonCode.QUOTA_EXCEEDED, "more than " + filters + " topic filters");
        }
    }

    static SubAck subAck(PacketInput in) throws MqttCodecException {
        int packetId = in.packetId();
        Properties properties = PropertiesDecoder.decode(in, Place.SUBACK);
        Set<ReasonCode> allowed =
                in.isMqtt5() ? AllowedReasons.SUBACK : AllowedReasons.SUBACK_MQTT_3;
        return new SubAck(packetId, reasons(in, allowed), properties); // [MQTT-3.9.3-2]
    }

    static UnsubAck unsubAck(PacketInput in) throws MqttCodecException {
        int packetId = in.packetId();
        if (!in.isMqtt5()) {
            in.requireEnd();
            return new UnsubAck(packetId, List.of(), Properties.EMPTY);
        }
        Properties properties = PropertiesDecoder.decode(in, Place.UNSUBACK);
        return new UnsubAck(packetId, reasons(in, AllowedReasons.UNSUBACK), properties);
    }

    private static List<ReasonCode> reasons(PacketInput in, Set<ReasonCode> allowed)
            throws MqttCodecException {
        if (in.remaining() == 0) { // [MQTT-3.8.4-6] one for each filter, and there is at least one
            throw in.protocolError("no reason code");
        }
        List<ReasonCode> reasons = new ArrayList<>(in.remaining());
        while (in.remaining() > 0) {
            reasons.add(in.reason(allowed));
        }
        return List.copyOf(reasons);
    }
}
