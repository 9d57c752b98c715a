package io.skein.lab.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.StopSignal;
import io.skein.lab.bench.Bench;
import io.skein.lab.bench.BenchListener;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.load.Counts;
import io.skein.lab.workload.Layout;
import io.skein.lab.workload.PayloadSizes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The sink is honest: the same clients that measure brokers find nothing wrong with it. */
@Timeout(60)
class SinkTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private Sink sink;

    @BeforeEach
    void open() throws IOException {
        sink = Sink.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), log::add);
    }

    @AfterEach
    void close() {
        sink.close();
    }

    private BenchOptions.Builder options() {
        return BenchOptions.builder()
                .target(new BrokerAddress("127.0.0.1", sink.address().getPort()))
                .publishers(3)
                .subscribers(3)
                .topics(3)
                .rate(3_000)
                .warmup(Duration.ZERO)
                .duration(Duration.ofMillis(300));
    }

    private static Counts run(BenchOptions.Builder options) throws Exception {
        BenchResult result = Bench.run(options.build(), new StopSignal(), BenchListener.NONE);
        assertThat(result.losses()).isEmpty();
        Counts counts = result.round().counts();
        assertThat(counts.sent()).isPositive();
        assertThat(counts.received()).isEqualTo(counts.expected());
        assertThat(counts.lost()).isZero();
        assertThat(counts.duplicated()).isZero();
        assertThat(counts.outOfOrder()).isZero();
        assertThat(counts.corrupted()).isZero();
        return counts;
    }

    static Stream<Arguments> versionsAndQualities() {
        return Stream.of("3.1", "3.1.1", "5")
                .flatMap(v -> Stream.of(0, 1, 2).map(q -> Arguments.of(v, q)));
    }

    @ParameterizedTest(name = "MQTT {0}, QoS {1}")
    @MethodSource("versionsAndQualities")
    void everyMessageComesOnce(String version, int qos) throws Exception {
        Counts counts =
                run(options().protocol(version).qos(qos).payload(PayloadSizes.parse("32-9000")));

        assertThat(counts.acknowledged()).isEqualTo(qos == 0 ? 0 : counts.sent());
        assertThat(sink.received()).isEqualTo(counts.sent());
        assertThat(sink.delivered()).isEqualTo(counts.received());
    }

    @ParameterizedTest
    @EnumSource(names = {"FAN_OUT", "FAN_IN", "WILDCARD", "SHARED"})
    void whoeverSubscribedGetsIt(Layout layout) throws Exception {
        int topics = layout.topics(3, 3);
        Counts counts = run(options().layout(layout).topics(topics).subscribers(3).protocol("5"));

        assertThat(counts.received())
                .isEqualTo(counts.sent() * (layout == Layout.WILDCARD ? 3 : 1));
    }

    @Test
    void aLowerQualityIsGranted() throws Exception {
        Counts counts = run(options().qos(2).subscriberQos(1).retained(true));

        assertThat(counts.acknowledged()).isEqualTo(counts.sent());
    }

    @Test
    void whatIsNoMqttEndsItsConnectionOnly() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), sink.address().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(new byte[] {0x10, -1, -1, -1, -1, -1});

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(log).singleElement().asString().contains("no length of a packet");
        run(options());
    }
}
