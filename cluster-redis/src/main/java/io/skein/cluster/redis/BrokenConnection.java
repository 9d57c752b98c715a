package io.skein.cluster.redis;

import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * Closes a connection that was reset, and tells Lettuce no more than that it is closed. Told of the
 * reset it would fail the call that waits longest, of which nobody knows whether it was made, and
 * make those behind it again; so all of them are made again, in their order.
 */
final class BrokenConnection implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
        ChannelHandlerContext calls = channel.pipeline().context(CommandHandler.class);
        if (calls != null) {
            channel.pipeline().addBefore(calls.name(), "skein-broken", new Closing());
        }
    }

    private static final class Closing extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof IOException && !(cause instanceof SSLException)) {
                context.close();
            } else {
                context.fireExceptionCaught(cause);
            }
        }
    }
}
