package io.skein.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Which certificates of clients are revoked, by lists in a PEM file (RFC 5280 section 5). Every
 * authority between a client and {@code client-ca} needs a list that has not ended: without one
 * nothing is known of the certificate, and it is refused.
 *
 * @param ends when the first of them ends; {@link Instant#MAX} if none says so
 */
record RevocationLists(List<X509CRL> lists, Instant ends) {
    private static final String WHAT = "revocation list";
    private static final String TYPE = "X509 CRL";
    private static final String PKIX = "PKIX";

    /** All lists of a file; one at least has to be of one of the authorities. */
    static RevocationLists read(Path file, List<X509Certificate> authorities) throws TlsException {
        List<X509CRL> lists = new ArrayList<>();
        for (PemFile.Block block : PemFile.read(WHAT, file).blocks()) {
            if (block.type().equals(TYPE)) {
                lists.add(parse(file, block, lists.size() + 1));
            }
        }
        if (lists.stream().noneMatch(list -> isOfOne(list, authorities))) {
            throw new TlsException(
                    "%s %s contains no list of an authority in client-ca".formatted(WHAT, file));
        }
        Instant ends =
                lists.stream()
                        .map(X509CRL::getNextUpdate)
                        .filter(Objects::nonNull)
                        .map(Date::toInstant)
                        .min(Instant::compareTo)
                        .orElse(Instant.MAX);
        return new RevocationLists(List.copyOf(lists), ends);
    }

    private static X509CRL parse(Path file, PemFile.Block block, int number) throws TlsException {
        try {
            return (X509CRL)
                    CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | CRLException | IllegalArgumentException e) {
            throw new TlsException(
                    "%s %s: list %d in it is damaged: %s"
                            .formatted(WHAT, file, number, e.getMessage()),
                    e);
        }
    }

    private static boolean isOfOne(X509CRL list, List<X509Certificate> authorities) {
        return authorities.stream()
                .filter(authority ->
                        authority.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
                .anyMatch(authority -> isSigned(list, authority.getPublicKey()));
    }

    private static boolean isSigned(X509CRL list, PublicKey key) {
        try {
            list.verify(key);
            return true;
        } catch (GeneralSecurityException e) {
            return false; // of another authority of the same name
        }
    }

    /** What believes certificates of the authorities that are not revoked. Nobody is asked. */
    TrustManagerFactory trust(List<X509Certificate> authorities) throws TlsException {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (X509Certificate authority : authorities) {
                anchors.setCertificateEntry(Integer.toString(anchors.size()), authority);
            }
            PKIXBuilderParameters parameters =
                    new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
            PKIXRevocationChecker checker =
                    (PKIXRevocationChecker)
                            CertPathBuilder.getInstance(PKIX).getRevocationChecker();
            checker.setOptions(
                    Set.of(
                            PKIXRevocationChecker.Option.PREFER_CRLS,
                            PKIXRevocationChecker.Option.NO_FALLBACK));
            parameters.addCertPathChecker(checker);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(PKIX);
            factory.init(new CertPathTrustManagerParameters(parameters));
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("%ss cannot be used: %s".formatted(WHAT, e.getMessage()), e);
        }
    }
}
