package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dialling side of one connection: proves itself, asks for proof, then takes in answers. */
final class Dialler extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger LOG = LoggerFactory.getLogger(Dialler.class);

    private final NodeLinks links;
    private final OutboundLink link;
    private final PacketDecoder decoder;
    private byte @Nullable [] nonce;
    private boolean established;

    Dialler(NodeLinks links, OutboundLink link, PacketDecoder decoder) {
        this.links = links;
        this.link = link;
        this.decoder = decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.executor()
                .schedule(
                        () -> {
                            if (!established) {
                                context.close();
                            }
                        },
                        NodeLinks.HANDSHAKE_TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf packet)
            throws Wire.WireException {
        int type = packet.readUnsignedByte();
        if (established && type == Wire.ANSWERS) {
            link.answers(packet);
        } else if (nonce == null && type == Wire.CHALLENGE) {
            challenge(context, packet);
        } else if (nonce != null && !established && type == Wire.WELCOME) {
            welcome(context, packet, nonce);
        } else if (!established && type == Wire.REJECT) {
            LOG.info("{} refuses the link: {}", link.to(), Wire.readString(packet));
            context.close();
        } else {
            throw new Wire.WireException("packet type " + type + " is not expected here");
        }
    }

    private void challenge(ChannelHandlerContext context, ByteBuf packet)
            throws Wire.WireException {
        if (packet.readInt() != Wire.MAGIC || packet.readUnsignedByte() != Wire.VERSION) {
            throw new Wire.WireException("no link of this version listens there");
        }
        byte[] theirNonce = Wire.readBytes(packet, Wire.NONCE_BYTES);
        byte[] ourNonce = links.proof().nonce();
        nonce = ourNonce;
        ByteBuf said = context.alloc().buffer();
        Wire.writeString(said, links.settings().cluster());
        Wire.writePeer(said, links.settings().self());
        Wire.writePeer(said, link.to());
        said.writeLong(link.id()).writeBoolean(link.welcomed()).writeBytes(ourNonce);
        byte[] proof = links.proof().of(Wire.HELLO, theirNonce, said);
        ByteBuf hello = context.alloc().buffer();
        int start = Wire.begin(hello, Wire.HELLO);
        hello.writeBytes(said).writeBytes(proof);
        said.release();
        Wire.end(hello, start);
        context.writeAndFlush(hello);
    }

    private void welcome(ChannelHandlerContext context, ByteBuf packet, byte[] ourNonce)
            throws Wire.WireException {
        byte[] given = Wire.readBytes(packet, Wire.PROOF_BYTES);
        if (!Proof.same(links.proof().of(Wire.WELCOME, ourNonce, packet), given)) {
            throw new Wire.WireException("wrong cluster or wrong secret");
        }
        established = true;
        decoder.trust(links.settings().frameBytesLimit());
        if (link.closed()) {
            context.close();
            return;
        }
        link.attach(context.channel(), packet.readLong());
        links.established(link);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (established && context.channel().isWritable()) {
            link.flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        link.detach(context.channel());
        links.disconnected(link);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn("Closing link to {}: {}", link.to(), cause.toString());
        LOG.debug("Cause", cause);
        context.close();
    }
}
