package io.skein.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The header a proxy sends before everything else. Handed on as {@link HandshakeEvent.Proxied};
 * what a proxy sends on its own account, such as a health check, keeps the proxy's address.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    /** What may follow the addresses: names, certificates' names, ids of connections. */
    private static final int EXTENSIONS_BYTES_MAXIMUM = 4 << 10;

    private final ProxySettings settings;

    private ProxyHeader(ProxySettings settings) {
        this.settings = settings;
    }

    /** Both handlers go when the header has been read. */
    static void addTo(ChannelPipeline pipeline, ProxySettings settings) {
        pipeline.addLast(new HAProxyMessageDecoder(EXTENSIONS_BYTES_MAXIMUM, true));
        pipeline.addLast(new ProxyHeader(settings));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        if (!settings.trusted().isEmpty()
                && !(context.channel().remoteAddress() instanceof InetSocketAddress from
                        && settings.trusted().stream()
                                .anyMatch(range -> range.contains(from.getAddress())))) {
            fail(context, "not among the trusted proxies");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HAProxyMessage header)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            if (header.command() == HAProxyCommand.PROXY && isTcp(header.proxiedProtocol())) {
                InetAddress host = InetAddress.ofLiteral(header.sourceAddress());
                context.fireUserEventTriggered(
                        HandshakeEvent.Proxied.of(
                                AddressRange.plain(host),
                                header.sourcePort(),
                                settings.identity() ? commonName(header) : null));
            }
            context.pipeline().remove(this);
        } finally {
            header.release();
        }
    }

    private static boolean isTcp(HAProxyProxiedProtocol protocol) {
        return protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
    }

    /** The name in a certificate that the client has shown and the proxy has found to be good. */
    private static @Nullable String commonName(HAProxyMessage header) {
        for (HAProxyTLV extension : header.tlvs()) {
            boolean verified =
                    extension instanceof HAProxySSLTLV tls
                            && tls.verify() == 0
                            && (tls.isPP2ClientCertConn() || tls.isPP2ClientCertSess());
            if (verified && extension instanceof HAProxySSLTLV tls) {
                for (HAProxyTLV part : tls.encapsulatedTLVs()) {
                    if (part.type() == HAProxyTLV.Type.PP2_TYPE_SSL_CN) {
                        return usable(part.content().toString(StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return null;
    }

    private static @Nullable String usable(String name) {
        boolean good = !name.isBlank() && name.chars().noneMatch(Character::isISOControl);
        return good ? name : null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof HAProxyProtocolException) {
            fail(context, "no good PROXY header");
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private static void fail(ChannelHandlerContext context, String why) {
        context.fireUserEventTriggered(new HandshakeEvent.Failed(why));
    }
}
