package io.skein.server.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Certificates in PEM files. */
final class Certificates {
    private static final String TYPE = "CERTIFICATE";

    private Certificates() {}

    /** All certificates of a file in their order, at least one. */
    static List<X509Certificate> read(String what, Path file) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : PemFile.read(what, file).blocks()) {
            if (block.type().equals(TYPE)) {
                certificates.add(parse(what, file, block, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsException("%s %s contains no certificate".formatted(what, file));
        }
        return certificates;
    }

    private static X509Certificate parse(String what, Path file, PemFile.Block block, int number)
            throws TlsException {
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            return (X509Certificate)
                    x509.generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new TlsException(
                    "%s %s: certificate %d in it is damaged: %s"
                            .formatted(what, file, number, e.getMessage()),
                    e);
        }
    }
}
