package io.skein.server.overload;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.Publish;
import io.skein.server.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Thousands of connections at once, while some clients go on with what they were doing. */
@Timeout(180)
class StormTest {
    private static final Logger LOG = LoggerFactory.getLogger(StormTest.class);
    private static final int PROBES = 4;
    private static final int MOST = 3_000;

    @TempDir private Path directory;

    /** A subscriber and publisher that sends one message after the other, each acknowledged. */
    private static int probe(Watched node, String id, CountDownLatch begun, CountDownLatch end)
            throws IOException {
        try (RawClient subscriber = node.connected(id + "-subscriber");
                RawClient publisher = node.connected(id)) {
            Watched.subscribe(subscriber, id, QoS.AT_MOST_ONCE);
            int sent = 0;
            do {
                assertThat(Watched.publish(publisher, id, number(sent)))
                        .isEqualTo(ReasonCode.SUCCESS);
                assertThat(subscriber.next(Publish.class).payload())
                        .asString()
                        .isEqualTo(number(sent));
                sent++;
                begun.countDown();
            } while (end.getCount() > 0);
            return sent;
        }
    }

    private static String number(int number) {
        return Integer.toString(number);
    }

    /** Each takes two descriptors of this process: the client's and the node's. */
    private static int connections() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(MOST, system.getMaxFileDescriptorCount() / 4)
                : MOST;
    }

    private interface Visit {
        void of(RawClient client, int number) throws IOException;
    }

    /** Runs the storm beside the probes, and what is to be said of the clients afterwards. */
    private static void storm(Watched node, int count, Visit visit, Callable<?> afterwards)
            throws Exception {
        CountDownLatch begun = new CountDownLatch(PROBES);
        CountDownLatch end = new CountDownLatch(1);
        List<Future<Integer>> probes = new ArrayList<>();
        ConcurrentLinkedQueue<RawClient> clients = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < PROBES; i++) {
                    String id = "probe-" + i;
                    probes.add(threads.submit(() -> probe(node, id, begun, end)));
                }
                begun.await();
                List<Future<?>> visits = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    int number = i;
                    visits.add(
                            threads.submit(() -> {
                                RawClient client = node.node().raw();
                                clients.add(client);
                                visit.of(client, number);
                                return null;
                            }));
                }
                for (Future<?> one : visits) {
                    one.get();
                }
                afterwards.call();
            } finally {
                end.countDown();
            }
            int messages = 0;
            for (Future<Integer> probe : probes) {
                messages += probe.get();
            }
            LOG.info("{} connections beside {} acknowledged messages", count, messages);
            assertThat(messages).isGreaterThanOrEqualTo(PROBES);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void everybody_is_let_in_and_nobody_who_is_in_notices() throws Exception {
        int count = connections();
        try (Watched node = Watched.start(directory, "limits.connects-per-second=0")) {
            storm(
                    node,
                    count,
                    (client, number) -> {
                        assertThat(client.connectAs("storm-" + number).reason())
                                .isEqualTo(ReasonCode.SUCCESS);
                        client.send(PingReq.INSTANCE).next(PingResp.class);
                    },
                    () -> {
                        assertThat(node.metric("connections_open")).isEqualTo(count + 2L * PROBES);
                        return null;
                    });
            assertThat(node.metric("connections_refused_total")).isZero();
        }
    }

    @Test
    void beyond_the_rate_connections_are_closed_and_those_who_are_in_stay() throws Exception {
        int count = Math.min(1_000, connections());
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        try (Watched node = Watched.start(directory, "limits.connects-per-second=100")) {
            storm(
                    node,
                    count,
                    (client, number) -> {
                        try {
                            client.send(RawClient.connectPacket("storm-" + number));
                            assertThat(client.next(ConnAck.class).reason())
                                    .isEqualTo(ReasonCode.SUCCESS);
                            accepted.incrementAndGet();
                        } catch (IOException e) {
                            closed.incrementAndGet();
                        }
                    },
                    () -> {
                        assertThat(accepted.get()).isPositive();
                        assertThat(closed.get()).isPositive();
                        assertThat(accepted.get() + closed.get()).isEqualTo(count);
                        assertThat(node.metric("connections_over_rate_total"))
                                .isEqualTo(closed.get());
                        assertThat(node.metric("connections_open"))
                                .isEqualTo(accepted.get() + 2L * PROBES);
                        return null;
                    });
            node.awaitLogged("connections_over_rate_total", "limits.connects-per-second");
        }
    }
}
