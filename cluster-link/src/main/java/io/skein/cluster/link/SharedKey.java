package io.skein.cluster.link;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V1TBSCertificateGenerator;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * A key that all who know a secret have in common, with the certificate that TLS wants around it:
 * Ed25519 (RFC 8032) of what PBKDF2 makes of the secret. The signature is made without randomness,
 * so that the certificate is the same everywhere, too.
 */
final class SharedKey {
    /** id-Ed25519 (RFC 8410). */
    private static final AlgorithmIdentifier ED25519 =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.101.112"));

    private static final String STRETCHING = "PBKDF2WithHmacSHA256";
    private static final int ITERATIONS = 100_000;
    private static final int SEED_BITS = 256;

    private final PrivateKey key;
    private final X509Certificate certificate;

    private SharedKey(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    static SharedKey of(String cluster, String secret)
            throws GeneralSecurityException, IOException {
        byte[] salt = ("skein nodes\0" + cluster).getBytes(StandardCharsets.UTF_8);
        byte[] seed =
                SecretKeyFactory.getInstance(STRETCHING)
                        .generateSecret(
                                new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, SEED_BITS))
                        .getEncoded();
        PrivateKey key =
                KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        return new SharedKey(key, certificate(new Ed25519PrivateKeyParameters(seed, 0)));
    }

    private static X509Certificate certificate(Ed25519PrivateKeyParameters key)
            throws GeneralSecurityException, IOException {
        V1TBSCertificateGenerator content = new V1TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(1));
        content.setSignature(ED25519);
        content.setIssuer(new X500Name("CN=skein"));
        content.setSubject(new X500Name("CN=skein"));
        content.setStartDate(new Time(new DERGeneralizedTime("20000101000000Z")));
        content.setEndDate(new Time(new DERGeneralizedTime("99991231235959Z")));
        content.setSubjectPublicKeyInfo(
                new SubjectPublicKeyInfo(ED25519, key.generatePublicKey().getEncoded()));
        TBSCertificate unsigned = content.generateTBSCertificate();
        byte[] bytes = unsigned.getEncoded("DER");
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(bytes, 0, bytes.length);
        DERSequence signed =
                new DERSequence(
                        new ASN1Encodable[] {
                            unsigned, ED25519, new DERBitString(signer.generateSignature())
                        });
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(signed.getEncoded("DER")));
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Shows this key, and trusts it alone. */
    SSLContext context() throws GeneralSecurityException, IOException {
        char[] password = "of a store in memory".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setKeyEntry("cluster", key, password, new Certificate[] {certificate});
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance(NodeTls.VERSION);
        context.init(
                keys.getKeyManagers(),
                new TrustManager[] {new TrustsOne(certificate)},
                new SecureRandom());
        return context;
    }

    /** Who has the same certificate; that he has its key is shown by TLS. */
    private static final class TrustsOne extends X509ExtendedTrustManager {
        private final X509Certificate certificate;

        TrustsOne(X509Certificate certificate) {
            this.certificate = certificate;
        }

        private void check(X509Certificate[] shown) throws CertificateException {
            if (shown.length == 0
                    || !MessageDigest.isEqual(shown[0].getEncoded(), certificate.getEncoded())) {
                throw new CertificateException("another cluster, or another secret");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
