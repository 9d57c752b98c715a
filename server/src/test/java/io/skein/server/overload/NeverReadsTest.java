package io.skein.server.overload;

import static io.skein.server.RawClient.publishPacket;
import static io.skein.server.RawClient.subscribePacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.broker.ClientInfo;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.RawClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Subscribers that take nothing off the network cost themselves, and nobody else. */
@Timeout(120)
class NeverReadsTest {
    private static final int MESSAGES = 4_000;
    private static final int PAYLOAD_BYTES = 8_000;
    private static final int QUEUED = 200;
    private static final int INFLIGHT = 50;
    private static final int RECEIVE_BYTES = 4_096;

    @TempDir private Path directory;

    @Test
    void what_waits_for_them_is_bounded_and_what_is_dropped_is_counted() throws Exception {
        try (Watched node =
                        Watched.start(
                                directory,
                                "threads=1", // nothing but the limits keeps them apart
                                "limits.queued-messages-maximum=" + QUEUED,
                                "limits.inflight-maximum=" + INFLIGHT,
                                "limits.write-buffer-bytes-maximum=64KiB");
                RawClient at0 = never(node, "at-0", QoS.AT_MOST_ONCE);
                RawClient at1 = never(node, "at-1", QoS.AT_LEAST_ONCE);
                RawClient quick = node.connected("quick");
                RawClient publisher = node.connected("publisher")) {
            Watched.subscribe(quick, "load", QoS.AT_LEAST_ONCE);
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(publishPacket("load", payload(i), QoS.AT_LEAST_ONCE));
                assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                Publish publish = quick.next(Publish.class);
                assertThat(ByteBuffer.wrap(publish.payload()).getInt()).isEqualTo(i);
                quick.send(new PubAck(publish.packetId()));
            }

            ClientInfo slow = info(node, "at-1");
            assertThat(slow.queued()).isEqualTo(QUEUED);
            assertThat(slow.inflight()).isBetween(1, INFLIGHT);
            assertThat(node.metric("dropped_queue_full_total"))
                    .isEqualTo((long) MESSAGES - slow.queued() - slow.inflight());

            long dropped = node.metric("dropped_slow_consumer_total");
            assertThat(dropped).isPositive();
            at0.send(PingReq.INSTANCE);
            for (long i = 0; i < MESSAGES - dropped; i++) {
                at0.next(Publish.class); // exactly what was not counted as dropped
            }
            assertThat(at0.next()).isNotInstanceOf(Publish.class);

            for (int i = 0; i < slow.inflight(); i++) {
                Publish first = at1.next(Publish.class);
                assertThat(ByteBuffer.wrap(first.payload()).getInt()).isEqualTo(i);
            }

            node.awaitLogged("dropped_queue_full_total", "limits.queued-messages-maximum");
            node.awaitLogged("dropped_slow_consumer_total", "limits.write-buffer-bytes-maximum");
        }
    }

    @Test
    void who_takes_nothing_for_too_long_is_disconnected() throws Exception {
        try (Watched node =
                        Watched.start(
                                directory,
                                "limits.slow-consumer-seconds=1",
                                "limits.write-buffer-bytes-maximum=64KiB");
                RawClient at0 = never(node, "at-0", QoS.AT_MOST_ONCE);
                RawClient at1 = never(node, "at-1", QoS.AT_LEAST_ONCE);
                RawClient publisher = node.connected("publisher")) {
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(publishPacket("load", payload(i), QoS.AT_LEAST_ONCE));
                publisher.next(PubAck.class);
            }
            await().until(() -> node.metric("slow_consumers_closed_total") == 2);
            at0.awaitClosed();
            at1.awaitClosed();
            await().until(() -> clients(node).size() == 1);
            publisher.send(PingReq.INSTANCE).next();
            node.awaitLogged("slow_consumers_closed_total", "limits.slow-consumer-seconds");
        }
    }

    private static RawClient never(Watched node, String id, QoS qos) throws Exception {
        RawClient client = RawClient.connect(node.node().address(), RECEIVE_BYTES);
        client.connectAs(id);
        client.send(subscribePacket("load", qos));
        client.next(SubAck.class);
        return client;
    }

    private static List<ClientInfo> clients(Watched node) throws Exception {
        return node.node().node().clients(10).get();
    }

    private static ClientInfo info(Watched node, String id) throws Exception {
        return clients(node).stream()
                .filter(client -> client.clientId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] payload(int number) {
        return ByteBuffer.allocate(PAYLOAD_BYTES).putInt(number).array();
    }
}
