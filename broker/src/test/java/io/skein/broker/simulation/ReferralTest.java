package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.Broker;
import io.skein.broker.Referral;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Clients that are to use another node when they connect. */
class ReferralTest {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualTime time = new VirtualTime(5);
    private final SimulatedCluster cluster = new SimulatedCluster(time, 2, 2);
    private final Broker broker = cluster.nodes.getFirst().broker();

    private ConnAck answerTo(SimulatedClient client, ProtocolVersion version) {
        Properties properties =
                version == ProtocolVersion.MQTT_5
                        ? Properties.builder()
                                .number(Property.SESSION_EXPIRY_INTERVAL, 3600)
                                .build()
                        : Properties.EMPTY;
        client.connect(
                cluster.nodes.getFirst(),
                new Connect(version, client.id, false, 0, properties, null, null, null));
        time.run(SECOND);
        return Objects.requireNonNull(client.lastConnAck);
    }

    private static void isReferred(ConnAck answer) {
        assertThat(answer.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
        assertThat(answer.properties().string(Property.SERVER_REFERENCE)).isEqualTo("n2:1883");
        assertThat(answer.sessionPresent()).isFalse();
    }

    @Test
    void newcomersThatCanBeToldGoElsewhereAndTheOthersComeIn() {
        SimulatedClient known = new SimulatedClient(time, "known");
        assertThat(answerTo(known, ProtocolVersion.MQTT_5).reason()).isEqualTo(ReasonCode.SUCCESS);
        known.cut();
        broker.refer(new Referral("n2:1883", false));

        isReferred(answerTo(new SimulatedClient(time, "new"), ProtocolVersion.MQTT_5));
        assertThat(answerTo(known, ProtocolVersion.MQTT_5).sessionPresent()).isTrue();
        SimulatedClient old = new SimulatedClient(time, "old");
        assertThat(answerTo(old, ProtocolVersion.MQTT_3_1_1).reason())
                .isEqualTo(ReasonCode.SUCCESS);

        broker.refer(null);
        SimulatedClient later = new SimulatedClient(time, "later");
        assertThat(answerTo(later, ProtocolVersion.MQTT_5).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(broker.counters().clientsRedirected.sum()).isEqualTo(1);
    }

    @Test
    void aNodeThatTakesNobodySendsAwayWhoHasASessionThereToo() {
        SimulatedClient known = new SimulatedClient(time, "known");
        answerTo(known, ProtocolVersion.MQTT_5);
        known.cut();
        broker.refer(new Referral("n2:1883", true));

        isReferred(answerTo(known, ProtocolVersion.MQTT_5));
        SimulatedClient old = new SimulatedClient(time, "old");
        assertThat(answerTo(old, ProtocolVersion.MQTT_3_1_1).reason())
                .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    @Test
    void whereThereIsNoOtherServerNobodyIsToldOfOne() {
        broker.refer(new Referral("", true));
        ConnAck answer = answerTo(new SimulatedClient(time, "c"), ProtocolVersion.MQTT_5);
        assertThat(answer.reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(answer.properties().has(Property.SERVER_REFERENCE)).isFalse();
    }
}
