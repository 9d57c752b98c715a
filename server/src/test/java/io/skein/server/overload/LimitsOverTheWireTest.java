package io.skein.server.overload;

import static io.skein.server.RawClient.publishPacket;
import static io.skein.server.RawClient.subscribePacket;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each limit by its name: what the client is answered, what is counted, what is logged. */
@Timeout(120)
class LimitsOverTheWireTest {
    @TempDir private Path directory;

    @Test
    void the_queue_of_a_session() throws Exception {
        try (Watched node =
                        Watched.start(
                                directory,
                                "limits.queued-messages-maximum=5",
                                "limits.node-queued-messages-maximum=9");
                RawClient publisher = node.connected("publisher")) {
            Watched.subscribe(node.persistent("away"), "t", QoS.AT_LEAST_ONCE).close();
            node.awaitAway(1);
            for (int i = 0; i < 8; i++) {
                assertThat(Watched.publish(publisher, "t", "m" + i)).isEqualTo(ReasonCode.SUCCESS);
            }

            assertThat(node.metric("dropped_queue_full_total")).isEqualTo(3);
            try (RawClient back = node.persistent("away")) {
                for (int i = 0; i < 5; i++) {
                    assertThat(back.next(Publish.class).payload())
                            .isEqualTo(("m" + i).getBytes(UTF_8));
                }
            }
            node.awaitLogged("dropped_queue_full_total", "limits.queued-messages-maximum");
        }
    }

    @Test
    void the_bytes_in_the_queue_of_a_session() throws Exception {
        try (Watched node = Watched.start(directory, "limits.queued-bytes-maximum=300");
                RawClient publisher = node.connected("publisher")) {
            Watched.subscribe(node.persistent("away"), "t", QoS.AT_LEAST_ONCE).close();
            node.awaitAway(1);
            for (int i = 0; i < 5; i++) { // with their topic 100 bytes each
                assertThat(Watched.publish(publisher, "t", Integer.toString(i).repeat(99)))
                        .isEqualTo(ReasonCode.SUCCESS);
            }

            assertThat(node.metric("dropped_queue_full_total")).isEqualTo(2);
            try (RawClient back = node.persistent("away")) {
                for (int i = 0; i < 3; i++) {
                    Publish kept = back.next(Publish.class);
                    assertThat(kept.payload()).startsWith(Integer.toString(i).getBytes(UTF_8));
                    back.send(new PubAck(kept.packetId()));
                }
                back.send(PingReq.INSTANCE).next(PingResp.class);
                Watched.publish(publisher, "t", "room");
                assertThat(back.next(Publish.class).payload()).isEqualTo("room".getBytes(UTF_8));
            }
            node.awaitLogged("dropped_queue_full_total", "limits.queued-bytes-maximum");
        }
    }

