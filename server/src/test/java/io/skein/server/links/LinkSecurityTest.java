package io.skein.server.links;

import static io.skein.server.links.Islands.all;
import static io.skein.server.links.Islands.await;
import static io.skein.server.links.Islands.awaitConnected;
import static io.skein.server.links.Islands.client;
import static io.skein.server.links.Islands.link;
import static io.skein.server.links.Islands.publish;
import static io.skein.server.links.Islands.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.server.TestNode;
import io.skein.server.security.password.PasswordFileEditor;
import io.skein.server.security.password.PasswordFileEditor.Form;
import io.skein.server.tls.TestAuthority;
import io.skein.server.tls.TestAuthority.Issued;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links that encrypt, show a certificate, or log in; and far sides that are not to be trusted. */
class LinkSecurityTest {
    @TempDir private static Path keys;

    private static TestAuthority authority;
    private static Issued server;
    private static Issued edge;

    @TempDir private Path directory;

    @BeforeAll
    static void issue() throws Exception {
        authority = TestAuthority.create(keys, "plant");
        server = authority.server("cloud");
        edge = authority.client("edge");
    }

    private TestNode cloud(String... more) throws Exception {
        return Islands.start(
                directory,
                "cloud",
                all(
                        new String[] {
                            "listeners.0.tls.certificate=" + server.certificate(),
                            "listeners.0.tls.key=" + server.key(),
                            "listeners.1.name=plain",
                            "listeners.1.bind=127.0.0.1:0"
                        },
                        more));
    }

    private TestNode edge(TestNode cloud, String... more) throws Exception {
        return Islands.start(
                directory,
                "edge",
                link(
                        0,
                        "cloud",
                        cloud.port(),
                        "# out 2",
                        all(new String[] {"address=mqtts://localhost:" + cloud.port()}, more)));
    }

    private static void awaitWaiting(TestNode node, String why) {
        await().untilAsserted(() -> {
            assertThat(state(node, "cloud").path("state").asText()).isEqualTo("waiting");
            assertThat(state(node, "cloud").path("detail").asText()).contains(why);
        });
    }

    private static void awaitPassing(TestNode from, TestNode to) {
        awaitConnected(from, "cloud");
        long before = to.node().counters().messagesReceived();
        publish(client(from, "device"), "t", 2, "secret");
        await().untilAsserted(() ->
                assertThat(to.node().counters().messagesReceived()).isEqualTo(before + 1));
    }

    @Test
    void aLinkEncryptsForAFarSideThatItsAuthorityVouchesFor() throws Exception {
        try (TestNode cloud = cloud();
                TestNode edge = edge(cloud, "ca=" + authority.certificate())) {
            awaitPassing(edge, cloud);
        }
    }

    @Test
    void aFarSideThatNobodyVouchesForIsNotTalkedTo() throws Exception {
        TestAuthority other = TestAuthority.create(directory, "other");
        try (TestNode cloud = cloud();
                TestNode edge = edge(cloud, "ca=" + other.certificate())) {
            awaitWaiting(edge, "TLS: ");
        }
    }

    @Test
    void aFarSideWithTheCertificateOfAnotherNameIsNotTalkedTo() throws Exception {
        Issued elsewhere = authority.issue("elsewhere", "CN=x", "-ext", "san=dns:elsewhere");
        try (TestNode cloud =
                        cloud(
                                "listeners.0.tls.certificate=" + elsewhere.certificate(),
                                "listeners.0.tls.key=" + elsewhere.key());
                TestNode edge = edge(cloud, "ca=" + authority.certificate())) {
            awaitWaiting(edge, "TLS: ");
        }
    }

    @Test
    void aLinkShowsItsCertificateWhereTheFarSideAsksForOne() throws Exception {
        String[] asks = {
            "listeners.0.tls.client-certificate=required",
            "listeners.0.tls.client-ca=" + authority.certificate()
        };
        try (TestNode cloud = cloud(asks)) {
            try (TestNode without = edge(cloud, "ca=" + authority.certificate())) {
                await().untilAsserted(() ->
                        assertThat(state(without, "cloud").path("detail").asText()).isNotEmpty());
                assertThat(state(without, "cloud").path("connects").asLong()).isZero();
            }
            try (TestNode with =
                    edge(
                            cloud,
                            "ca=" + authority.certificate(),
                            "certificate=" + edge.certificate(),
                            "key=" + edge.key())) {
                awaitPassing(with, cloud);
            }
        }
    }

    @Test
    void aKeyThatIsNoneIsSaidBeforeAnythingStarts() throws Exception {
        Path noKey = Files.writeString(directory.resolve("no.key"), "nothing");
        try (TestNode cloud = cloud()) {
            assertThatThrownBy(
                            () -> edge(cloud, "certificate=" + edge.certificate(), "key=" + noKey))
                    .hasMessageContaining("link 'cloud'");
        }
    }

    @Test
    void aLinkLogsInAndIsToldWhenItMayNot() throws Exception {
        Path users = directory.resolve("users.txt");
        new PasswordFileEditor(users)
                .set("edge", "right".getBytes(StandardCharsets.UTF_8), Form.ARGON2ID);
        String[] asks = {
            "security.allow-anonymous=false", "security.password-file=" + users,
        };
        try (TestNode cloud = Islands.start(directory, "cloud", asks)) {
            try (TestNode wrong =
                    Islands.start(
                            directory,
                            "edge",
                            link(
                                    0,
                                    "cloud",
                                    cloud.port(),
                                    "# out 2",
                                    "username=edge",
                                    "password=wrong"))) {
                awaitWaiting(wrong, "refuses the connection: ");
                assertThat(Islands.shown(wrong, "/api/v1/links")).doesNotContain("wrong");
            }
            try (TestNode right =
                    Islands.start(
                            directory,
                            "edge",
                            link(
                                    0,
                                    "cloud",
                                    cloud.port(),
                                    "# out 2",
                                    "username=edge",
                                    "password=right"))) {
                awaitPassing(right, cloud);
            }
        }
    }
}
