package io.skein.server.tls;

import io.netty.handler.ssl.CipherSuiteFilter;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the files of a listener contained when they were read, checked against each other, and the
 * TLS context made of it.
 *
 * @param context belongs to whoever uses it; released by that
 * @param expires when the first certificate of the chain ends
 * @param revocationEnds when the first revocation list ends; {@link Instant#MAX} for never
 */
record KeyMaterial(
        SslContext context, X509Certificate certificate, Instant expires, Instant revocationEnds) {
    private static final Logger LOG = LoggerFactory.getLogger(KeyMaterial.class);

    /** Sessions that clients may resume instead of a whole handshake. */
    private static final long RESUMABLE_SESSIONS_MAXIMUM = 20_000;

    private static final long RESUMABLE_SECONDS = 3_600;

    /** Whether the native library is there; it costs a fraction of what Java's own TLS does. */
    static boolean isNative() {
        return OpenSsl.isAvailable();
    }

    static KeyMaterial read(TlsSettings settings) throws TlsException {
        List<X509Certificate> chain = Certificates.read("certificate", settings.certificate());
        X509Certificate own = chain.getFirst();
        PrivateKey key =
                PrivateKeys.read(settings.key(), settings.keyPassword(), own.getPublicKey());
        warnIfReadableByAll(settings.key());
        refuseUnknownCiphers(settings.ciphers());
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
                            .sslProvider(isNative() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                            .protocols(settings.protocols())
                            .sessionCacheSize(RESUMABLE_SESSIONS_MAXIMUM)
                            .sessionTimeout(RESUMABLE_SECONDS);
            if (!settings.ciphers().isEmpty()) {
                CipherSuiteFilter filter = SupportedCipherSuiteFilter.INSTANCE;
                builder.ciphers(settings.ciphers(), filter);
            }
            Instant revocationEnds = trustClients(settings, builder);
            Instant expires =
                    chain.stream()
                            .map(certificate -> certificate.getNotAfter().toInstant())
                            .min(Instant::compareTo)
                            .orElseThrow();
            return new KeyMaterial(builder.build(), own, expires, revocationEnds);
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException(
                    "TLS with certificate %s cannot be set up: %s"
                            .formatted(settings.certificate(), e.getMessage()),
                    e);
        }
    }

    /** Says whose certificates are believed, and until when the lists of those revoked are. */
    private static Instant trustClients(TlsSettings settings, SslContextBuilder builder)
            throws TlsException {
        Path clientCa = settings.clientCa();
        if (clientCa == null) {
            return Instant.MAX;
        }
        builder.clientAuth(
                settings.clientCertificate() == ClientCertificate.REQUIRED
                        ? ClientAuth.REQUIRE
                        : ClientAuth.OPTIONAL);
        List<X509Certificate> authorities = Certificates.read("client CA", clientCa);
        Path clientCrl = settings.clientCrl();
        if (clientCrl == null) {
            builder.trustManager(authorities.toArray(X509Certificate[]::new));
            return Instant.MAX;
        }
        RevocationLists revoked = RevocationLists.read(clientCrl, authorities);
        builder.trustManager(revoked.trust(authorities));
        return revoked.ends();
    }

    private static void refuseUnknownCiphers(List<String> ciphers) throws TlsException {
        Set<String> known = knownCiphers();
        for (String cipher : ciphers) {
            if (!known.contains(cipher)) {
                throw new TlsException(
                        "cipher '%s' is not known; known are %s"
                                .formatted(
                                        cipher,
                                        String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    private static Set<String> knownCiphers() throws TlsException {
        if (isNative()) {
            return OpenSsl.availableJavaCipherSuites();
        }
        try {
            return Set.copyOf(
                    Arrays.asList(
                            SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()));
        } catch (NoSuchAlgorithmException e) {
            throw new TlsException("Java has no TLS: " + e.getMessage(), e);
        }
    }

    private static void warnIfReadableByAll(Path key) {
        try {
            if (Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
                LOG.warn(
                        "Key {} can be read by every user of this machine: chmod o-r {}", key, key);
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("Permissions of {} are not known", key, e);
        }
    }
}
