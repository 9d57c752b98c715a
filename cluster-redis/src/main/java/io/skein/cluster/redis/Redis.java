package io.skein.cluster.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Two connections to Redis: one for calls, answered in their order, and one on which it is heard
 * what others have put there. Both are made anew when they break; calls that were not answered are
 * made again then, in their order, which is why every function bears being called twice.
 */
final class Redis implements AutoCloseable {
    /** What is heard. Called by a thread of the connection. */
    interface Listener {
        void heard(String channel, byte[] message);

        /** Something may have been missed: the connection is there again. */
        void missed();
    }

    /** Says who is there, and keeps nothing: it is not to wait for replicas. */
    static final String BEAT = "skein_beat";

    private static final String LIBRARY = "skein.lua";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RECONNECT_DELAY = Duration.ofMillis(200);
    private static final Duration UNANSWERED = Duration.ofSeconds(3);

    /** Nobody says anything there. */
    private static final byte[] SILENT_CHANNEL = Args.bytes("skein:silent");

    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisClusterAsyncCommands<byte[], byte[]> commands;
    private final StatefulRedisPubSubConnection<byte[], byte[]> hearing;
    private final boolean isCluster;
    private final AtomicInteger unanswered = new AtomicInteger();
    private CompletableFuture<?> probe = CompletableFuture.completedFuture(null);
    private int replicas; // before anybody else has it
    private long patienceMillis;

    private Redis(
            ClientResources resources,
            AbstractRedisClient client,
            StatefulConnection<byte[], byte[]> connection,
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            StatefulRedisPubSubConnection<byte[], byte[]> hearing) {
        this.resources = resources;
        this.client = client;
        this.connection = connection;
        this.commands = commands;
        this.hearing = hearing;
        this.isCluster = connection instanceof StatefulRedisClusterConnection;
    }

    /**
     * Connects, and puts the functions there. Blocks.
     *
     * @param authority who has issued the certificate of Redis; null for what Java trusts
     * @param replicas how many have to have what a function has written before it is answered for
     * @param patience how long that may take
     * @param thread of the connections; not the one that calls
     * @throws RedisException if it is not possible to connect
     */
    static Redis connect(
            RedisAddress address,
            @Nullable Path authority,
            int replicas,
            Duration patience,
            RedisLoop thread) {
        ClientResources resources =
                ClientResources.builder()
                        .eventLoopGroupProvider(thread.groups())
                        .computationThreadPoolSize(2)
                        .reconnectDelay(Delay.constant(RECONNECT_DELAY))
                        .nettyCustomizer(new BrokenConnection())
                        .build();
        boolean complete = false;
        try {
            Redis redis =
                    address.isCluster()
                            ? toCluster(resources, address, options(authority))
                            : toOne(resources, address, options(authority));
            redis.replicas = replicas;
            redis.patienceMillis = patience.toMillis();
            complete = true;
            return redis;
        } finally {
            if (!complete) {
                resources.shutdown();
            }
        }
    }

    private static Redis toOne(
            ClientResources resources, RedisAddress address, ClientOptions options) {
        RedisClient client = RedisClient.create(resources, address.uris().getFirst());
        client.setOptions(options);
        boolean complete = false;
        try {
            StatefulRedisConnection<byte[], byte[]> connection =
                    client.connect(ByteArrayCodec.INSTANCE);
            connection.sync().functionLoad(library(), true);
            Redis redis =
                    new Redis(
                            resources,
                            client,
                            connection,
                            connection.async(),
                            client.connectPubSub(ByteArrayCodec.INSTANCE));
            complete = true;
            return redis;
        } finally {
            if (!complete) {
                client.shutdown();
            }
        }
    }

    private static Redis toCluster(
            ClientResources resources, RedisAddress address, ClientOptions options) {
        RedisClusterClient client = RedisClusterClient.create(resources, address.uris());
        ClusterTopologyRefreshOptions refresh =
                ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(Duration.ofSeconds(10))
                        .build();
        client.setOptions(
                ClusterClientOptions.builder(options).topologyRefreshOptions(refresh).build());
        boolean complete = false;
        try {
            StatefulRedisClusterConnection<byte[], byte[]> connection =
                    client.connect(ByteArrayCodec.INSTANCE);
            for (RedisClusterNode node : connection.getPartitions()) {
                if (node.getRole().isUpstream()) {
                    RedisCommands<byte[], byte[]> one =
                            connection.getConnection(node.getNodeId()).sync();
                    one.functionLoad(library(), true);
                }
            }
            Redis redis =
                    new Redis(
                            resources,
                            client,
                            connection,
                            connection.async(),
                            client.connectPubSub(ByteArrayCodec.INSTANCE));
            complete = true;
            return redis;
        } finally {
            if (!complete) {
                client.shutdown();
            }
        }
    }

