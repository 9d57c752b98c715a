package io.skein.server.config;

import io.skein.broker.BrokerLimits;
import io.skein.broker.OverloadLimits;
import io.skein.broker.SharedSubscriptions.Strategy;
import io.skein.cluster.Durability;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.server.net.NetworkLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.event.Level;

/**
 * Every key of the configuration: its name, the values it takes, the value it has when nothing is
 * said, and what it is for. Below {@link #CLUSTER} the names are the architecture's own.
 */
public final class Keys {
    static final String LISTENERS = "listeners";
    static final String CLUSTER = "cluster";
    static final String AUTOMATIC = "auto";

    private static final int THREADS_MAXIMUM = 1_024;
    private static final BrokerLimits BROKER = BrokerLimits.DEFAULTS;
    private static final NetworkLimits NETWORK = NetworkLimits.DEFAULTS;
    private static final OverloadLimits OVERLOAD = OverloadLimits.DEFAULTS;

    static final Key<String> NODE_NAME =
            new Key<>(
                            "node.name",
                            ValueType.text(
                                    "up to 64 letters, digits, '.', '_' and '-'",
                                    "[A-Za-z0-9._-]{1,64}"),
                            hostName(),
                            "Name of this node, unique in the cluster.")
                    .example("east-1");

    static final Key<String> DATA =
            new Key<>(
                            "data",
                            ValueType.text("a directory", ".+"),
                            "data",
                            "Directory of this node alone; made if it does not exist.")
                    .example("/var/lib/skein");

    static final Key<Durability> DURABILITY =
            new Key<>(
                            "durability",
                            ValueType.oneOf(Durability.class),
                            "sync",
                            "When a write is kept: sync survives power loss, os survives kill"
                                    + " -9, none"
                                    + " survives nothing.")
                    .example("os");

    static final Key<String> ARCHITECTURE =
            new Key<>(
                            "architecture",
                            ValueType.text("the name of an architecture", "[a-z0-9-]+"),
                            "standalone",
                            "How nodes work together.")
                    .example("grid");

    static final Key<Integer> THREADS =
            new Key<>(
                            "threads",
                            threads(),
                            AUTOMATIC,
                            "Event loops; auto makes one for each processor but one, which the rest"
                                    + " of the node and the kernel need; one at least.")
                    .example("4");

    static final Key<String> LISTENER_NAME =
            new Key<>(
                            "listeners[].name",
                            ValueType.text(
                                    "up to 64 letters, digits, '.', '_' and '-'",
                                    "[A-Za-z0-9._-]{1,64}"),
                            "",
                            "Name of the listener in messages; its transport and place where none is given.")
                    .reloadable()
                    .example("devices");

    static final Key<HostPort> LISTENER_BIND =
            new Key<>(
                            "listeners[].bind",
                            ValueType.hostPort(),
                            "127.0.0.1:1883",
                            "Where it listens; port 0 takes any that is free.")
                    .reloadable()
                    .example("0.0.0.0:1883");

    static final Key<Boolean> LISTENER_ALLOW_ANONYMOUS =
            new Key<>(
                            "listeners[].allow-anonymous",
                            ValueType.flag(),
                            "",
                            "Lets clients in without credentials, from other machines too; where"
                                    + " nothing is said, only clients on this machine, and only"
                                    + " while no way to authenticate is configured.")
                    .reloadable()
                    .example("true");

    static final Key<HostPort> LISTENER_ADVERTISED =
            new Key<>(
                            "listeners[].advertised",
                            ValueType.hostPort(),
                            "",
                            "How clients reach it where that is not bind.")
                    .example("mqtt.example.com:1883");

    static final Key<HostPort> ADMIN_BIND =
            new Key<>(
                            "admin.bind",
                            ValueType.hostPort(),
                            "127.0.0.1:8880",
                            "Where the admin API and the dashboard listen.")
                    .example("127.0.0.1:18830");

    static final Key<HostPort> ADMIN_ADVERTISED =
            new Key<>(
                            "admin.advertised",
                            ValueType.hostPort(),
                            "",
                            "How other nodes and browsers reach the admin API where that is"
                                    + " not bind.")
                    .example("10.0.0.5:8880");

    static final Key<Integer> KEEP_ALIVE =
            new Key<>(
                            "limits.keep-alive-seconds-maximum",
                            ValueType.integer(0, 65_535),
                            text(BROKER.keepAliveSecondsMaximum()),
                            "Longest keep alive granted; 0 for no bound.")
                    .reloadable()
                    .example("300");

