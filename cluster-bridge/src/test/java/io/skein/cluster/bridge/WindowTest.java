package io.skein.cluster.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final Window window = new Window();

    private static Publish message(int packetId) {
        return new Publish(
                TopicName.of("t"),
                new byte[0],
                packetId == 0 ? QoS.AT_MOST_ONCE : QoS.AT_LEAST_ONCE,
                false,
                false,
                packetId,
                Properties.EMPTY);
    }

    @Test
    void nothingPassesBeforeItIsOpen() {
        assertThat(window.offer(message(0))).isNull();
        window.open(1);
        assertThat(window.next()).isEqualTo(message(0));
    }

    @Test
    void noMoreAreUnderWayThanAllowedAndTheOrderStays() {
        window.open(2);
        assertThat(window.offer(message(1))).isEqualTo(message(1));
        assertThat(window.offer(message(2))).isEqualTo(message(2));
        assertThat(window.offer(message(3))).isNull();
        assertThat(window.offer(message(0))).isNull();
        assertThat(window.isWaiting()).isTrue();
        window.free(1);
        assertThat(window.next()).isEqualTo(message(3));
        assertThat(window.next()).isEqualTo(message(0));
        assertThat(window.isWaiting()).isFalse();
    }

    @Test
    void aRepetitionPassesAFullWindow() {
        window.open(1);
        assertThat(window.offer(message(1))).isEqualTo(message(1));
        assertThat(window.offer(message(1))).isEqualTo(message(1));
    }

    @Test
    void anIdThatIsReservedWaitsUntilItIsGivenBack() {
        window.open(10);
        int id = window.reserve();
        assertThat(window.offer(message(id))).isNull();
        window.giveBack();
        assertThat(window.next()).isEqualTo(message(id));
        assertThat(window.reserve()).isNotEqualTo(id);
    }
}
