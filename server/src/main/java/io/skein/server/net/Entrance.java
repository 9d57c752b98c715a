package io.skein.server.net;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.server.tls.CertificateIdentity;
import io.skein.server.tls.ClientCertificate;
import io.skein.server.tls.TlsContext;
import io.skein.server.tls.TlsSettings;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one listener have in common: the handlers they pass before {@link
 * ClientChannel}, which are none for plain TCP, and how many there are. Any thread may call.
 */
final class Entrance extends ChannelInitializer<SocketChannel> {
    private final String name;
    private final ListenerRules rules;
    private final @Nullable TlsContext tls;
    private final EventLoops loops;
    private final AtomicInteger connections = new AtomicInteger();

    Entrance(String name, ListenerRules rules, @Nullable TlsContext tls, EventLoops loops) {
        this.name = name;
        this.rules = rules;
        this.tls = tls;
        this.loops = loops;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        ProxySettings proxy = rules.proxy();
        if (proxy != null) {
            ProxyHeader.addTo(pipeline, proxy);
        }
        if (tls != null) {
            pipeline.addLast(tls.newHandler(channel.alloc()));
        }
        WebSocketSettings webSocket = rules.webSocket();
        if (webSocket != null) {
            WebSocketUpgrade.addTo(
                    pipeline, webSocket, loops.limits().upgradeRequestBytesMaximum());
        }
        pipeline.addLast(new ClientChannel(loops, this, channel));
    }

    /** The name of the listener. */
    String name() {
        return name;
    }

    /** Whether bytes reach {@link ClientChannel} as they come from the network. */
    boolean isPlain() {
        return tls == null && rules.webSocket() == null;
    }

    @Nullable TlsContext tls() {
        return tls;
    }

    /** What is accepted on this listener, the node's own limits included. */
    DecoderLimits decoderLimits() {
        DecoderLimits limits = loops.decoderLimits();
        int bytes = rules.packetBytesMaximum();
        return bytes < limits.packetBytesMaximum() ? limits.withPacketBytesMaximum(bytes) : limits;
    }

    /** Largest packet that this listener accepts, the node's limit aside. */
    int packetBytesMaximum() {
        return rules.packetBytesMaximum();
    }

    /** Which name of a certificate counts; null if none is asked for. */
    @Nullable CertificateIdentity identity() {
        TlsSettings settings = tls == null ? null : tls.settings();
        return settings == null || settings.clientCertificate() == ClientCertificate.NONE
                ? null
                : settings.identity();
    }

    /** Whether a client has to be somebody by its certificate. */
    boolean requiresIdentity() {
        return tls != null && tls.settings().clientCertificate() == ClientCertificate.REQUIRED;
    }

    /** Counts a connection; false if there are too many already (it is counted nevertheless). */
    boolean connectionOpened() {
        return connections.incrementAndGet() <= rules.connectionsMaximum();
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }

    int connectionsMaximum() {
        return rules.connectionsMaximum();
    }
}