    static final Key<Long> SESSION_EXPIRY =
            new Key<>(
                            "limits.session-expiry-seconds-maximum",
                            ValueType.longInteger(0, 0xFFFF_FFFFL),
                            text(BROKER.sessionExpirySecondsMaximum()),
                            "Longest session expiry granted.")
                    .reloadable()
                    .example("604800");

    static final Key<Integer> RECEIVE =
            new Key<>(
                            "limits.receive-maximum",
                            ValueType.integer(1, 65_535),
                            text(BROKER.receiveMaximum()),
                            "QoS 1 and 2 messages a client may have unacknowledged towards the"
                                    + " broker.")
                    .reloadable();

    static final Key<Integer> INFLIGHT =
            new Key<>(
                            "limits.inflight-maximum",
                            ValueType.integer(1, 65_535),
                            text(BROKER.inflightMaximum()),
                            "QoS 1 and 2 messages the broker has unacknowledged towards a client.")
                    .reloadable();

    static final Key<Integer> QUEUED_MESSAGES =
            new Key<>(
                            "limits.queued-messages-maximum",
                            ValueType.integer(1, Integer.MAX_VALUE),
                            text(BROKER.queuedMessagesMaximum()),
                            "Messages that wait in one session; further ones are dropped for it.")
                    .reloadable();

    static final Key<Long> QUEUED_BYTES =
            new Key<>(
                            "limits.queued-bytes-maximum",
                            ValueType.bytes(1, Long.MAX_VALUE),
                            text(BROKER.queuedBytesMaximum()),
                            "Payload and topic bytes that wait in one session; further ones"
                                    + " are dropped for"
                                    + " it.")
                    .reloadable()
                    .example("256MiB");

    static final Key<Integer> SUBSCRIPTIONS =
            new Key<>(
                            "limits.subscriptions-maximum",
                            ValueType.integer(1, Integer.MAX_VALUE),
                            text(BROKER.subscriptionsMaximum()),
                            "Subscriptions of one session.")
                    .reloadable();

    static final Key<Integer> TOPIC_ALIASES =
            new Key<>(
                    "limits.topic-alias-maximum",
                    ValueType.integer(0, 65_535),
                    text(BROKER.topicAliasMaximum()),
                    "Topic aliases a client may use towards the broker.");

    static final Key<Integer> PACKET_BYTES =
            new Key<>(
                            "limits.packet-bytes-maximum",
                            ValueType.intBytes(64, 268_435_460),
                            text(BROKER.packetBytesMaximum()),
                            "Largest packet accepted.")
                    .example("1MiB");

    static final Key<Integer> CONNECTIONS =
            new Key<>(
                            "limits.connections-maximum",
                            ValueType.integer(1, Integer.MAX_VALUE),
                            text(NETWORK.connectionsMaximum()),
                            "Connections of clients at a time; a further one is closed.")
                    .reloadable();

    static final Key<Integer> CONNECT_SECONDS =
            new Key<>(
                    "limits.connect-seconds-maximum",
                    ValueType.integer(1, 3_600),
                    text(NETWORK.connectSecondsMaximum()),
                    "How long a connection may take until its CONNECT has arrived, with the handshakes"
                            + " of TLS, WebSocket and the PROXY protocol before it.");

    static final Key<Integer> CONNECT_BYTES =
            new Key<>(
                    "limits.connect-bytes-maximum",
                    ValueType.intBytes(64, 268_435_460),
                    text(NETWORK.connectBytesMaximum()),
                    "Largest CONNECT accepted.");

    static final Key<Integer> WRITE_BUFFER_BYTES =
            new Key<>(
                    "limits.write-buffer-bytes-maximum",
                    ValueType.intBytes(1 << 10, 1 << 30),
                    text(NETWORK.writeBufferBytesMaximum()),
                    "Bytes that wait for one client's network before it counts as slow.");

    static final Key<Integer> UPGRADE_REQUEST_BYTES =
            new Key<>(
                    "limits.upgrade-request-bytes-maximum",
                    ValueType.intBytes(256, 1 << 20),
                    text(NETWORK.upgradeRequestBytesMaximum()),
                    "Largest HTTP request line, and largest sum of headers, that asks for a"
                            + " WebSocket.");

    static final Key<Integer> BACKLOG =
            new Key<>(
                    "limits.backlog",
                    ValueType.integer(1, 65_535),
                    text(NETWORK.backlog()),
                    "Connections the system keeps until they are accepted.");

    static final Key<Long> NODE_QUEUED_MESSAGES =
            new Key<>(
                    "limits.node-queued-messages-maximum",
                    ValueType.longInteger(1, Long.MAX_VALUE),
                    text(OVERLOAD.queuedMessagesMaximum()),
                    "QoS 1 and 2 messages all sessions of the node hold, counted for each; at"
                            + " it, publishers are refused with 0x97.");

