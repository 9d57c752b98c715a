package io.skein.mqtt.codec;

import static io.skein.mqtt.ProtocolVersion.MQTT_3_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_3_1_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static io.skein.mqtt.codec.PacketTable.USER_PROPERTY;
import static io.skein.mqtt.codec.PacketTable.client;
import static io.skein.mqtt.codec.PacketTable.readOnly;
import static io.skein.mqtt.codec.PacketTable.server;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.PacketTable.From;
import io.skein.mqtt.codec.PacketTable.Sample;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;

/** SUBSCRIBE, UNSUBSCRIBE and their acknowledgements. */
final class SubscriptionSamples {
    private SubscriptionSamples() {}

    static List<Sample> subscriptions() {
        Properties user = Properties.builder().userProperty("k", "v").build();
        Properties identifier = user.toBuilder().subscriptionIdentifier(128).build();
        Properties reason = Properties.builder().string(Property.REASON_STRING, "r").build();
        Subscription tree = new Subscription(TopicFilter.of("#"), QoS.EXACTLY_ONCE);
        Subscription branch = new Subscription(TopicFilter.of("a/b"), QoS.AT_LEAST_ONCE);
        Subscription withOptions =
                new Subscription(
                        TopicFilter.of("a/+"),
                        QoS.EXACTLY_ONCE,
                        true,
                        true,
                        RetainHandling.DO_NOT_SEND);
        Subscription shared =
                new Subscription(
                        TopicFilter.of("$share/g/t"),
                        QoS.AT_LEAST_ONCE,
                        false,
                        false,
                        RetainHandling.SEND_IF_NEW);
        List<TopicFilter> filters = List.of(TopicFilter.of("a"), TopicFilter.of("b/#"));
        return List.of(
                client(
                        "SUBSCRIBE",
                        MQTT_3_1_1,
                        "82 0C 00 01 00 03 'a/b' 01 00 01 '#' 02",
                        new Subscribe(1, List.of(branch, tree), Properties.EMPTY)),
                readOnly(
                        From.CLIENT,
                        "repeated SUBSCRIBE",
                        MQTT_3_1,
                        "8A 06 00 01 00 01 '#' 02",
                        new Subscribe(1, List.of(tree), Properties.EMPTY)),
                client(
                        "SUBSCRIBE",
                        MQTT_5,
                        "82 07 00 01 00 00 01 '#' 02",
                        new Subscribe(1, List.of(tree), Properties.EMPTY)),
                client(
                        "SUBSCRIBE with options and properties",
                        MQTT_5,
                        "82 20 00 02 0A 0B 80 01 "
                                + USER_PROPERTY
                                + " 00 03 'a/+' 2E 00 0A '$share/g/t' 11",
                        new Subscribe(2, List.of(withOptions, shared), identifier)),
                server(
                        "SUBACK",
                        MQTT_3_1_1,
                        "90 05 00 01 01 02 80",
                        new SubAck(
                                1,
                                List.of(
                                        ReasonCode.GRANTED_QOS_1,
                                        ReasonCode.GRANTED_QOS_2,
                                        ReasonCode.UNSPECIFIED_ERROR),
                                Properties.EMPTY)),
                server(
                        "SUBACK",
                        MQTT_5,
                        "90 06 00 01 00 00 87 A2",
                        new SubAck(
                                1,
                                List.of(
                                        ReasonCode.SUCCESS,
                                        ReasonCode.NOT_AUTHORIZED,
                                        ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED),
                                Properties.EMPTY)),
                server(
                        "SUBACK with reason string",
                        MQTT_5,
                        "90 08 00 01 04 1F 00 01 'r' 01",
                        new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1), reason)),
                client(
                        "UNSUBSCRIBE",
                        MQTT_3_1_1,
                        "A2 0A 00 01 00 01 'a' 00 03 'b/#'",
                        new Unsubscribe(1, filters, Properties.EMPTY)),
                client(
                        "UNSUBSCRIBE",
                        MQTT_5,
                        "A2 0B 00 01 00 00 01 'a' 00 03 'b/#'",
                        new Unsubscribe(1, filters, Properties.EMPTY)),
                client(
                        "UNSUBSCRIBE with user property",
                        MQTT_5,
                        "A2 0D 00 01 07 " + USER_PROPERTY + " 00 01 'a'",
                        new Unsubscribe(1, List.of(TopicFilter.of("a")), user)),
                server(
                        "UNSUBACK",
                        MQTT_3_1_1,
                        "B0 02 00 01",
                        new UnsubAck(1, List.of(), Properties.EMPTY)),
                server(
                        "UNSUBACK",
                        MQTT_5,
                        "B0 05 00 01 00 00 11",
                        new UnsubAck(
                                1,
                                List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED),
                                Properties.EMPTY)),
                server(
                        "UNSUBACK with reason string",
                        MQTT_5,
                        "B0 08 00 01 04 1F 00 01 'r' 87",
                        new UnsubAck(1, List.of(ReasonCode.NOT_AUTHORIZED), reason)));
    }
}
