package io.skein.server.overload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.topic.TopicName;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** A node with what it says of itself: its metrics as a monitor reads them, and its log. */
final class Watched implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long FOREVER = 0xFFFF_FFFFL;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    log.add(event.getFormattedMessage());
                }
            };
    private final TestNode node;

    private Watched(Path directory, String... settings) throws Exception {
        appender.start();
        root().addAppender(appender);
        node = TestNode.start(directory, settings);
    }

    static Watched start(Path directory, String... settings) throws Exception {
        return new Watched(directory, settings);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    TestNode node() {
        return node;
    }

    /** The value at {@code /metrics}; the name without {@code skein_}. */
    long metric(String name) throws IOException, InterruptedException {
        URI address = node.admin("/metrics");
        HttpResponse<String> answer =
                HTTP.send(
                        HttpRequest.newBuilder(address).build(),
                        HttpResponse.BodyHandlers.ofString());
        Pattern sample = Pattern.compile("^skein_" + name + "(?:\\{[^}]*})? (\\d+)$");
        return answer.body()
                .lines()
                .map(sample::matcher)
                .filter(Matcher::matches)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    /**
     * Waits until the log has told of everything that this metric has counted, as "N what", and
     * checks that it did not take a line for each.
     */
    void awaitLogged(String metric, String what) throws IOException, InterruptedException {
        long counted = metric(metric);
        assertThat(counted).as(metric).isPositive();
        Pattern line = Pattern.compile("^(\\d+) .*" + Pattern.quote(what) + ".*");
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        told(line).stream().mapToLong(found -> Long.parseLong(found.group(1))).sum()
                                == counted);
        assertThat(told(line)).hasSizeLessThanOrEqualTo(counted == 1 ? 1 : 2); // it looks again
    }

    void awaitMetric(String name, long value) {
        await().atMost(Duration.ofSeconds(30)).until(() -> metric(name) == value);
    }

    /** Waits until so many sessions are here without a connection. */
    void awaitAway(int sessions) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> metric("sessions") - metric("connections_open") == sessions);
    }

    private List<Matcher> told(Pattern line) {
        return log.stream().map(line::matcher).filter(Matcher::matches).toList();
    }

    /** A client whose session outlives its connection. */
    RawClient persistent(String id) throws IOException {
        RawClient client = node.raw();
        Properties properties =
                Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, FOREVER).build();
        client.send(
                new Connect(ProtocolVersion.MQTT_5, id, false, 0, properties, null, null, null));
        client.next();
        return client;
    }

    RawClient connected(String id) throws IOException {
        RawClient client = node.raw();
        assertThat(client.connectAs(id).reason()).isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    static RawClient subscribe(RawClient client, String filter, QoS qos) throws IOException {
        client.send(RawClient.subscribePacket(filter, qos));
        assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.granted(qos));
        return client;
    }

    /** Publishes at QoS 1 and returns what was answered. */
    static ReasonCode publish(RawClient client, String topic, String text) throws IOException {
        client.send(RawClient.publishPacket(topic, text.getBytes(UTF_8), QoS.AT_LEAST_ONCE));
        return client.next(PubAck.class).reason();
    }

    static Publish retained(String topic, String text, QoS qos) {
        return new Publish(
                TopicName.of(topic),
                text.getBytes(UTF_8),
                qos,
                true,
                false,
                qos == QoS.AT_MOST_ONCE ? 0 : 1,
                Properties.EMPTY);
    }

    @Override
    public void close() {
        node.close();
        root().detachAppender(appender);
    }
}
