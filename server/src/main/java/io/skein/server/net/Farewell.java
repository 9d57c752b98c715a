package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

/** What WebSocket and TLS want said before an end, so that nobody can cut a connection unseen. */
final class Farewell {
    private Farewell() {}

    /** Says it; completes when it has left. */
    static Future<?> say(Channel channel) {
        WebSocketFrames frames = channel.pipeline().get(WebSocketFrames.class);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        Future<?> said = frames == null ? channel.newSucceededFuture() : frames.sendClose();
        return tls == null ? said : tls.closeOutbound();
    }
}
