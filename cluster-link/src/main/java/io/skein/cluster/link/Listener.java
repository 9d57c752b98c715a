package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening side of one connection: asks for proof, then takes in batches. */
final class Listener extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private final NodeLinks links;
    private final PacketDecoder decoder;
    private final byte[] nonce;
    private @Nullable Future<?> handshakeTimeout;
    private @Nullable InboundLink link;

    Listener(NodeLinks links, PacketDecoder decoder) {
        this.links = links;
        this.decoder = decoder;
        nonce = links.proof().nonce();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!links.strangerCame()) {
            LOG.warn("Too many connections without a handshake; closing {}", context.channel());
            context.close();
            return;
        }
        handshakeTimeout =
                context.executor()
                        .schedule(
                                () -> {
                                    LOG.warn("No handshake on {}; closing", context.channel());
                                    context.close();
                                },
                                NodeLinks.HANDSHAKE_TIMEOUT_MILLIS,
                                TimeUnit.MILLISECONDS);
        ByteBuf challenge = context.alloc().buffer();
        int start = Wire.begin(challenge, Wire.CHALLENGE);
        challenge.writeInt(Wire.MAGIC).writeByte(Wire.VERSION).writeBytes(nonce);
        Wire.end(challenge, start);
        context.writeAndFlush(challenge);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf packet)
            throws Wire.WireException {
        int type = packet.readUnsignedByte();
        InboundLink established = link;
        if (type == Wire.BATCH && established != null) {
            established.batch(packet);
        } else if (type == Wire.ANSWERS && established != null) {
            links.answers(established.from(), packet);
        } else if (type == Wire.HELLO && established == null) {
            hello(context, packet);
        } else {
            throw new Wire.WireException("packet type " + type + " is not expected here");
        }
    }

    private void hello(ChannelHandlerContext context, ByteBuf packet) throws Wire.WireException {
        ByteBuf said =
                packet.slice(packet.readerIndex(), packet.readableBytes() - Wire.PROOF_BYTES);
        final String cluster = Wire.readString(packet);
        Peer from = Wire.readPeer(packet);
        Peer expected = Wire.readPeer(packet);
        long id = packet.readLong();
        boolean resumed = packet.readBoolean();
        byte[] theirNonce = Wire.readBytes(packet, Wire.NONCE_BYTES);
        byte[] given = Wire.readBytes(packet, Wire.PROOF_BYTES);
        if (!Proof.same(links.proof().of(Wire.HELLO, nonce, said), given)) {
            throw new Wire.WireException("wrong cluster or wrong secret");
        }
        if (!cluster.equals(links.settings().cluster())) {
            throw new Wire.WireException("another cluster, '" + cluster + "'");
        }
        if (!expected.equals(links.settings().self())) {
            reject(
                    context,
                    from + " looks for " + expected + ", this is " + links.settings().self());
            return;
        }
        InboundLink accepted = links.accept(from, id, resumed);
        if (accepted == null) {
            reject(context, "link " + id + " of " + from + " is not known here");
            return;
        }
        endHandshake();
        decoder.trust(links.settings().frameBytesLimit());
        link = accepted;
        ByteBuf received = context.alloc().buffer(8).writeLong(accepted.received());
        byte[] proof = links.proof().of(Wire.WELCOME, theirNonce, received);
        ByteBuf welcome = context.alloc().buffer();
        int start = Wire.begin(welcome, Wire.WELCOME);
        welcome.writeBytes(proof).writeBytes(received);
        received.release();
        Wire.end(welcome, start);
        context.writeAndFlush(welcome);
        accepted.attach(context.channel());
    }

    private static void reject(ChannelHandlerContext context, String why) {
        ByteBuf out = context.alloc().buffer();
        int start = Wire.begin(out, Wire.REJECT);
        Wire.writeString(out, why);
        Wire.end(out, start);
        context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    private void endHandshake() {
        if (handshakeTimeout != null) {
            handshakeTimeout.cancel(false);
            handshakeTimeout = null;
            links.strangerLeft();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        endHandshake();
        if (link != null) {
            link.detach(context.channel());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn("Closing link from {}: {}", context.channel().remoteAddress(), cause.toString());
        LOG.debug("Cause", cause);
        context.close();
    }
}
