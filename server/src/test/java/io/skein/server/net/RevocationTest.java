package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.server.RawClient;
import io.skein.server.TestNode;
import io.skein.server.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that were good until their authority took them back. */
@Timeout(60)
class RevocationTest {
    @Test
    void aRevokedCertificateIsRefusedAndAListThatChangesIsUsed(@TempDir Path directory)
            throws Exception {
        TestAuthority authority = TestAuthority.create(directory, "plant");
        TestAuthority.Issued server = authority.server("server");
        authority.client("kept");
        authority.client("stolen");
        SSLContext kept = authority.clientContext("kept");
        SSLContext stolen = authority.clientContext("stolen");
        Path list = authority.revocationList("clients.crl", "stolen");
        Path ended =
                authority.revocationList(
                        "ended.crl", "stolen", "-startdate", "-3d", "-validity", "1");
        try (TestNode node =
                TestNode.start(
                        directory,
                        "listeners.0.name=tls",
                        "listeners.0.tls.certificate=" + server.certificate(),
                        "listeners.0.tls.key=" + server.key(),
                        "listeners.0.tls.client-ca=" + authority.certificate(),
                        "listeners.0.tls.client-crl=" + list,
                        "listeners.0.tls.client-certificate=required",
                        "listeners.1.name=ended",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.tls.certificate=" + server.certificate(),
                        "listeners.1.tls.key=" + server.key(),
                        "listeners.1.tls.client-ca=" + authority.certificate(),
                        "listeners.1.tls.client-crl=" + ended,
                        "listeners.1.tls.client-certificate=required")) {
            assertThat(isServed(node, "tls", kept)).isTrue();
            assertThat(isServed(node, "tls", stolen)).isFalse();
            assertThat(isServed(node, "ended", kept)).isFalse();

            Path next = authority.revocationList("next.crl", "kept");
            Files.move(next, list, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(30, TimeUnit.SECONDS).until(() -> !isServed(node, "tls", kept));
            assertThat(isServed(node, "tls", stolen)).isTrue();
        }
    }

    private static boolean isServed(TestNode node, String listener, SSLContext as) {
        try (RawClient client =
                RawClient.over(
                        as.getSocketFactory().createSocket("127.0.0.1", node.port(listener)))) {
            client.connectAs("c");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
