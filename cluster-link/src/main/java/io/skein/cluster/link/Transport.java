package io.skein.cluster.link;

import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** Netty's epoll transport where it runs, NIO elsewhere. */
record Transport(
        IoHandlerFactory io,
        Class<? extends ServerChannel> server,
        Class<? extends Channel> client) {
    static Transport best() {
        return Epoll.isAvailable()
                ? new Transport(
                        EpollIoHandler.newFactory(),
                        EpollServerSocketChannel.class,
                        EpollSocketChannel.class)
                : new Transport(
                        NioIoHandler.newFactory(),
                        NioServerSocketChannel.class,
                        NioSocketChannel.class);
    }

    /** Whether connections of this kind can live on a loop that others have made. */
    boolean runsOn(IoEventLoop loop) {
        return loop.isIoType(isEpoll() ? EpollIoHandler.class : NioIoHandler.class);
    }

    boolean isEpoll() {
        return client == EpollSocketChannel.class;
    }
}