    static final Key<Long> NODE_QUEUED_BYTES =
            new Key<>(
                    "limits.node-queued-bytes-maximum",
                    partOfHeap(2),
                    AUTOMATIC,
                    "Their payload and topic bytes; auto is half of the heap.");

    static final Key<Long> RETAINED_MESSAGES =
            new Key<>(
                    "limits.retained-messages-maximum",
                    ValueType.longInteger(0, Long.MAX_VALUE),
                    text(OVERLOAD.retainedMessagesMaximum()),
                    "Retained messages; one on a further topic is refused with 0x97, or"
                            + " delivered and not kept.");

    static final Key<Long> RETAINED_BYTES =
            new Key<>(
                    "limits.retained-bytes-maximum",
                    partOfHeap(4),
                    AUTOMATIC,
                    "Their payload and topic bytes, refused in the same way beyond it; auto is a"
                            + " quarter of the heap.");

    static final Key<Integer> PUBLISHES_PER_SECOND =
            new Key<>(
                    "limits.publishes-per-second",
                    ValueType.integer(0, Integer.MAX_VALUE),
                    text(OVERLOAD.publishesPerSecond()),
                    "PUBLISH packets of one client; a faster one is read more slowly. 0 for no"
                            + " bound.");

    static final Key<Long> PUBLISH_BYTES_PER_SECOND =
            new Key<>(
                    "limits.publish-bytes-per-second",
                    ValueType.bytes(0, Long.MAX_VALUE),
                    text(OVERLOAD.publishBytesPerSecond()),
                    "Their payload bytes; 0 for no bound.");

    static final Key<Integer> SLOW_CONSUMER_SECONDS =
            new Key<>(
                    "limits.slow-consumer-seconds",
                    ValueType.integer(0, 86_400),
                    text(OVERLOAD.slowConsumerSeconds()),
                    "How long a client may take nothing while more waits for it; it is"
                            + " disconnected afterwards. 0 for no bound.");

    static final Key<Integer> CONNECTS_PER_SECOND =
            new Key<>(
                    "limits.connects-per-second",
                    ValueType.integer(0, 1_000_000_000),
                    text(NETWORK.connectsPerSecond()),
                    "Connections the node takes; a further one is closed. 0 for no bound.");

    static final Key<Integer> CONNECTS_PER_SECOND_AND_ADDRESS =
            new Key<>(
                    "limits.connects-per-second-and-address",
                    ValueType.integer(0, 1_000_000_000),
                    text(NETWORK.connectsPerSecondAndAddress()),
                    "The same for each address, an IPv6 one by its /64; behind a proxy that is the"
                            + " proxy's. 0 for no bound.");

    static final Key<Integer> TOPIC_ALIASES_TO_CLIENT =
            new Key<>(
                    "limits.topic-alias-to-client-maximum",
                    ValueType.integer(0, 65_535),
                    text(NETWORK.topicAliasToClientMaximum()),
                    "Topic aliases the broker uses towards a client that allows that many.");

    static final Key<Integer> TOPIC_BYTES =
            new Key<>(
                    "limits.topic-bytes-maximum",
                    ValueType.integer(1, 65_535),
                    text(DecoderLimits.DEFAULT.topicBytesMaximum()),
                    "Longest topic name or filter in bytes; a longer one is answered with 0x90"
                            + " or 0x8F.");

    static final Key<Integer> TOPIC_LEVELS =
            new Key<>(
                    "limits.topic-levels-maximum",
                    ValueType.integer(1, 1_024),
                    text(DecoderLimits.DEFAULT.topicLevelsMaximum()),
                    "Levels of a topic name or filter; as above.");

    static final Key<Integer> FILTERS =
            new Key<>(
                    "limits.filters-maximum",
                    ValueType.integer(1, 65_535),
                    text(DecoderLimits.DEFAULT.filtersMaximum()),
                    "Filters in one SUBSCRIBE or UNSUBSCRIBE; more are answered with 0x97.");

    static final Key<Strategy> SHARED_STRATEGY =
            new Key<>(
                    "shared-subscriptions.strategy",
                    ValueType.oneOf(Strategy.class),
                    "round-robin",
                    "Which member of a shared subscription gets a message.");

    static final Key<Map<String, Strategy>> SHARED_GROUPS =
            new Key<>(
                            "shared-subscriptions.groups",
                            strategies(),
                            "",
                            "Another strategy for groups whose name begins so; the longest prefix counts.")
                    .example("orders-=sticky, bulk=least-inflight");

