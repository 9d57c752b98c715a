package io.skein.server.net;

import static io.skein.server.RawClient.publishPacket;
import static io.skein.server.RawClient.subscribePacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One loop for all of them, so that nothing but the back-pressure keeps them apart. */
class SlowReaderTest {
    private static final int MESSAGES = 3_000;
    private static final int PAYLOAD_BYTES = 10_000;

    @Test
    void aClientThatDoesNotReadStopsNobodyElse(@TempDir Path directory) throws Exception {
        try (TestNode node = TestNode.start(directory, "threads=1");
                RawClient slow = RawClient.connect(node.address(), 4_096);
                RawClient quick = node.raw();
                RawClient publisher = node.raw()) {
            subscribe(slow, "slow", QoS.AT_MOST_ONCE);
            subscribe(quick, "quick", QoS.AT_MOST_ONCE);
            publisher.connectAs("publisher");
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(publishPacket("load", payload(i), QoS.AT_MOST_ONCE));
                assertThat(numberOf(quick.next(Publish.class))).isEqualTo(i);
            }

            assertThat(node.node().counters().droppedSlowConsumer.sum()).isPositive();
            assertThat(numberOf(slow.next(Publish.class))).isZero();
        }
    }

    @Test
    void aClientThatReadsLateGetsEverythingAtQos1(@TempDir Path directory) throws Exception {
        try (TestNode node = TestNode.start(directory, "threads=1");
                RawClient late = RawClient.connect(node.address(), 4_096);
                RawClient publisher = node.raw()) {
            subscribe(late, "late", QoS.AT_LEAST_ONCE);
            publisher.connectAs("publisher");
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(publishPacket("load", payload(i), QoS.AT_LEAST_ONCE));
                publisher.next(PubAck.class);
            }

            for (int i = 0; i < MESSAGES; i++) {
                Publish publish = late.next(Publish.class);
                assertThat(numberOf(publish)).isEqualTo(i);
                late.send(new PubAck(publish.packetId()));
            }
            await().until(() ->
                    node.node().clients(10).get().stream().allMatch(c -> c.queued() == 0));
        }
    }

    private static void subscribe(RawClient client, String id, QoS qos) throws Exception {
        client.connectAs(id);
        client.send(subscribePacket("load", qos));
        client.next(SubAck.class);
    }

    private static byte[] payload(int number) {
        return ByteBuffer.allocate(PAYLOAD_BYTES).putInt(number).array();
    }

    private static int numberOf(Publish publish) {
        return ByteBuffer.wrap(publish.payload()).getInt();
    }
}
