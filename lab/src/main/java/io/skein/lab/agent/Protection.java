package io.skein.lab.agent;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a connection and those who listen: TLS 1.3, or nothing. With a secret, the
 * certificate of the agent is made for the occasion and proves nothing; that nobody stands in
 * between is shown by the proofs of the secret, which are over what only the two ends of the
 * connection know (RFC 9266). With certificates, each side has to have one of the CA that the other
 * names. Thread-safe.
 */
final class Protection {
    /** None: whoever reaches the port is served. */
    static final Protection NONE = new Protection(Secret.NONE, null, false);

    private static final String TLS = "TLSv1.3";
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int FIRST_BYTE_MILLIS = 2_000;
    private static final String EXPORTER = "EXPORTER-Channel-Binding";
    private static final int EXPORTER_BYTES = 32;

    private final Secret secret;
    private final @Nullable SSLContext tls;
    private final boolean certificates;

    /**
     * A connection that is protected as far as it is to be.
     *
     * @param secret as it is proved on this connection and on no other
     */
    record Protected(Socket socket, Secret secret) {}

    private Protection(Secret secret, @Nullable SSLContext tls, boolean certificates) {
        this.secret = secret;
        this.tls = tls;
        this.certificates = certificates;
    }

    /**
     * Protection by these keys, for the side that listens or the one that connects.
     *
     * @throws IOException if a file cannot be read or is not what it should be
     */
    static Protection of(AgentKeys keys, boolean listens) throws IOException {
        Path cert = keys.certFile();
        Path key = keys.keyFile();
        Path ca = keys.caFile();
        try {
            if (cert != null && key != null && ca != null) {
                return new Protection(
                        Secret.NONE,
                        certified(readable(cert), readable(key), readable(ca), listens),
                        true);
            }
            if (keys.secretFile() != null) {
                return new Protection(Secret.in(keys.secretFile()), uncertified(listens), false);
            }
            return NONE;
        } catch (GeneralSecurityException | IllegalArgumentException | SSLException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private static SSLContext certified(File cert, File key, File ca, boolean listens)
            throws SSLException {
        SslContextBuilder builder =
                listens
                        ? SslContextBuilder.forServer(cert, key).clientAuth(ClientAuth.REQUIRE)
                        : SslContextBuilder.forClient().keyManager(cert, key);
        SslContext context = builder.trustManager(ca).sslProvider(SslProvider.JDK).build();
        return ((JdkSslContext) context).context();
    }

    private static SSLContext uncertified(boolean listens) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance(TLS);
        KeyManager[] keys = listens ? OneTimeCertificate.make() : new KeyManager[0];
        context.init(keys, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    private static File readable(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("cannot read " + file);
        }
        return file.toFile();
    }

    /** Whether there is any. */
    boolean isThere() {
        return tls != null;
    }

    /**
     * The controller's end of a connection to an agent.
     *
     * @throws IOException if the other side is not protected likewise, or not who it should be
     */
    Protected connected(Socket socket, AgentAddress agent) throws IOException {
        SSLContext context = tls;
        if (context == null) {
            return new Protected(socket, secret);
        }
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, agent.host(), agent.port(), true);
        if (certificates) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
        }
        try {
            return shake(secured);
        } catch (SSLException e) {
            if (String.valueOf(e.getMessage()).contains("unrecognized SSL message")) {
                throw new ProtocolException(
                        "it does not encrypt: the controller has %s, this agent has none"
                                .formatted(certificates ? "certificates" : "a secret"));
            }
            throw e;
        }
    }

    /**
     * The agent's end of a connection to a controller. Who speaks without TLS is told what is asked
     * for.
     *
     * @throws IOException if the other side is not protected likewise, or not who it should be
     */
    Protected accepted(Socket socket, NanoClock clock) throws IOException {
        SSLContext context = tls;
        if (context == null) {
            return new Protected(socket, secret);
        }
        int timeoutMillis = socket.getSoTimeout();
        socket.setSoTimeout(FIRST_BYTE_MILLIS);
        int first = firstByte(socket);
        socket.setSoTimeout(timeoutMillis);
        if (first != TLS_HANDSHAKE) {
            String wanted =
                    certificates
                            ? "it wants certificates; name them with --agent-cert, --agent-key and --agent-ca"
                            : "it wants a secret; name its file with --agent-secret";
            new Frames(socket, clock).write(new Message.Refused(wanted));
            throw new ProtocolException("the controller does not encrypt");
        }
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        socket,
                                        new ByteArrayInputStream(new byte[] {TLS_HANDSHAKE}),
                                        true);
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(certificates);
        return shake(secured);
    }

    /** The first byte of a side that speaks first, as TLS has it; -1 if none comes. */
    private static int firstByte(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }

    private Protected shake(SSLSocket secured) throws IOException {
        secured.setEnabledProtocols(new String[] {TLS});
        secured.startHandshake();
        ExtendedSSLSession session = (ExtendedSSLSession) secured.getSession();
        byte[] binding = session.exportKeyingMaterialData(EXPORTER, new byte[0], EXPORTER_BYTES);
        return new Protected(secured, secret.on(binding));
    }
}