    @Test
    void what_all_sessions_of_the_node_hold() throws Exception {
        try (Watched node = Watched.start(directory, "limits.node-queued-bytes-maximum=1000");
                RawClient publisher = node.connected("publisher");
                RawClient other = node.connected("other")) {
            Watched.subscribe(node.persistent("one"), "t", QoS.AT_LEAST_ONCE).close();
            Watched.subscribe(node.persistent("two"), "t", QoS.AT_LEAST_ONCE).close();
            node.awaitAway(2);
            List<ReasonCode> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(Watched.publish(publisher, "t", "x".repeat(99)));
            }

            assertThat(answers.subList(0, 5)).containsOnly(ReasonCode.SUCCESS);
            assertThat(answers.subList(5, 8)).containsOnly(ReasonCode.QUOTA_EXCEEDED);
            assertThat(node.metric("refused_backlog_full_total")).isEqualTo(3);
            Watched.subscribe(other, "q0", QoS.AT_MOST_ONCE);
            publisher.send(publishPacket("q0", new byte[1], QoS.AT_MOST_ONCE));
            other.next(Publish.class);
            try (RawClient back = node.persistent("one")) {
                for (int i = 0; i < 5; i++) {
                    back.send(new PubAck(back.next(Publish.class).packetId()));
                }
                back.send(PingReq.INSTANCE).next(PingResp.class);
                assertThat(Watched.publish(publisher, "t", "room")).isEqualTo(ReasonCode.SUCCESS);
            }
            node.awaitLogged("refused_backlog_full_total", "limits.node-queued-bytes-maximum");
        }
    }

    @Test
    void retained_messages_and_subscriptions() throws Exception {
        try (Watched node =
                        Watched.start(
                                directory,
                                "limits.retained-messages-maximum=2",
                                "limits.subscriptions-maximum=2");
                RawClient publisher = node.connected("publisher");
                RawClient greedy = node.connected("greedy")) {
            List<ReasonCode> answers = new ArrayList<>();
            for (String topic : List.of("a", "b", "c", "a")) {
                publisher.send(Watched.retained(topic, "kept", QoS.AT_LEAST_ONCE));
                answers.add(publisher.next(PubAck.class).reason());
            }
            assertThat(answers)
                    .extracting(ReasonCode::isError)
                    .containsExactly(false, false, true, false);
            assertThat(answers.get(2)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(node.metric("retained_refused_total")).isEqualTo(1);
            assertThat(node.metric("retained_messages")).isEqualTo(2);

            for (String filter : List.of("x/1", "x/2")) {
                Watched.subscribe(greedy, filter, QoS.AT_LEAST_ONCE);
            }
            greedy.send(subscribePacket("x/3", QoS.AT_LEAST_ONCE));
            assertThat(greedy.next(SubAck.class).reasons())
                    .containsExactly(ReasonCode.QUOTA_EXCEEDED);
            assertThat(node.metric("subscriptions_refused_total")).isEqualTo(1);
            Watched.subscribe(greedy, "x/2", QoS.AT_MOST_ONCE);

            node.awaitLogged("retained_refused_total", "limits.retained-messages-maximum");
            node.awaitLogged("subscriptions_refused_total", "limits.subscriptions-maximum");
        }
    }

    @Test
    void the_bytes_of_retained_messages() throws Exception {
        try (Watched node = Watched.start(directory, "limits.retained-bytes-maximum=200");
                RawClient publisher = node.connected("publisher")) {
            List<ReasonCode> answers = new ArrayList<>();
            for (String topic : List.of("a", "b", "c")) { // with their topic 100 bytes each
                answers.add(retain(publisher, topic, "x".repeat(99)));
            }
            assertThat(answers.subList(0, 2)).noneMatch(ReasonCode::isError);
            assertThat(answers.get(2)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(node.metric("retained_messages")).isEqualTo(2);

            assertThat(retain(publisher, "a", "").isError()).isFalse(); // makes room
            assertThat(retain(publisher, "c", "x".repeat(99)).isError()).isFalse();
            assertThat(node.metric("retained_refused_total")).isEqualTo(1);
            node.awaitLogged("retained_refused_total", "limits.retained-bytes-maximum");
        }
    }

    @Test
    void a_greater_retained_message_in_place_of_a_smaller_one() throws Exception {
        try (Watched node = Watched.start(directory, "limits.retained-bytes-maximum=200");
                RawClient publisher = node.connected("publisher")) {
            assertThat(retain(publisher, "a", "x".repeat(99)).isError()).isFalse();
            assertThat(retain(publisher, "b", "x".repeat(99)).isError()).isFalse();

            assertThat(retain(publisher, "a", "y".repeat(100)))
                    .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(retain(publisher, "a", "y".repeat(99)).isError()).isFalse();
            assertThat(retain(publisher, "a", "y".repeat(50)).isError()).isFalse();
            assertThat(retain(publisher, "b", "y".repeat(148)).isError()).isFalse();
            assertThat(node.metric("retained_messages")).isEqualTo(2);
            assertThat(node.metric("retained_refused_total")).isEqualTo(1);
        }
    }

    private static ReasonCode retain(RawClient publisher, String topic, String text)
            throws IOException {
        publisher.send(Watched.retained(topic, text, QoS.AT_LEAST_ONCE));
        return publisher.next(PubAck.class).reason();
    }

    @Test
    void what_a_client_publishes_in_a_second() throws Exception {
        try (Watched node = Watched.start(directory, "limits.publishes-per-second=40");
                RawClient fast = node.connected("fast");
                RawClient other = node.connected("other")) {
            Watched.subscribe(other, "t", QoS.AT_MOST_ONCE);
            for (int i = 0; i < 100; i++) {
                fast.send(publishPacket("t", new byte[] {(byte) i}, QoS.AT_MOST_ONCE));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(other.next(Publish.class).payload()).containsExactly(i);
            }
            assertThat(node.metric("publishers_paused_total")).isPositive();
            fast.send(PingReq.INSTANCE).next(PingResp.class);
            node.awaitLogged("publishers_paused_total", "limits.publishes-per-second");
        }
    }

    @Test
    void the_bytes_a_client_publishes_in_a_second() throws Exception {
        try (Watched node = Watched.start(directory, "limits.publish-bytes-per-second=20000");
                RawClient fast = node.connected("fast");
                RawClient other = node.connected("other")) {
            Watched.subscribe(other, "t", QoS.AT_MOST_ONCE);
            for (int i = 0; i < 5; i++) {
                fast.send(publishPacket("t", new byte[10_000], QoS.AT_MOST_ONCE));
            }
            for (int i = 0; i < 5; i++) {
                assertThat(other.next(Publish.class).payload()).hasSize(10_000);
            }
            assertThat(node.metric("publishers_paused_total")).isPositive();
        }
    }

    @Test
    void connections_in_a_second_and_at_a_time() throws Exception {
        try (Watched node =
                        Watched.start(
                                directory,
                                "limits.connects-per-second-and-address=4",
                                "listeners.1.name=small",
                                "listeners.1.bind=127.0.0.1:0",
                                "listeners.1.connections-maximum=1");
                RawClient here = node.connected("here");
                RawClient small = node.node().raw("small")) {
            small.connectAs("small");
            try (RawClient second = node.node().raw("small")) {
                second.awaitClosed();
            }
            assertThat(node.metric("connections_over_limit_total")).isEqualTo(1);
            int in = 0;
            int closed = 0;
            for (int i = 0; i < 10; i++) {
                try (RawClient stranger = node.node().raw()) {
                    stranger.send(RawClient.connectPacket("stranger-" + i));
                    stranger.next(ConnAck.class);
                    in++;
                } catch (IOException e) {
                    closed++;
                }
            }
            assertThat(in + closed).isEqualTo(10);
            assertThat(node.metric("connections_over_rate_total")).isPositive().isEqualTo(closed);
            here.send(PingReq.INSTANCE).next(PingResp.class);
            small.send(PingReq.INSTANCE).next(PingResp.class);
            node.awaitLogged("connections_over_rate_total", "limits.connects-per-second");
        }
    }

    @Test
    void packets_and_connects_that_are_too_large() throws Exception {
        try (Watched node =
                        Watched.start(
                                directory,
                                "limits.packet-bytes-maximum=4096",
                                "limits.connect-bytes-maximum=128",
                                "limits.connect-seconds-maximum=1");
                RawClient large = node.connected("large");
                RawClient stranger = node.node().raw();
                RawClient silent = node.node().raw();
                RawClient here = node.connected("here")) {
            large.send(publishPacket("t", new byte[5_000], QoS.AT_MOST_ONCE));
            assertThat(large.next(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            assertThat(node.metric("protocol_errors_total")).isEqualTo(1);

            stranger.send(
                    new Connect(
                            ProtocolVersion.MQTT_5,
                            "x".repeat(200),
                            true,
                            0,
                            Properties.EMPTY,
                            null,
                            null,
                            null));
            assertThat(stranger.next(ConnAck.class).reason())
                    .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            assertThat(node.metric("connects_unusable_total")).isEqualTo(1);

            silent.awaitClosed();
            assertThat(node.metric("connects_too_late_total")).isEqualTo(1);
            here.send(PingReq.INSTANCE).next(PingResp.class);

            node.awaitLogged("protocol_errors_total", "limits.packet-bytes-maximum");
            node.awaitLogged("connects_unusable_total", "limits.connect-bytes-maximum");
            node.awaitLogged("connects_too_late_total", "limits.connect-seconds-maximum");
        }
    }
}
