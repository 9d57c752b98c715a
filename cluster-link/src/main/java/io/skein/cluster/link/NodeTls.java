package io.skein.cluster.link;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 between nodes, in which each side shows the other that it belongs to the cluster. Any
 * thread may use it.
 */
public final class NodeTls {
    /** The only version spoken between nodes. */
    public static final String VERSION = "TLSv1.3";

    private final SslContext dialling;
    private final SslContext listening;
    private final SSLContext context;

    private NodeTls(SslContext dialling, SslContext listening, SSLContext context) {
        this.dialling = dialling;
        this.listening = listening;
        this.context = context;
    }

    /**
     * Nodes belong to the cluster that know its secret: all have the same key, which is made of it,
     * and talk to nobody who has another.
     *
     * @param cluster the cluster's name
     * @param secret hard to guess: who connects to a node can try what he thinks it is, elsewhere
     */
    public static NodeTls ofSecret(String cluster, String secret) {
        try {
            SSLContext context = SharedKey.of(cluster, secret).context();
            return new NodeTls(netty(context, true), netty(context, false), context);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot encrypt between nodes", e);
        }
    }

    private static SslContext netty(SSLContext context, boolean client) {
        return new JdkSslContext(
                context,
                client,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED,
                ClientAuth.REQUIRE,
                new String[] {VERSION},
                false);
    }

    /**
     * Nodes belong to the cluster that have a certificate of its authority; what names it has makes
     * no difference.
     *
     * @param certificate a chain in PEM, the node's own first, good for servers and clients
     * @param key its key in PEM, PKCS 8, not encrypted
     * @param authority certificates in PEM; they should be the cluster's alone
     * @throws IllegalArgumentException if one cannot be read or used; the message says which
     */
    public static NodeTls ofFiles(Path certificate, Path key, Path authority) {
        for (Path file : new Path[] {certificate, key, authority}) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException(file + " cannot be read");
            }
        }
        try {
            SslContextBuilder client =
                    SslContextBuilder.forClient()
                            .keyManager(certificate.toFile(), key.toFile())
                            .endpointIdentificationAlgorithm(null);
            SslContextBuilder server =
                    SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                            .clientAuth(ClientAuth.REQUIRE);
            SslContext dialling = built(client, authority);
            SslContext listening = built(server, authority);
            return new NodeTls(dialling, listening, ((JdkSslContext) listening).context());
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s, %s and %s make no identity of a node: %s"
                            .formatted(certificate, key, authority, e.getMessage()),
                    e);
        }
    }

    private static SslContext built(SslContextBuilder builder, Path authority) throws SSLException {
        return builder.sslProvider(SslProvider.JDK)
                .trustManager(authority.toFile())
                .protocols(VERSION)
                .build();
    }

    /** What the JDK's own sockets are made with; those that listen have to ask for certificates. */
    public SSLContext context() {
        return context;
    }

    SslHandler dialling(ByteBufAllocator allocator) {
        return dialling.newHandler(allocator);
    }

    SslHandler listening(ByteBufAllocator allocator) {
        return listening.newHandler(allocator);
    }
}
