package io.skein.lab.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The event loops that clients live on: epoll where the platform has it. Safe for any thread.
 * Closing ends every connection without DISCONNECT.
 */
public final class ClientLoops implements AutoCloseable {
    /** Netty lets its array of events grow then. */
    private static final int EVENTS_UNBOUNDED = 0;

    private static final int WRITE_BUFFER_LOW_BYTES = 128 * 1024;
    private static final int WRITE_BUFFER_HIGH_BYTES = 512 * 1024;

    private final MultiThreadIoEventLoopGroup group;
    private final List<LoopTurns> turns = new ArrayList<>();
    private final List<ClientLoop> loops = new ArrayList<>();
    private final Class<? extends Channel> channelType;
    private final AtomicInteger next = new AtomicInteger();

    private ClientLoops(int threads) {
        boolean epoll = Epoll.isAvailable();
        // Called once per loop, in their order.
        SelectStrategyFactory strategies =
                () -> {
                    LoopTurns turn = new LoopTurns();
                    turns.add(turn);
                    return turn;
                };
        IoHandlerFactory handlers =
                epoll
                        ? EpollIoHandler.newFactory(EVENTS_UNBOUNDED, strategies)
                        : NioIoHandler.newFactory(SelectorProvider.provider(), strategies);
        this.channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        this.group =
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("mqtt-client", true), handlers);
        group.forEach(executor -> loops.add(new ClientLoop((EventLoop) executor)));
    }

    /** Starts this many event loops, at least one, on daemon threads. */
    public static ClientLoops open(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread, not " + threads);
        }
        return new ClientLoops(threads);
    }

    /** The event loops, in an order that does not change. */
    public List<EventLoop> executors() {
        return loops.stream().map(ClientLoop::executor).toList();
    }

    /** What lets something be in time on the loop with this index. */
    public LoopTurns turns(int loop) {
        return turns.get(loop);
    }

    /**
     * Connects a client on one of the loops in turn.
     *
     * @return completes on the client's loop when the broker has accepted, or exceptionally with
     *     {@link ConnectFailedException}
     */
    public CompletableFuture<MqttClient> connect(
            BrokerAddress address, ConnectOptions options, ClientListener listener) {
        int loop = Math.floorMod(next.getAndIncrement(), loops.size());
        return connect(loop, address, options, listener);
    }

    /** Connects a client on the loop with this index; otherwise as the other method. */
    public CompletableFuture<MqttClient> connect(
            int loop, BrokerAddress address, ConnectOptions options, ClientListener listener) {
        CompletableFuture<MqttClient> result = new CompletableFuture<>();
        Attempt attempt =
                new Attempt(loops.get(loop), address, options, listener, result, deadline(options));
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
        if (literal != null) {
            attempt.resolve();
        } else {
            // Asking for a name blocks, and an event loop must not.
            Thread.startVirtualThread(attempt::resolve);
        }
        return result;
    }

    private static long deadline(ConnectOptions options) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis());
    }

    /** One call of connect: tries the addresses of the host one after the other. */
    private final class Attempt {
        private final ClientLoop loop;
        private final BrokerAddress address;
        private final ConnectOptions options;
        private final ClientListener listener;
        private final CompletableFuture<MqttClient> result;
        private final long deadlineNanos;

        Attempt(
                ClientLoop loop,
                BrokerAddress address,
                ConnectOptions options,
                ClientListener listener,
                CompletableFuture<MqttClient> result,
                long deadlineNanos) {
            this.loop = loop;
            this.address = address;
            this.options = options;
            this.listener = listener;
            this.result = result;
            this.deadlineNanos = deadlineNanos;
        }

        void resolve() {
            try {
                InetAddress[] hosts = InetAddress.getAllByName(address.host());
                SslContext tls = address.tls() ? tlsContext() : null;
                loop.executor().execute(() -> tryHost(hosts, 0, tls));
            } catch (UnknownHostException e) {
                unreachable(e);
            } catch (SSLException e) {
                unreachable(e);
            }
        }

        private SslContext tlsContext() throws SSLException {
            SslContext given = options.tls();
            return given != null ? given : SslContextBuilder.forClient().build();
        }

        private void tryHost(InetAddress[] hosts, int index, @Nullable SslContext tls) {
            long leftMillis =
                    Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
            Bootstrap bootstrap =
                    new Bootstrap()
                            .group(loop.executor())
                            .channel(channelType)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .option(
                                    ChannelOption.WRITE_BUFFER_WATER_MARK,
                                    new WriteBufferWaterMark(
                                            WRITE_BUFFER_LOW_BYTES, WRITE_BUFFER_HIGH_BYTES))
                            .option(
                                    ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                    (int) Math.min(leftMillis, Integer.MAX_VALUE))
                            .handler(
                                    new ChannelInitializer<SocketChannel>() {
                                        @Override
                                        protected void initChannel(SocketChannel channel) {
                                            initialize(channel, tls);
                                        }
                                    });
            InetAddress source = options.source();
            if (source != null) {
                bootstrap.localAddress(source, 0);
                if (channelType == EpollSocketChannel.class) {
                    // The port is chosen with the other end known: each can be used for many.
                    bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
                }
            }
            ChannelFuture connecting =
                    bootstrap.connect(new InetSocketAddress(hosts[index], address.port()));
            connecting.addListener(_ -> {
                if (connecting.isSuccess()) {
                    connected(connecting.channel());
                } else if (index + 1 < hosts.length) {
                    tryHost(hosts, index + 1, tls);
                } else {
                    unreachable(connecting.cause());
                }
            });
        }

        private void initialize(SocketChannel channel, @Nullable SslContext tls) {
            if (tls != null) {
                channel.pipeline()
                        .addLast(tls.newHandler(channel.alloc(), address.host(), address.port()));
            }
            if (address.webSocketPath() != null) {
                WebSocketBytes.addTo(channel.pipeline(), address, options.packetBytesMaximum());
            }
        }

        private void connected(Channel channel) {
            MqttClient client = new MqttClient(loop, channel, options, listener);
            client.session().attach();
            ClientConnection connection = new ClientConnection(client, address, result);
            channel.pipeline().addLast(connection);
            WebSocketBytes webSocket = channel.pipeline().get(WebSocketBytes.class);
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (webSocket != null) {
                webSocket.onOpen(connection::begin);
            } else if (tls == null) {
                connection.begin();
            } else {
                tls.handshakeFuture()
                        .addListener(handshake -> {
                            if (handshake.isSuccess()) {
                                connection.begin();
                            }
                        });
            }
            long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
            var timeout =
                    loop.executor()
                            .schedule(() -> timedOut(connection), leftNanos, TimeUnit.NANOSECONDS);
            result.whenComplete((_, _) -> timeout.cancel(false));
        }

        private void timedOut(ClientConnection connection) {
            connection.fail(
                    ConnectFailedException.Kind.TIMED_OUT,
                    null,
                    "%s did not answer CONNECT within %d ms"
                            .formatted(address, options.timeoutMillis()));
        }

        private void unreachable(Throwable cause) {
            boolean late = cause instanceof io.netty.channel.ConnectTimeoutException;
            result.completeExceptionally(
                    new ConnectFailedException(
                            late
                                    ? ConnectFailedException.Kind.TIMED_OUT
                                    : ConnectFailedException.Kind.UNREACHABLE,
                            null,
                            "cannot reach %s: %s"
                                    .formatted(
                                            address,
                                            late
                                                    ? "no answer within "
                                                            + options.timeoutMillis()
                                                            + " ms"
                                                    : Reasons.inWords(cause)),
                            cause));
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
