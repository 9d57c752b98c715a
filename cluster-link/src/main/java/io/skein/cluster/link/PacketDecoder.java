package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts what arrives into packets: type and body, without the length. */
final class PacketDecoder extends ByteToMessageDecoder {
    private int bytesLimit = Wire.HANDSHAKE_BYTES_LIMIT;

    /** The other side has proved who it is. */
    void trust(int frameBytesLimit) {
        bytesLimit = Math.max(frameBytesLimit, Wire.BATCH_BYTES) + Wire.HANDSHAKE_BYTES_LIMIT;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Wire.WireException {
        if (in.readableBytes() < Wire.LENGTH_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < 1 || length > bytesLimit) {
            in.skipBytes(in.readableBytes());
            throw new Wire.WireException(
                    "a packet of " + Integer.toUnsignedString(length) + " bytes");
        }
        if (in.readableBytes() >= Wire.LENGTH_BYTES + length) {
            in.skipBytes(Wire.LENGTH_BYTES);
            out.add(in.readRetainedSlice(length));
        }
    }
}