    static final Key<Integer> SYS_INTERVAL =
            new Key<>(
                    "sys-interval-seconds",
                    ValueType.integer(0, 86_400),
                    "10",
                    "How often the topics below $SYS change; 0 for no such topics.");

    static final Key<Integer> REFER_ABOVE =
            new Key<>(
                            "balance.refer-above-percent",
                            ValueType.integer(0, 10_000),
                            "0",
                            "While this node has more than this share of an equal number of the"
                                    + " cluster's connections, and 20 more than that, MQTT 5 clients"
                                    + " without a session here are sent to the node with the fewest;"
                                    + " 0 for never.")
                    .reloadable()
                    .example("150");

    static final Key<Level> LOG_LEVEL =
            new Key<>(
                            "log.level",
                            ValueType.oneOf(Level.class),
                            "info",
                            "What the log tells; debug names every connection.")
                    .reloadable()
                    .example("debug");

    static final Key<LogSettings.Format> LOG_FORMAT =
            new Key<>(
                            "log.format",
                            ValueType.oneOf(LogSettings.Format.class),
                            "text",
                            "What a line of the log looks like; json is one object in each line.")
                    .reloadable()
                    .example("json");

    static final Key<String> LOG_FILE =
            new Key<>(
                            "log.file",
                            ValueType.text("a file", ".+"),
                            "",
                            "Where the log goes instead of standard error; a reload opens it anew.")
                    .reloadable()
                    .example("/var/log/skein.log");

    static final Key<Long> LOG_FILE_BYTES =
            new Key<>(
                            "log.file-bytes-maximum",
                            ValueType.bytes(64 << 10, 1L << 40),
                            "64MiB",
                            "Size at which the log goes on in another file; the full one gets a"
                                    + " number.")
                    .reloadable();

    static final Key<Integer> LOG_FILES =
            new Key<>(
                            "log.files-maximum",
                            ValueType.integer(1, 20),
                            "5",
                            "Full files of the log that are kept.")
                    .reloadable();

    private static final List<Key<?>> ALL =
            withSecurity(
                    NODE_NAME,
                    DATA,
                    DURABILITY,
                    ARCHITECTURE,
                    THREADS,
                    LISTENER_NAME,
                    LISTENER_BIND,
                    LISTENER_ALLOW_ANONYMOUS,
                    LISTENER_ADVERTISED,
                    ListenerKeys.PROTOCOL,
                    ListenerKeys.CONNECTIONS,
                    ListenerKeys.PACKET_BYTES,
                    ListenerKeys.CERTIFICATE,
                    ListenerKeys.KEY,
                    ListenerKeys.KEY_PASSWORD,
                    ListenerKeys.PROTOCOLS,
                    ListenerKeys.CIPHERS,
                    ListenerKeys.CLIENT_CA,
                    ListenerKeys.CLIENT_CRL,
                    ListenerKeys.CLIENT_CERTIFICATE,
                    ListenerKeys.IDENTITY,
                    ListenerKeys.PATH,
                    ListenerKeys.ALLOWED_ORIGINS,
                    ListenerKeys.PROXY_PROTOCOL,
                    ListenerKeys.TRUSTED_PROXIES,
                    ListenerKeys.PROXY_IDENTITY,
                    SecurityKeys.CERTIFICATE_LOGIN,
                    ADMIN_BIND,
                    ADMIN_ADVERTISED,
                    KEEP_ALIVE,
                    SESSION_EXPIRY,
                    RECEIVE,
                    INFLIGHT,
                    QUEUED_MESSAGES,
                    QUEUED_BYTES,
                    SUBSCRIPTIONS,
                    TOPIC_ALIASES,
                    PACKET_BYTES,
                    CONNECTIONS,
                    CONNECT_SECONDS,
                    CONNECT_BYTES,
                    WRITE_BUFFER_BYTES,
                    UPGRADE_REQUEST_BYTES,
                    BACKLOG,
                    NODE_QUEUED_MESSAGES,
                    NODE_QUEUED_BYTES,
                    RETAINED_MESSAGES,
                    RETAINED_BYTES,
                    PUBLISHES_PER_SECOND,
                    PUBLISH_BYTES_PER_SECOND,
                    SLOW_CONSUMER_SECONDS,
                    CONNECTS_PER_SECOND,
                    CONNECTS_PER_SECOND_AND_ADDRESS,
                    TOPIC_ALIASES_TO_CLIENT,
                    TOPIC_BYTES,
                    TOPIC_LEVELS,
                    FILTERS,
                    SHARED_STRATEGY,
                    SHARED_GROUPS,
                    SYS_INTERVAL,
                    REFER_ABOVE,
                    LOG_LEVEL,
                    LOG_FORMAT,
                    LOG_FILE,
                    LOG_FILE_BYTES,
                    LOG_FILES);

