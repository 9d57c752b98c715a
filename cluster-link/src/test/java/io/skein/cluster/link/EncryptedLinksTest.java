package io.skein.cluster.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same with TLS by a secret, and what strangers see of it. */
class EncryptedLinksTest extends NodeLinksTest {
    private static final Map<String, NodeTls> BY_SECRET = new ConcurrentHashMap<>();

    @Override
    NodeTls tls(String secret) {
        return BY_SECRET.computeIfAbsent(secret, known -> NodeTls.ofSecret("test", known));
    }

    @Override
    @Test
    void strangersThatSendGarbageAreClosed() throws IOException {
        int port = listen("secret");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            byte[] answer = socket.getInputStream().readNBytes(1_000);
            assertThat(answer.length).isLessThan(20); // an alert of TLS at most: no challenge
            assertThat(ended(socket)).isTrue();
        }
    }

    @Test
    void whoKnowsAnotherSecretGetsNoFartherThanTls() throws IOException {
        int port = listen("secret");
        try (SSLSocket socket = connect(tls("guessed").context(), port)) {
            assertThatThrownBy(() -> talk(socket))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("another cluster, or another secret");
        }
        try (SSLSocket socket = connect(NodeTls.ofSecret("other", "secret").context(), port)) {
            assertThatThrownBy(() -> talk(socket)).isInstanceOf(SSLException.class);
        }
        try (SSLSocket socket = connect(tls("secret").context(), port)) {
            assertThat(talk(socket)).isPositive();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void whoShowsNoCertificateIsNotLetIn() throws Exception {
        int port = listen("secret");
        SSLContext anybody = SSLContext.getInstance("TLS");
        anybody.init(null, new TrustManager[] {new Gullible()}, null);
        try (SSLSocket socket = connect(anybody, port)) {
            assertThatThrownBy(() -> talk(socket)).isInstanceOf(IOException.class);
        }
    }

    /** Trusts everybody. */
    private static final class Gullible extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLSocket connect(SSLContext context, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** The first byte of the challenge. */
    private static int talk(SSLSocket socket) throws IOException {
        socket.startHandshake();
        socket.getOutputStream().write(0);
        return socket.getInputStream().readNBytes(5)[4];
    }

    @Test
    void allWhoKnowTheSecretHaveTheSameKey() throws IOException, GeneralSecurityException {
        assertThat(SharedKey.of("a", "b").certificate())
                .isEqualTo(SharedKey.of("a", "b").certificate())
                .isNotEqualTo(SharedKey.of("a", "c").certificate())
                .isNotEqualTo(SharedKey.of("c", "b").certificate());
    }

    @Test
    void filesThatMakeNoIdentityAreNamed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a.pem"), "nothing");
        Path absent = directory.resolve("absent.pem");
        assertThatThrownBy(() -> NodeTls.ofFiles(file, absent, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(absent + " cannot be read");
        assertThatThrownBy(() -> NodeTls.ofFiles(file, file, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("make no identity of a node");
    }
}
