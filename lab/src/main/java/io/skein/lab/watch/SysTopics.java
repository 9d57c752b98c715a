package io.skein.lab.watch;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a broker publishes of itself below {@code $SYS}, as far as it is numbers. A broker that has
 * none, or refuses the connection, gives none. Thread-safe.
 */
final class SysTopics implements FigureSource {
    private static final int TOPICS_LIMIT = 1_000;
    private static final Pattern NUMBER =
            Pattern.compile("\\s*(-?\\d+(?:\\.\\d+)?).*", Pattern.DOTALL);
    private static final String ALL = "$SYS/#";

    private final ClientLoops loops;
    private final Map<String, Double> latest = new ConcurrentHashMap<>();
    private volatile long heardAtNanos = System.nanoTime();

    private SysTopics(ClientLoops loops) {
        this.loops = loops;
    }

    /** Connects and subscribes in the background. */
    static SysTopics watch(BrokerAddress address, ConnectOptions options) {
        ClientLoops loops = ClientLoops.open(1);
        SysTopics topics = new SysTopics(loops);
        loops.connect(
                        address,
                        options,
                        new ClientListener() {
                            @Override
                            public void onPublish(MqttClient client, Publish message) {
                                topics.note(message);
                            }
                        })
                .thenCompose(client -> client.subscribe(TopicFilter.of(ALL), QoS.AT_MOST_ONCE));
        return topics;
    }

    private void note(Publish message) {
        heardAtNanos = System.nanoTime();
        String topic = message.topic().toString();
        String text = new String(message.payload(), StandardCharsets.UTF_8);
        number(text)
                .ifPresent(value -> {
                    if (latest.size() < TOPICS_LIMIT || latest.containsKey(topic)) {
                        latest.put(topic, value);
                    }
                });
    }

    /** The number that a text begins with: brokers write {@code 17 seconds}. */
    static OptionalDouble number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.matches()
                ? OptionalDouble.of(Double.parseDouble(matcher.group(1)))
                : OptionalDouble.empty();
    }

    @Override
    public String name() {
        return "$SYS";
    }

    @Override
    public Map<String, Double> figures() {
        return new TreeMap<>(latest);
    }

    @Override
    public boolean isOlderThan(long nanos) {
        return !latest.isEmpty() && heardAtNanos - nanos < 0;
    }

    @Override
    public void close() {
        loops.close();
    }
}
