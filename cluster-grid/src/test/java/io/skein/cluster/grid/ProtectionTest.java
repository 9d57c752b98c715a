package io.skein.cluster.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.NodeInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may be a node of a cluster, and who may read what its nodes say. */
class ProtectionTest {
    private static final Map<String, String> SECRET = secret("what only nodes know");

    private static Map<String, String> secret(String secret) {
        return Map.of(GridSettings.SECRET, secret);
    }

    private static Nodes start(Map<String, String> settings, int count) {
        Nodes nodes = Nodes.places(3);
        CompletableFuture<?>[] started = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            started[i] = nodes.launch(i, "n" + (i + 1), new RecordingBroker(), settings);
        }
        CompletableFuture.allOf(started).orTimeout(30, TimeUnit.SECONDS).join();
        nodes.awaitMembers(count);
        return nodes;
    }

    private static void reachEachOther(Nodes nodes) {
        for (int from = 1; from <= 3; from++) {
            int to = from % 3 + 1;
            String topic = "from/" + from;
            nodes.get(to).subscribe(topic);
            assertThat(nodes.get(from).publish(topic, "x").orTimeout(20, TimeUnit.SECONDS).join())
                    .isEmpty();
            assertThat(nodes.get(to).broker().delivered).contains("x");
        }
    }

    @Test
    void nodesThatKnowTheSecretAreOneClusterAndNobodyReadsWhatTheySay() throws IOException {
        try (Nodes nodes = start(SECRET, 3)) {
            reachEachOther(nodes);
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), nodes.port(1))) {
                stranger.setSoTimeout(20_000);
                stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
                assertThat(answer(stranger).length).isLessThan(20); // an alert of TLS at most
            }
        }
    }

    private static byte[] answer(Socket stranger) throws IOException {
        try {
            return stranger.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"what others may know", ""})
    void whoDoesNotKnowItMeetsNobody(String other) {
        try (Nodes nodes = start(SECRET, 2)) {
            CompletableFuture<Void> stranger =
                    nodes.launch(
                            2,
                            "stranger",
                            new RecordingBroker(),
                            other.isEmpty() ? Map.of() : secret(other));
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !stranger.isDone() && nodes.get(1).cluster().nodes().size() == 2);
        }
    }

    @Test
    void nodesWithCertificatesOfTheClusterAreOne(@TempDir Path directory) throws Exception {
        Authority ours = new Authority(directory.resolve("ours"));
        Authority others = new Authority(directory.resolve("others"));
        try (Nodes nodes = Nodes.places(3)) {
            CompletableFuture<Void> first =
                    nodes.launch(0, "n1", new RecordingBroker(), ours.issue("n1"));
            CompletableFuture<Void> second =
                    nodes.launch(1, "n2", new RecordingBroker(), ours.issue("n2"));
            CompletableFuture.allOf(first, second).orTimeout(30, TimeUnit.SECONDS).join();
            nodes.awaitMembers(2);
            CompletableFuture<Void> stranger =
                    nodes.launch(2, "stranger", new RecordingBroker(), others.issue("n3"));
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !stranger.isDone() && nodes.get(1).cluster().nodes().size() == 2);
        }
    }

    /** Certificates by the JDK's keytool, and PEM by openssl's rules. */
    private static final class Authority {
        private final Path directory;

        Authority(Path directory) throws IOException, InterruptedException {
            this.directory = Files.createDirectories(directory);
            openssl(
                    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj"
                            + " /CN=authority -keyout ca.key -out ca.pem");
        }

        Map<String, String> issue(String name) throws IOException, InterruptedException {
            openssl(
                    "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN="
                            + name
                            + " -keyout "
                            + name
                            + ".key -out "
                            + name
                            + ".csr");
            openssl(
                    "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out %1$s.pem"
                            .formatted(name));
            return Map.of(
                    GridSettings.CERTIFICATE,
                    directory.resolve(name + ".pem").toString(),
                    GridSettings.KEY,
                    directory.resolve(name + ".key").toString(),
                    GridSettings.AUTHORITY,
                    directory.resolve("ca.pem").toString());
        }

        private void openssl(String words) throws IOException, InterruptedException {
            Process process =
                    new ProcessBuilder(("openssl " + words).split(" "))
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        }
    }

    private static GridSettings settings(Map<String, String> options) {
        return GridSettings.of(new NodeInfo("n1", "n1:1883", ""), options, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bind=0.0.0.0:7800      | other machines can reach cluster.bind 0.0.0.0
                    link=0.0.0.0:0         | other machines can reach cluster.link 0.0.0.0
                    secret=short           | cluster.secret has 5 characters; it takes 16 at least
                    allow-unprotected=yes  | cluster.allow-unprotected is "true" or "false"
                    tls-key=a.pem          | and cluster.tls-authority belong together
                    """)
    void whatIsNotProtectedOrNotWholeIsRefused(String option, String why) {
        String[] parts = option.split("=", 2);
        assertThatThrownBy(() -> settings(Map.of(parts[0], parts[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why.replace('"', '\''));
    }

    @Test
    void anOpenNodeIsToBeAskedForOrProtected() {
        assertThat(settings(Map.of("bind", "192.0.2.1:7800", "allow-unprotected", "true")).tls())
                .isNull();
        assertThat(settings(Map.of("bind", "192.0.2.1:7800", "secret", "0123456789abcdef")).tls())
                .isNotNull();
    }
}
