package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** MQTT in WebSocket frames, one for each write. Only for the event loop. */
final class WebSocketBytes extends ChannelDuplexHandler {
    private static final int ANSWER_BYTES_MAXIMUM = 16 * 1024;

    private @Nullable Runnable opened;

    /** Adds what speaks WebSocket, and this behind it. */
    static void addTo(ChannelPipeline pipeline, BrokerAddress address, int frameBytesMaximum) {
        WebSocketClientProtocolConfig config =
                WebSocketClientProtocolConfig.newBuilder()
                        .webSocketUri(URI.create(address.toString()))
                        .subprotocol("mqtt") // [MQTT-6.0.0-3]
                        .maxFramePayloadLength(frameBytesMaximum)
                        .generateOriginHeader(false) // that is for web pages
                        .build();
        pipeline.addLast(
                new HttpClientCodec(),
                new HttpObjectAggregator(ANSWER_BYTES_MAXIMUM),
                new WebSocketClientProtocolHandler(config),
                new WebSocketBytes());
    }

    /** Has this called when the broker has agreed to speak WebSocket. */
    void onOpen(Runnable then) {
        opened = then;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE && opened != null) {
            opened.run();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        if (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            context.fireChannelRead(frame.content());
        } else {
            frame.release();
            context.close(); // [MQTT-6.0.0-1]
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        // The request that opens the WebSocket comes by here too.
        Object frame = message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message;
        context.write(frame, promise);
    }
}
