package io.skein.server.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a listener encrypts.
 *
 * @param certificate PEM: its own certificate, and behind it those between it and the root
 * @param key PEM: the key of the certificate; RSA or elliptic curve, PKCS#8 (which may be
 *     encrypted), PKCS#1 or SEC 1
 * @param keyPassword of an encrypted key
 * @param protocols TLS versions by their Java names, at least one
 * @param ciphers suites in the order of preference, by their IANA names; empty for a good choice.
 *     What TLS 1.3 uses is not for choosing where OpenSSL does the work.
 * @param clientCa PEM: who may issue certificates of clients
 * @param clientCrl PEM: which certificates of clients are revoked; null for none, and needs {@code
 *     clientCa} otherwise
 * @param clientCertificate whether clients show one; other than NONE needs {@code clientCa}
 * @param identity which name of a client's certificate says who it is
 */
public record TlsSettings(
        Path certificate,
        Path key,
        @Nullable String keyPassword,
        List<String> protocols,
        List<String> ciphers,
        @Nullable Path clientCa,
        @Nullable Path clientCrl,
        ClientCertificate clientCertificate,
        CertificateIdentity identity) {
    /** The versions that are still safe. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** Checks what does not need a file. */
    public TlsSettings {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        if (protocols.isEmpty() || !PROTOCOLS.containsAll(protocols)) {
            throw new IllegalArgumentException("protocols are some of " + PROTOCOLS);
        }
        if ((clientCa == null) != (clientCertificate == ClientCertificate.NONE)) {
            throw new IllegalArgumentException(
                    "clientCa and clientCertificate are given together or not at all");
        }
        if (clientCrl != null && clientCa == null) {
            throw new IllegalArgumentException("clientCrl needs clientCa");
        }
    }

    /** The files whose contents matter. */
    List<Path> files() {
        return Stream.of(certificate, key, clientCa, clientCrl).filter(Objects::nonNull).toList();
    }

    /** Everything but the password. */
    @Override
    public String toString() {
        return "TlsSettings[certificate=%s, key=%s, keyPassword=%s, protocols=%s, ciphers=%s, clientCa=%s, clientCrl=%s, clientCertificate=%s, identity=%s]"
                .formatted(
                        certificate,
                        key,
                        Objects.isNull(keyPassword) ? "none" : "***",
                        protocols,
                        ciphers,
                        clientCa,
                        clientCrl,
                        clientCertificate,
                        identity);
    }
}
