package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/** MQTT in WebSocket frames: bytes in, bytes out, and what WebSocket itself wants answered. */
final class WebSocketFrames extends ChannelDuplexHandler {
    /** Status of a client that is told goodbye. */
    private static final int NORMAL = 1000;

    private static final int LAST_FRAME = 0x80;
    private static final int HEADER_BYTES_MAXIMUM = 10;
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int LENGTH_IN_8_BYTES = 127;
    private static final int STATUS_BYTES = 2;

    private final WebSocketReader reader = new WebSocketReader(this::control);
    private @Nullable ChannelHandlerContext context;
    private boolean inputEnded;
    private boolean closeIsSent;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (inputEnded) {
            bytes.release();
            return;
        }
        try {
            reader.read(bytes); // [MQTT-6.0.0-2]
        } catch (WebSocketViolation e) {
            bytes.release();
            inputEnded = true;
            sendClose(e.status());
            ctx.fireUserEventTriggered(new HandshakeEvent.Failed("WebSocket: " + e.getMessage()));
            return;
        }
        if (bytes.isReadable()) {
            ctx.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
        if (inputEnded) {
            ctx.fireUserEventTriggered(HandshakeEvent.InputEnded.INSTANCE);
        }
    }

    private void control(int opcode, byte[] payload, int length) {
        if (opcode == WebSocketReader.PING && context().channel().isWritable()) {
            send(WebSocketReader.PONG, payload, length);
        } else if (opcode == WebSocketReader.CLOSE) {
            inputEnded = true; // the answer comes when everything before it was handled
        }
    }

    /** Tells the client that nothing more comes; completes when that has left. */
    ChannelFuture sendClose() {
        return sendClose(NORMAL);
    }

    private ChannelFuture sendClose(int status) {
        if (closeIsSent) {
            return context().newSucceededFuture();
        }
        closeIsSent = true;
        byte[] payload = {(byte) (status >> Byte.SIZE), (byte) status};
        return send(WebSocketReader.CLOSE, payload, STATUS_BYTES);
    }

    private ChannelFuture send(int opcode, byte[] payload, int length) {
        ByteBuf frame = context().alloc().directBuffer(2 + length);
        frame.writeByte(LAST_FRAME | opcode).writeByte(length).writeBytes(payload, 0, length);
        return context().writeAndFlush(frame);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) message;
        int length = bytes.readableBytes();
        if (closeIsSent) { // nothing may follow it
            bytes.release();
            promise.trySuccess();
            return;
        }
        if (length > 0) {
            ByteBuf header = ctx.alloc().directBuffer(HEADER_BYTES_MAXIMUM);
            header.writeByte(LAST_FRAME | WebSocketReader.BINARY); // [MQTT-6.0.0-1]
            if (length < LENGTH_IN_2_BYTES) {
                header.writeByte(length);
            } else if (length <= 0xFFFF) {
                header.writeByte(LENGTH_IN_2_BYTES).writeShort(length);
            } else {
                header.writeByte(LENGTH_IN_8_BYTES).writeLong(length);
            }
            ctx.write(header, ctx.voidPromise());
        }
        ctx.write(bytes, promise);
    }
}
