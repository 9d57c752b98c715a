package io.skein.server.system;

import io.skein.broker.Broker;
import io.skein.broker.BrokerCounters;
import io.skein.cluster.Cluster;
import io.skein.server.net.NetworkCounters;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The values of the topics below {@code $SYS/broker}, with Mosquitto's names and meanings as far as
 * they have one here. For one thread.
 */
final class SystemValues {
    private static final String ROOT = "$SYS/broker/";
    private static final int[] WINDOWS_MINUTES = {1, 5, 15};

    private final String version;
    private final Broker broker;
    private final Cluster cluster;
    private final NetworkCounters network;
    private final Map<String, LoadAverage> loads = new LinkedHashMap<>();
    private long clientsMaximum;
    private long heapMaximum;
    private long lastUptimeNanos;

    SystemValues(String version, Broker broker, Cluster cluster, NetworkCounters network) {
        this.version = version;
        this.broker = broker;
        this.cluster = cluster;
        this.network = network;
    }

    /** All values by topic; {@code uptimeNanos} is later than in the call before. */
    Map<String, String> at(long uptimeNanos) {
        Map<String, String> values = new LinkedHashMap<>();
        BrokerCounters core = broker.counters();
        put(values, "version", "skein version " + version);
        put(values, "uptime", TimeUnit.NANOSECONDS.toSeconds(uptimeNanos) + " seconds");
        clients(values, core);
        traffic(values, core);
        held(values, core);
        double seconds = (uptimeNanos - lastUptimeNanos) / 1e9;
        lastUptimeNanos = uptimeNanos;
        load(values, "connections", connects(core), seconds);
        load(values, "sockets", network.socketsOpened.sum(), seconds);
        load(values, "bytes/received", network.bytesReceived.sum(), seconds);
        load(values, "bytes/sent", network.bytesSent.sum(), seconds);
        load(values, "messages/received", network.packetsReceived.sum(), seconds);
        load(values, "messages/sent", network.packetsSent.sum(), seconds);
        load(values, "publish/received", core.messagesReceived(), seconds);
        load(values, "publish/sent", core.messagesSent(), seconds);
        load(values, "publish/dropped", dropped(core), seconds);
        return values;
    }

    private void clients(Map<String, String> values, BrokerCounters core) {
        long connected = core.connectionsOpen.sum();
        long total = Math.max(connected, core.sessions.sum());
        clientsMaximum = Math.max(clientsMaximum, total);
        put(values, "clients/connected", connected);
        put(values, "clients/active", connected);
        put(values, "clients/disconnected", total - connected);
        put(values, "clients/inactive", total - connected);
        put(values, "clients/total", total);
        put(values, "clients/maximum", clientsMaximum);
        put(values, "clients/expired", core.sessionsExpired.sum());
    }

    private void traffic(Map<String, String> values, BrokerCounters core) {
        put(values, "bytes/received", network.bytesReceived.sum());
        put(values, "bytes/sent", network.bytesSent.sum());
        put(values, "messages/received", network.packetsReceived.sum());
        put(values, "messages/sent", network.packetsSent.sum());
        put(values, "publish/messages/received", core.messagesReceived());
        put(values, "publish/messages/sent", core.messagesSent());
        put(values, "publish/messages/dropped", dropped(core));
        put(values, "publish/bytes/received", core.payloadBytesReceived());
        put(values, "publish/bytes/sent", core.payloadBytesSent());
    }

    private void held(Map<String, String> values, BrokerCounters core) {
        long messages = broker.queuedMessages() + cluster.retained().size();
        put(values, "messages/stored", messages);
        put(values, "store/messages/count", messages);
        put(values, "store/messages/bytes", broker.queuedBytes() + cluster.retained().bytes());
        put(values, "retained messages/count", cluster.retained().size());
        put(values, "subscriptions/count", core.subscriptions.sum());
        put(values, "shared_subscriptions/count", core.sharedSubscriptions.sum());
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        heapMaximum = Math.max(heapMaximum, heap);
        put(values, "heap/current", heap);
        put(values, "heap/maximum", heapMaximum);
    }

    private static long connects(BrokerCounters core) {
        return core.connectionsAccepted.sum() + core.connectionsRefused.sum();
    }

    private long dropped(BrokerCounters core) {
        return core.droppedSlowConsumer.sum()
                + core.droppedQueueFull.sum()
                + core.droppedExpired.sum()
                + core.droppedTooLarge.sum()
                + core.droppedNoMember.sum()
                + cluster.droppedBetweenNodes();
    }

    private void load(Map<String, String> values, String what, long count, double seconds) {
        for (int minutes : WINDOWS_MINUTES) {
            String name = "load/" + what + "/" + minutes + "min";
            double perMinute =
                    loads.computeIfAbsent(name, _ -> new LoadAverage(minutes))
                            .after(count, seconds);
            put(values, name, String.format(Locale.ROOT, "%.2f", perMinute));
        }
    }

    private static void put(Map<String, String> values, String name, long value) {
        put(values, name, Long.toString(value));
    }

    private static void put(Map<String, String> values, String name, String value) {
        values.put(ROOT + name, value);
    }
}