    private Keys() {}

    /**
     * One entry of the reference.
     *
     * @param environment the variable that overrides it, {@code 0} standing for a place in a list
     * @param standard the value where none is given; empty for none
     * @param example a value that it takes; empty if nothing but the standard is worth showing
     * @param isReloadable whether a reload applies it; a restart is needed otherwise
     */
    public record Entry(
            String path,
            String environment,
            String values,
            String standard,
            String description,
            String example,
            boolean isReloadable) {}

    /** The reference: all keys but those below {@code cluster}, in the order to show them. */
    public static List<Entry> reference() {
        return all().stream().map(Keys::entry).toList();
    }

    private static Entry entry(Key<?> key) {
        return new Entry(
                key.path(),
                EnvironmentNames.of(key.path().replace("[]", ".0")),
                key.type().description(),
                key.equals(NODE_NAME) ? "the name of the machine" : key.standard(),
                key.description(),
                key.example(),
                key.isReloadable());
    }

    /** The variable for a setting of an architecture. */
    public static String environmentOfOption(String name) {
        return EnvironmentNames.of(CLUSTER + "." + name.replace("[]", ".0"));
    }

    static List<Key<?>> all() {
        return ALL;
    }

    /** The sections: what stands before a dot or brackets in a path. */
    static Stream<String> sections() {
        return Stream.concat(
                Stream.of(CLUSTER),
                ALL.stream().map(Key::path).flatMap(Keys::sectionsOf).distinct());
    }

    /** {@code listeners} and {@code listeners[].tls} of {@code listeners[].tls.key}. */
    private static Stream<String> sectionsOf(String path) {
        return IntStream.range(0, path.length())
                .filter(i -> path.charAt(i) == '.')
                .mapToObj(i -> path.substring(0, i).replaceFirst("\\[\\]$", ""));
    }

    /** The sections that are lists. */
    static Stream<String> lists() {
        return ALL.stream()
                .map(Key::path)
                .filter(path -> path.contains("[]"))
                .map(path -> path.substring(0, path.indexOf("[]")))
                .distinct();
    }

    private static List<Key<?>> withSecurity(Key<?>... others) {
        return Stream.of(
                        Stream.of(others),
                        SecurityKeys.ALL.stream(),
                        SecurityKeys.OF_RULES.stream())
                .flatMap(keys -> keys)
                .<Key<?>>map(key -> key)
                .toList();
    }

    private static ValueType<Integer> threads() {
        ValueType<Integer> number = ValueType.integer(1, THREADS_MAXIMUM);
        return new ValueType<>(
                AUTOMATIC + ", or " + number.description(),
                text ->
                        text.equals(AUTOMATIC)
                                ? Math.max(1, Runtime.getRuntime().availableProcessors() - 1)
                                : number.parse().apply(text));
    }

    /** A number of bytes, or a part of what the heap may grow to. */
    private static ValueType<Long> partOfHeap(int divisor) {
        ValueType<Long> number = ValueType.bytes(1, Long.MAX_VALUE);
        return new ValueType<>(
                AUTOMATIC + ", or " + number.description(),
                text ->
                        text.equals(AUTOMATIC)
                                ? Runtime.getRuntime().maxMemory() / divisor
                                : number.parse().apply(text));
    }

    /** {@code prefix=strategy}, several with commas between them. */
    private static ValueType<Map<String, Strategy>> strategies() {
        ValueType<Strategy> strategy = ValueType.oneOf(Strategy.class);
        return new ValueType<>(
                "prefix=strategy, several with commas between them",
                text -> {
                    Map<String, Strategy> byPrefix = new TreeMap<>();
                    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
                        int equals = part.lastIndexOf('=');
                        if (equals < 0) {
                            throw new IllegalArgumentException("expected prefix=strategy");
                        }
                        byPrefix.put(
                                part.substring(0, equals).strip(),
                                strategy.parse().apply(part.substring(equals + 1).strip()));
                    }
                    return byPrefix;
                });
    }

    private static String text(long number) {
        return Long.toString(number);
    }

    private static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            String allowed = name.replaceAll("[^A-Za-z0-9._-]", "-");
            return allowed.substring(0, Math.min(64, allowed.length()));
        } catch (UnknownHostException e) {
            return "skein"; // a machine without a name of its own: one node, or it is told its name
        }
    }
}
