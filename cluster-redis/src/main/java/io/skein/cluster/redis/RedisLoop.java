package io.skein.cluster.redis;

import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.ThreadFactoryProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of a node for Redis: connections are read and written by it, and what lives on the
 * loop lives there, so that neither a call nor its answer is handed from thread to thread.
 */
final class RedisLoop implements AutoCloseable {
    private static final long CLOSE_SECONDS = 3;

    private static final ThreadFactoryProvider THREADS =
            _ -> new DefaultThreadFactory("skein-redis", true);

    private final EventLoopGroupProvider groups = new DefaultEventLoopGroupProvider(1, THREADS);
    private final EventLoopGroup group = groups.allocate(kind());

    @SuppressWarnings("deprecation") // as Lettuce asks for them
    private static Class<? extends EventLoopGroup> kind() {
        return EpollProvider.isAvailable()
                ? EpollProvider.getResources().eventLoopGroupClass()
                : NioEventLoopGroup.class;
    }

    /** Where Lettuce gets its threads. */
    EventLoopGroupProvider groups() {
        return groups;
    }

    EventLoop loop() {
        return group.next();
    }

    /** Ends the thread. */
    @Override
    public void close() {
        groups.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
