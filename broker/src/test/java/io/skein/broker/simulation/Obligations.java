package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a broker owes the client of one connection, from the packets of both directions. */
final class Obligations {
    /** A QoS 1 or 2 message that was sent and is not done with. */
    private static final class Outstanding {
        final QoS qos;
        boolean released;

        Outstanding(QoS qos) {
            this.qos = qos;
        }
    }

    private final long receiveMaximum;
    private final Map<Integer, Outstanding> window = new HashMap<>();
    private final List<String> answers = new ArrayList<>();
    private boolean accepted;

    Obligations(Connect connect) {
        receiveMaximum = connect.properties().number(Property.RECEIVE_MAXIMUM, 65_535);
    }

    /** A packet of the client, before the broker gets it. */
    void received(Packet packet) {
        switch (packet) {
            case Subscribe subscribe ->
                    answers.add(
                            answer(
                                    "SUBACK",
                                    subscribe.packetId(),
                                    subscribe.subscriptions().size()));
            case Unsubscribe unsubscribe ->
                    answers.add(
                            answer(
                                    "UNSUBACK",
                                    unsubscribe.packetId(),
                                    unsubscribe.filters().size()));
            case Publish publish -> {
                if (publish.qos() == QoS.AT_LEAST_ONCE) {
                    answers.add(answer("PUBACK", publish.packetId(), 1));
                }
            }
            case PubRel release -> answers.add(answer("PUBCOMP", release.packetId(), 1));
            case PingReq _ -> answers.add("PINGRESP");
            case PubAck ack -> done(ack.packetId(), QoS.AT_LEAST_ONCE, true);
            case PubComp complete -> done(complete.packetId(), QoS.EXACTLY_ONCE, false);
            case PubRec rec -> {
                Outstanding message = window.get(rec.packetId());
                if (rec.reason().isError()) {
                    done(rec.packetId(), QoS.EXACTLY_ONCE, true);
                } else if (message != null && message.qos == QoS.EXACTLY_ONCE) {
                    message.released = true;
                }
            }
            default -> {}
        }
    }

    private void done(int packetId, QoS qos, boolean unreleased) {
        Outstanding message = window.get(packetId);
        if (message != null && message.qos == qos && (unreleased || message.released)) {
            window.remove(packetId);
        }
    }

    /** A packet of the broker. */
    void sent(Packet packet) {
        if (packet instanceof ConnAck ack) { // [MQTT-3.2.0-2]
            assertThat(accepted).as("a second CONNACK").isFalse();
            accepted = ack.reason() == ReasonCode.SUCCESS;
            return;
        }
        assertThat(accepted).as("before CONNACK: " + packet).isTrue(); // [MQTT-3.2.0-1]
        switch (packet) {
            case SubAck ack -> given(answer("SUBACK", ack.packetId(), ack.reasons().size()));
            case UnsubAck ack ->
                    // MQTT 3 has no reasons: how many there are is the encoder's to know
                    given(answer("UNSUBACK", ack.packetId(), ack.reasons().size()));
            case PubAck ack -> given(answer("PUBACK", ack.packetId(), 1));
            case PubComp complete -> given(answer("PUBCOMP", complete.packetId(), 1));
            case PingResp _ -> given("PINGRESP");
            case Publish publish -> published(publish);
            default -> {}
        }
    }

    private void published(Publish publish) {
        if (publish.qos() == QoS.AT_MOST_ONCE) {
            return;
        }
        Outstanding before = window.put(publish.packetId(), new Outstanding(publish.qos()));
        assertThat(before) // [MQTT-2.2.1-4]
                .as("packet id %d is in use", publish.packetId())
                .isNull();
        assertThat((long) window.size()) // [MQTT-3.3.4-9]
                .as("unacknowledged towards the client")
                .isLessThanOrEqualTo(receiveMaximum);
    }

    private void given(String answer) {
        assertThat(answers.remove(answer)).as("nothing asked for " + answer).isTrue();
    }

    /** Every answer has been given. */
    void checkNoneLeft() {
        if (accepted) {
            assertThat(answers).as("answers that never came").isEmpty();
        }
    }

    private static String answer(String type, int packetId, int reasons) {
        return type + " " + packetId + " with " + reasons;
    }
}
