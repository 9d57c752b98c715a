package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.skein.broker.Connection;
import io.skein.broker.Peer;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.server.tls.CertificateIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's network connection: collects its bytes, makes packets of them and hands them to the
 * core. It begins on the loop that accepted it; when CONNECT has arrived it moves to the loop that
 * owns the client id, and what arrived behind CONNECT moves with it.
 *
 * <p>All bytes that arrived before the client closed reach the core before {@link
 * Connection#closed} does: a DISCONNECT that waits behind paused reading keeps its meaning.
 */
final class ClientChannel extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ClientChannel.class);

    private enum Stage {
        /** CONNECT has not arrived. */
        CONNECTING,
        /** Between two loops: bytes are collected, nothing else happens. */
        MOVING,
        /** The core has it. */
        CONNECTED,
        /** Closed by this node: what was sent leaves, what arrives is thrown away. */
        CLOSING,
        /** Over. */
        CLOSED
    }

    private final EventLoops loops;
    private final Entrance entrance;
    private final Channel channel;
    private final PacketDecoder decoder;
    private ClientLoop loop;
    private Stage stage = Stage.CONNECTING;

    private @Nullable ByteBuf input;
    private @Nullable ClientOutput output;
    private @Nullable Connection connection;

    /** What the core wants; the network follows when bytes come that are not wanted. */
    private boolean reading = true;

    private boolean decoding;
    private boolean resumeIsQueued;
    private boolean writableIsQueued;

    /** Answers wait in such numbers that nothing more is read. */
    private boolean flooded;

    /** The client sends nothing any more. */
    private boolean inputEnded;

    /** Where the client is, if a proxy said so. */
    private @Nullable SocketAddress proxied;

    /** Who the client is, if a certificate says so. */
    private @Nullable String certificateIdentity;

    ClientChannel(EventLoops loops, Entrance entrance, Channel channel) {
        this.loops = loops;
        this.entrance = entrance;
        this.channel = channel;
        this.decoder = PacketDecoder.forServer(entrance.decoderLimits());
        this.loop = loops.loopOf(channel.eventLoop());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        boolean tooFast = loops.comesTooFast(channel.remoteAddress());
        boolean nodeHasRoom = loops.connectionOpened();
        if (!entrance.connectionOpened()) {
            loops.tooMany(
                    address(), "listener '" + entrance.name() + "'", entrance.connectionsMaximum());
            channel.close();
        } else if (!nodeHasRoom) {
            loops.tooMany(address(), "the node", loops.limits().connectionsMaximum());
            channel.close();
        } else if (tooFast || loop.isShuttingDown()) {
            channel.close();
        } else {
            loop.connecting().add(this);
        }
    }

    // What comes in.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        loop.counters().bytesReceived.add(bytes.readableBytes());
        switch (stage) {
            case CONNECTING -> {
                append(bytes);
                readConnect();
            }
            case MOVING -> append(bytes);
            case CONNECTED -> {
                append(bytes);
                if (reading && !flooded) {
                    readPackets();
                } else {
                    channel.config().setAutoRead(false);
                }
            }
            case CLOSING, CLOSED -> bytes.release();
        }
    }

    private void append(ByteBuf bytes) {
        if (input == null) {
            input = bytes;
        } else {
            input.writeBytes(bytes);
            bytes.release();
        }
    }

    private void readConnect() {
        Packet packet = null;
        try {
            packet = input == null ? null : decoder.decode(input);
        } catch (MqttCodecException e) {
            refuse(e);
            return;
        }
        keepRest();
        if (packet instanceof Connect connect) {
            loop.counters().packetsReceived.increment();
            loop.connecting().remove(this);
            ClientLoop owner = loops.loopFor(connect.clientId(), loop);
            if (owner == loop) {
                attach(connect);
            } else {
                moveTo(owner, connect);
            }
        } else if (inputEnded) {
            closeNow();
        }
    }

    private void refuse(MqttCodecException fault) {
        LOG.debug("{}: no CONNECT: {}", address(), fault.getMessage());
        loop.counters().connectsUnusable.increment();
        loop.connecting().remove(this);
        ProtocolVersion version = fault.answerVersion();
        if (version == null) {
            closeNow();
            return;
        }
        output = new ClientOutput(this, channel, loop, version);
        output.send(new ConnAck(false, fault.reason(), Properties.EMPTY));
        closeAfterFlush();
    }

    private void moveTo(ClientLoop owner, Connect connect) {
        stage = Stage.MOVING;
        channel.config().setAutoRead(false);
        channel.deregister()
                .addListener(_ -> {
                    if (channel.isOpen()) {
                        loop = owner;
                        owner.eventLoop()
                                .register(channel)
                                .addListener(moved -> arrived(moved, connect));
                    }
                });
    }

    private void arrived(Future<?> moved, Connect connect) {
        if (!moved.isSuccess()) {
            LOG.warn("{}: could not move to its loop", address(), moved.cause());
            countClosed(); // without a loop nothing else will be said of this channel
            over();
        } else if (loop.isShuttingDown()) {
            closeNow();
        } else {
            attach(connect);
            if (reading && stage == Stage.CONNECTED) {
                channel.config().setAutoRead(true);
            }
        }
    }

    private void attach(Connect connect) {
        stage = Stage.CONNECTED;
        ClientOutput out = new ClientOutput(this, channel, loop, connect);
        output = out;
        Peer peer =
                new Peer(
                        address(),
                        entrance.name(),
                        certificateIdentity,
                        entrance.packetBytesMaximum());
        LOG.debug("{}: {}", peer.address(), connect);
        try {
            connection = loop.shard().connect(connect, out, peer, loop.clock().nowNanos());
        } catch (RuntimeException e) {
            LOG.error("Connecting '{}' failed; please report this", connect.clientId(), e);
            closeNow();
            return;
        }
        readPackets();
    }

    /** Hands over every whole packet that is here, as long as the core wants them. */
    private void readPackets() {
        Connection receiver = connection;
        if (receiver == null || stage != Stage.CONNECTED) {
            return;
        }
        long nowNanos = loop.clock().nowNanos();
        int packets = 0;
        decoding = true;
        try {
            while (reading && input != null && stage == Stage.CONNECTED) {
                Packet packet = decoder.decode(input);
                if (packet == null) {
                    break;
                }
                packets++;
                receiver.received(packet, nowNanos);
            }
        } catch (MqttCodecException e) {
            LOG.debug("{}: {}", address(), e.getMessage());
            fail(receiver, e.reason(), String.valueOf(e.getMessage()), nowNanos);
        } catch (RuntimeException e) {
            LOG.error(
                    "Handling a packet of client '{}' failed; please report this",
                    receiver.clientId(),
                    e);
            fail(receiver, ReasonCode.UNSPECIFIED_ERROR, "internal error", nowNanos);
        } finally {
            decoding = false;
        }
        loop.counters().packetsReceived.add(packets);
        keepRest();
        pauseIfFlooded();
        if (inputEnded && reading && stage == Stage.CONNECTED) {
            closeAfterFlush();
        }
    }

    /** A client that sends and takes no answers is not read until it does. */
    private void pauseIfFlooded() {
        if (stage == Stage.CONNECTED && !inputEnded && output != null && output.isFlooded()) {
            flooded = true;
            channel.config().setAutoRead(false);
        }
    }

    private void fail(Connection receiver, ReasonCode reason, String explanation, long nowNanos) {
        try {
            receiver.failed(reason, explanation, nowNanos);
        } finally {
            closeAfterFlush();
        }
    }

    /** What was not a whole packet stays, but not in a buffer much larger than it. */
    private void keepRest() {
        ByteBuf rest = input;
        if (rest == null) {
            return;
        }
        int bytes = stage == Stage.CLOSING || stage == Stage.CLOSED ? 0 : rest.readableBytes();
        if (bytes == 0) {
            input = null;
            rest.release();
        } else if (rest.readerIndex() > 0 || rest.capacity() / 2 > bytes) {
            ByteBufAllocator allocator = channel.alloc();
            input = allocator.directBuffer(bytes).writeBytes(rest);
            rest.release();
        }
    }

    // What the core asks for.

    /** Stops or resumes handing packets over. */
    void setReading(boolean wanted) {
        if (reading == wanted) {
            return;
        }
        reading = wanted;
        if (wanted && !decoding && !resumeIsQueued && stage == Stage.CONNECTED) {
            resumeIsQueued = true;
            loop.eventLoop().execute(this::resume);
        }
    }

    private void resume() {
        resumeIsQueued = false;
        if (reading && !flooded) {
            readPackets();
        }
        if (reading && !flooded && stage == Stage.CONNECTED && !inputEnded) {
            channel.config().setAutoRead(true);
        }
    }

    /**
     * Sends what is to be sent, then closes. The client gets a moment to close its side first:
     * closing while bytes of it are unread would destroy what it has not read, such as the reason.
     */
    void closeAfterFlush() {
        if (stage == Stage.CLOSING || stage == Stage.CLOSED) {
            return;
        }
        stage = Stage.CLOSING;
        if (!decoding) {
            keepRest();
        }
        ClientOutput out = output;
        if (!channel.isActive() || out == null) {
            // Not here and now: the core may be in the middle of its own call.
            loop.eventLoop().execute(this::closeNow);
            return;
        }
        linger(out.flushLast());
    }

    /** Closes when this has left and the client has closed, or has not in a moment. */
    private void linger(ChannelFuture last) {
        loop.closing().add(this);
        channel.config().setAutoRead(true);
        last.addListener(_ -> flushed());
    }

    private void flushed() {
        if (entrance.isPlain()) {
            endOutput();
        } else {
            Farewell.say(channel).addListener(_ -> endOutput());
        }
    }

    private void endOutput() {
        if (inputEnded || !(channel instanceof DuplexChannel duplex)) {
            closeNow();
        } else {
            duplex.shutdownOutput();
        }
    }

    /** CONNECT has not arrived in time. */
    void connectTooLate() {
        loops.connectTooLate(address(), entrance.name());
        closeNow();
    }

    /** Closes at once, whatever was not sent. */
    void closeNow() {
        if (channel.isOpen()) {
            channel.close();
        } else {
            over();
        }
    }

    // What happens to the connection.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && !writableIsQueued && stage == Stage.CONNECTED) {
            // Not here and now: the core may be in the middle of writing.
            writableIsQueued = true;
            loop.execute(this::tellWritable);
        }
    }

    private void tellWritable(long nowNanos) {
        writableIsQueued = false;
        if (connection != null && stage == Stage.CONNECTED && channel.isWritable()) {
            connection.writable(nowNanos);
            if (flooded) {
                flooded = false;
                resume();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case ChannelInputShutdownEvent _, HandshakeEvent.InputEnded _ -> inputEnded();
            case SslCloseCompletionEvent end when end.isSuccess() -> inputEnded();
            case SslHandshakeCompletionEvent end -> encrypted(context, end);
            case HandshakeEvent.Proxied whom -> {
                proxied = whom.address();
                certificateIdentity = whom.commonName();
            }
            case HandshakeEvent.Failed failure -> handshakeFailed(failure.why());
            default -> {}
        }
    }

    private void encrypted(ChannelHandlerContext context, SslHandshakeCompletionEvent end) {
        if (!end.isSuccess()) {
            loops.handshakeFailed(address(), entrance.name(), TlsFailure.inWords(end.cause()));
            return; // the handler of TLS tells the client and closes
        }
        CertificateIdentity wanted = entrance.identity();
        if (wanted == null) {
            return;
        }
        X509Certificate shown = PeerCertificate.of(context.pipeline().get(SslHandler.class));
        String identity = shown == null ? null : wanted.of(shown);
        if (identity == null && entrance.requiresIdentity()) {
            handshakeFailed("its certificate has no usable " + wanted);
        } else if (identity != null) {
            certificateIdentity = identity;
        }
    }

    /** Ends a connection that is no use; whoever found out has told the client. */
    private void handshakeFailed(String why) {
        switch (stage) {
            case CONNECTING -> {
                loops.handshakeFailed(address(), entrance.name(), why);
                loop.connecting().remove(this);
                stage = Stage.CLOSING;
                keepRest();
                linger(channel.writeAndFlush(Unpooled.EMPTY_BUFFER));
            }
            case CONNECTED -> {
                LOG.debug("{}: {}", address(), why);
                closeAfterFlush();
            }
            case MOVING, CLOSING, CLOSED -> {}
        }
    }

    private void inputEnded() {
        inputEnded = true;
        flooded = false; // nothing more comes that would have to wait
        switch (stage) {
            case CONNECTING -> closeNow();
            case CONNECTED -> readPackets();
            case CLOSING -> {
                if (channel instanceof DuplexChannel duplex && duplex.isOutputShutdown()) {
                    closeNow();
                }
            }
            case MOVING, CLOSED -> {}
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        countClosed();
        loop.connecting().remove(this);
        loop.closing().remove(this);
        inputEnded = true;
        flooded = false; // nothing more comes that would have to wait
        if (output != null) {
            output.discard();
        }
        if (stage == Stage.CONNECTED) {
            readPackets();
        } else {
            over();
        }
    }

    private void countClosed() {
        loops.connectionClosed();
        entrance.connectionClosed();
    }

    /** The network connection is gone and everything that came through it was handled. */
    private void over() {
        if (stage == Stage.CLOSED) {
            return;
        }
        stage = Stage.CLOSED;
        keepRest();
        LOG.debug("{}: closed", address());
        if (connection != null) {
            connection.closed(loop.clock().nowNanos());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException
                || cause instanceof UncheckedIOException // a socket that the client has closed
                || cause instanceof DecoderException) {
            LOG.debug("{}: {}", address(), cause.toString());
        } else {
            LOG.warn("{}: closed because of an unexpected fault", address(), cause);
        }
        channel.close();
    }

    private String address() {
        return text(proxied == null ? channel.remoteAddress() : proxied);
    }

    private static String text(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return String.valueOf(address);
        }
        String host = AddressRange.plain(internet.getAddress()).getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + internet.getPort();
    }
}
