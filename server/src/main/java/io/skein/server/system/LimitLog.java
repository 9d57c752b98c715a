package io.skein.server.system;

import io.skein.broker.BrokerCounters;
import io.skein.server.net.NetworkCounters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log which limits were reached: a line for each and for each look, however often. */
final class LimitLog {
    private static final Logger LOG = LoggerFactory.getLogger(LimitLog.class);

    private record Limit(String happened, String key) {}

    private final Map<LongAdder, Limit> limits = new LinkedHashMap<>();
    private final Map<Limit, Long> told = new LinkedHashMap<>();

    LimitLog(BrokerCounters core, NetworkCounters network) {
        watch(
                core.droppedQueueFull,
                "messages were dropped for sessions whose queue is full",
                "limits.queued-messages-maximum, limits.queued-bytes-maximum");
        watch(
                core.droppedSlowConsumer,
                "QoS 0 messages were dropped for clients that read too slowly",
                "limits.write-buffer-bytes-maximum");
        watch(
                core.refusedBacklogFull,
                "publishes were refused because too many messages wait on this node",
                "limits.node-queued-messages-maximum, limits.node-queued-bytes-maximum");
        watch(
                core.retainedRefused,
                "retained messages were not kept because there are too many",
                "limits.retained-messages-maximum, limits.retained-bytes-maximum");
        watch(
                core.publishersPaused,
                "times a client was not read for a while because it published too fast",
                "limits.publishes-per-second, limits.publish-bytes-per-second");
        watch(
                core.slowConsumersClosed,
                "clients were disconnected because they took nothing",
                "limits.slow-consumer-seconds");
        watch(
                core.subscriptionsRefused,
                "subscriptions were refused because their sessions have as many as they may",
                "limits.subscriptions-maximum");
        watch(
                core.protocolErrors,
                "clients were disconnected for packets that are wrong or beyond what they were told",
                "limits.packet-bytes-maximum, limits.receive-maximum, limits.topic-alias-maximum");
        watch(
                network.connectsTooLate,
                "connections were closed because their CONNECT did not come in time",
                "limits.connect-seconds-maximum");
        watch(
                network.connectsUnusable,
                "connections were closed because what came first was no CONNECT, or too large a one",
                "limits.connect-bytes-maximum");
        watch(
                network.connectionsOverRate,
                "connections were closed because they came too fast",
                "limits.connects-per-second, limits.connects-per-second-and-address");
    }

    private void watch(LongAdder counter, String happened, String key) {
        limits.put(counter, new Limit(happened, key));
    }

    void look() {
        limits.forEach((counter, limit) -> {
            long count = counter.sum();
            long more = count - told.getOrDefault(limit, 0L);
            if (more > 0) {
                told.put(limit, count);
                LOG.warn("{} {} ({})", more, limit.happened(), limit.key());
            }
        });
    }
}
