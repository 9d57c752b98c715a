package io.skein.server.system;

import io.skein.broker.Broker;
import io.skein.cluster.Cluster;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import io.skein.server.net.NetworkCounters;
import io.skein.server.net.NodeClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what a node says of itself, every so many seconds and only what has changed, on a
 * thread of its own; and tells the log which limits were reached since it looked last.
 */
public final class SystemTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTopics.class);

    /** How often the log hears of limits. */
    private static final long LIMITS_SECONDS = 10;

    private final Broker broker;
    private final NodeClock clock;
    private final SystemValues values;
    private final LimitLog limits;
    private final Map<String, String> published = new HashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("skein-system").factory());

    /** Topics of which nothing was published yet. */
    public SystemTopics(
            String version,
            Broker broker,
            Cluster cluster,
            NetworkCounters network,
            NodeClock clock) {
        this.broker = broker;
        this.clock = clock;
        this.values = new SystemValues(version, broker, cluster, network);
        this.limits = new LimitLog(broker.counters(), network);
    }

    /**
     * Begins.
     *
     * @param intervalSeconds between two looks; 0 to publish nothing
     */
    public void start(int intervalSeconds) {
        if (intervalSeconds > 0) {
            timer.scheduleWithFixedDelay(this::publish, 0, intervalSeconds, TimeUnit.SECONDS);
        }
        timer.scheduleWithFixedDelay(limits::look, 0, LIMITS_SECONDS, TimeUnit.SECONDS);
    }

    private void publish() {
        try {
            List<Message> messages = new ArrayList<>();
            values.at(clock.uptimeNanos())
                    .forEach((topic, value) -> {
                        if (!value.equals(published.put(topic, value))) {
                            messages.add(message(topic, value));
                        }
                    });
            broker.publishSystem(messages);
        } catch (RuntimeException e) {
            LOG.error("The node could not publish its own topics; please report this", e);
        }
    }

    private static Message message(String topic, String value) {
        return new Message(
                TopicName.of(topic),
                value.getBytes(StandardCharsets.UTF_8),
                QoS.EXACTLY_ONCE, // a subscription lowers it
                true,
                Properties.EMPTY,
                "",
                Message.NEVER_EXPIRES);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
