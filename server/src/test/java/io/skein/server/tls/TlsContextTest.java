package io.skein.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused and how it is said, and certificates that are replaced. */
class TlsContextTest {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    @TempDir private static Path directory;
    private static TestAuthority.Issued first;
    private static TestAuthority.Issued second;
    private static TestAuthority.Issued rsa;

    @BeforeAll
    static void issue() throws Exception {
        TestAuthority authority = TestAuthority.create(directory, "plant");
        first = authority.server("first");
        second = authority.issue("second", "CN=second", "-validity", "200");
        rsa = authority.issue("rsa", "CN=rsa", "-keyalg", "RSA", "-keysize", "2048");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        assertThatThrownBy(() -> open(first.certificate(), second.key(), null))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("listener 'tls'")
                .hasMessageContaining("does not belong to the certificate");
        assertThatThrownBy(() -> open(first.certificate(), rsa.key(), null))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("does not belong to the certificate");
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense, not a PEM file",
        "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----, damaged"
    })
    void aDamagedCertificateIsRefused(String text, String message, @TempDir Path own)
            throws IOException {
        Path file = Files.writeString(own.resolve("bad.crt"), text);

        assertThatThrownBy(() -> open(file, first.key(), null))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsMissingOrOfAnotherKindIsNamed() {
        Path nowhere = directory.resolve("nowhere.crt");
        assertThatThrownBy(() -> open(nowhere, first.key(), null))
                .hasMessageContaining(nowhere + " cannot be read: there is no such file");
        assertThatThrownBy(() -> open(first.certificate(), first.certificate(), null))
                .hasMessageContaining("contains no private key");
        assertThatThrownBy(() -> open(first.key(), first.key(), null))
                .hasMessageContaining("contains no certificate");
    }

    @Test
    void aCipherNobodyKnowsIsRefused() {
        TlsSettings settings =
                new TlsSettings(
                        first.certificate(),
                        first.key(),
                        null,
                        TlsSettings.PROTOCOLS,
                        List.of("TLS_WITH_NOTHING"),
                        null,
                        null,
                        ClientCertificate.NONE,
                        CertificateIdentity.COMMON_NAME);
        assertThatThrownBy(() -> TlsContext.open("tls", settings))
                .hasMessageContaining("cipher 'TLS_WITH_NOTHING' is not known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec -in %s -out %s", "rsa -traditional -in %s -out %s"})
    void keysInTheFormsOfOpenSslAreRead(String command) throws Exception {
        TestAuthority.Issued source = command.startsWith("ec") ? first : rsa;
        Path key = openssl(command, source.key(), "traditional.key");

        assertThat(Files.readString(key)).containsPattern("BEGIN (RSA|EC) PRIVATE KEY");
        open(source.certificate(), key, null).close();
    }

    @Test
    void anEncryptedKeyNeedsItsPassword() throws Exception {
        Path key =
                openssl(
                        "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret -in %s -out %s",
                        rsa.key(), "encrypted.key");

        open(rsa.certificate(), key, "secret").close();
        assertThatThrownBy(() -> open(rsa.certificate(), key, "wrong"))
                .hasMessageContaining("cannot be decrypted with the password");
        assertThatThrownBy(() -> open(rsa.certificate(), key, null))
                .hasMessageContaining("is encrypted: give its password");
        assertThat(settings(rsa.certificate(), key, "secret").toString()).doesNotContain("secret");
    }

    @Test
    void aChangeIsTakenWhenItHasSettled(@TempDir Path own) throws Exception {
        Path certificate = copy(first.certificate(), own.resolve("live.crt"));
        Path key = copy(first.key(), own.resolve("live.key"));
        try (TlsContext context = open(certificate, key, null)) {
            Instant before = context.expires();
            context.look(Instant.now());
            copy(second.certificate(), certificate);
            context.look(Instant.now()); // certificate and key do not fit, but this may pass
            copy(second.key(), key);
            context.look(Instant.now());
            assertThat(context.expires()).isEqualTo(before);

            context.look(Instant.now());

            assertThat(context.expires()).isAfter(before);
            assertThat(context.failures()).isZero();
        }
    }

    @Test
    void aBrokenChangeKeepsWhatWasThereAndCountsOnce(@TempDir Path own) throws Exception {
        Path certificate = copy(first.certificate(), own.resolve("live.crt"));
        Path key = copy(first.key(), own.resolve("live.key"));
        try (TlsContext context = open(certificate, key, null)) {
            Instant before = context.expires();
            Files.writeString(certificate, "nonsense");
            for (int i = 0; i < 5; i++) {
                context.look(Instant.now());
            }
            assertThat(context.failures()).isEqualTo(1);
            assertThat(context.expires()).isEqualTo(before);

            copy(second.certificate(), certificate);
            copy(second.key(), key);
            context.look(Instant.now());
            context.look(Instant.now());

            assertThat(context.expires()).isAfter(before);
        }
    }

    @Test
    void aRevocationListOfAnotherAuthorityIsRefused() throws Exception {
        TestAuthority ours = TestAuthority.create(directory, "ours");
        TestAuthority theirs = TestAuthority.create(directory, "theirs");
        theirs.client("their-pump");

        assertThatThrownBy(
                        () -> openRevoking(ours, theirs.revocationList("theirs.crl", "their-pump")))
                .hasMessageContaining("contains no list of an authority in client-ca");
        assertThatThrownBy(() -> openRevoking(ours, ours.certificate()))
                .hasMessageContaining("contains no list of an authority in client-ca");
        Path damaged =
                Files.writeString(
                        directory.resolve("damaged.crl"),
                        "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
        assertThatThrownBy(() -> openRevoking(ours, damaged))
                .hasMessageContaining("list 1 in it is damaged");
    }

    private static TlsContext openRevoking(TestAuthority authority, Path list) throws Exception {
        return TlsContext.open(
                "tls",
                new TlsSettings(
                        first.certificate(),
                        first.key(),
                        null,
                        TlsSettings.PROTOCOLS,
                        List.of(),
                        authority.certificate(),
                        list,
                        ClientCertificate.REQUIRED,
                        CertificateIdentity.COMMON_NAME));
    }

    @Test
    void namesInCertificates() throws Exception {
        TestAuthority authority = TestAuthority.create(directory, "names");
        authority.issue(
                "all",
                "CN=pump-7,O=Plant",
                "-ext",
                "san=dns:pump.example,email:p@x.example,uri:urn:p");
        authority.issue("none", "O=Plant");

        assertThat(CertificateIdentity.values())
                .extracting(identity -> identity.of(authority.issued("all")))
                .containsExactly(
                        "pump-7", "CN=pump-7,O=Plant", "pump.example", "p@x.example", "urn:p");
        assertThat(CertificateIdentity.COMMON_NAME.of(authority.issued("none"))).isNull();
        assertThat(CertificateIdentity.SAN_DNS.of(authority.issued("none"))).isNull();
    }

    private static Path copy(Path from, Path to) throws IOException {
        return Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static TlsContext open(Path certificate, Path key, @Nullable String password)
            throws TlsException {
        return TlsContext.open("tls", settings(certificate, key, password));
    }

    private static TlsSettings settings(Path certificate, Path key, @Nullable String password) {
        return new TlsSettings(
                certificate,
                key,
                password,
                TlsSettings.PROTOCOLS,
                List.of(),
                null,
                null,
                ClientCertificate.NONE,
                CertificateIdentity.COMMON_NAME);
    }

    private static Path openssl(String command, Path from, String to) throws Exception {
        Assumptions.assumeTrue(Files.exists(OPENSSL), "openssl is not installed");
        Path target = directory.resolve(to);
        Process openssl =
                new ProcessBuilder((OPENSSL + " " + command.formatted(from, target)).split(" "))
                        .inheritIO()
                        .start();
        assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(openssl.exitValue()).isZero();
        return target;
    }
}