    private static ClientOptions options(@Nullable Path authority) {
        SocketOptions.Builder socket =
                SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(
                                SocketOptions.KeepAliveOptions.builder()
                                        .enable()
                                        .idle(Duration.ofSeconds(5))
                                        .interval(Duration.ofSeconds(2))
                                        .count(3)
                                        .build());
        if (EpollProvider
                .isAvailable()) { // the only one with which a host that vanished is noticed
            socket.tcpUserTimeout(
                    SocketOptions.TcpUserTimeoutOptions.builder()
                            .enable()
                            .tcpUserTimeout(UNANSWERED)
                            .build());
        }
        ClientOptions.Builder builder =
                ClientOptions.builder()
                        .autoReconnect(true)
                        .protocolVersion(ProtocolVersion.RESP2)
                        .timeoutOptions(TimeoutOptions.create())
                        .socketOptions(socket.build());
        if (authority != null) {
            builder.sslOptions(
                    SslOptions.builder().jdkSslProvider().trustManager(authority.toFile()).build());
        }
        return builder.build();
    }

    private static String library() {
        try (InputStream in = Redis.class.getResourceAsStream(LIBRARY)) {
            if (in == null) {
                throw new IllegalStateException(LIBRARY + " is not beside its class");
            }
            return Args.text(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether one call may only name keys of one slot. */
    boolean isCluster() {
        return isCluster;
    }

    /** Hears these channels from now on; complete when it does. */
    CompletableFuture<Void> hear(List<String> channels, Listener listener) {
        hearing.addListener(
                new RedisPubSubAdapter<>() {
                    private int heard;

                    @Override
                    public void message(byte[] channel, byte[] message) {
                        listener.heard(Args.text(channel), message);
                    }

                    @Override
                    public void subscribed(byte[] channel, long count) {
                        if (!Arrays.equals(channel, SILENT_CHANNEL) && ++heard > channels.size()) {
                            listener.missed();
                        }
                    }
                });
        return hearing.async()
                .subscribe(channels.stream().map(Args::bytes).toArray(byte[][]::new))
                .toCompletableFuture();
    }

    /**
     * Says something on the connection on which this node hears, so that it breaks, and is made
     * anew, where nothing comes from there for nothing passes. Called now and then by one thread.
     */
    void probeHearing() {
        if (probe.isDone()) {
            probe = hearing.async().subscribe(SILENT_CHANNEL).toCompletableFuture();
        }
    }

    /** Nothing more is heard when it returns. */
    void hearNoMore() {
        if (hearing.isOpen()) {
            hearing.close();
        }
    }

    /** Calls a function that answers with a list. */
    CompletableFuture<List<?>> list(String function, Args keys, Args args) {
        return kept(
                function,
                commands.<List<?>>fcall(
                                function, ScriptOutputType.MULTI, keys.toArray(), args.toArray())
                        .toCompletableFuture());
    }

    /** The same when as many replicas have what was written as are asked for. */
    private <T> CompletableFuture<T> kept(String function, CompletableFuture<T> written) {
        if (function.equals(BEAT)) {
            return written;
        }
        unanswered.incrementAndGet();
        return replicated(written).whenComplete((_, _) -> unanswered.decrementAndGet());
    }

    /** How many functions were called and have not answered, beats apart. Any thread. */
    int unanswered() {
        return unanswered.get();
    }

    private <T> CompletableFuture<T> replicated(CompletableFuture<T> written) {
        if (replicas == 0 || isCluster) {
            return written;
        }
        return written.thenCombine(
                commands.waitForReplication(replicas, patienceMillis).toCompletableFuture(),
                (answer, have) -> {
                    if (have < replicas) {
                        throw new RedisException(
                                "%d replicas of %d have what was written"
                                        .formatted(have, replicas));
                    }
                    return answer;
                });
    }

    /** Calls a function that answers with a number. */
    CompletableFuture<Long> number(String function, Args keys, Args args) {
        return kept(
                function,
                commands.<Long>fcall(
                                function, ScriptOutputType.INTEGER, keys.toArray(), args.toArray())
                        .toCompletableFuture());
    }

    /** Calls a function that answers with text. */
    CompletableFuture<byte[]> text(String function, Args keys, Args args) {
        return kept(
                function,
                commands.<byte[]>fcall(
                                function, ScriptOutputType.VALUE, keys.toArray(), args.toArray())
                        .toCompletableFuture());
    }

    /** Plain commands. */
    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return commands;
    }

    @Override
    public void close() {
        hearNoMore();
        connection.close();
        client.shutdown(0, 2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
