package io.skein.lab.agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A certificate that says nothing but a key, which lives as long as the process: TLS asks for one.
 * The form is that of RFC 5280, version 1, signed by itself.
 */
final class OneTimeCertificate {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0C;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int LENGTH_IN_BYTE = 0x80;

    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2, as a whole element. */
    private static final byte[] SIGNED_HOW = HexFormat.of().parseHex("06082a8648ce3d040302");

    /** commonName, 2.5.4.3, likewise. */
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");

    private OneTimeCertificate() {}

    /** A new one with its key. */
    static KeyManager[] make() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        char[] password = "of a store in memory".toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry(
                    "agent", pair.getPrivate(), password, new Certificate[] {certificate(pair)});
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory.getKeyManagers();
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static Certificate certificate(KeyPair pair) throws GeneralSecurityException {
        byte[] how = element(SEQUENCE, SIGNED_HOW);
        byte[] name =
                element(
                        SEQUENCE,
                        element(
                                SET,
                                element(SEQUENCE, COMMON_NAME, text(UTF8_STRING, "skein lab"))));
        byte[] life =
                element(
                        SEQUENCE,
                        text(GENERALIZED_TIME, "20000101000000Z"),
                        text(GENERALIZED_TIME, "99991231235959Z"));
        byte[] said =
                element(
                        SEQUENCE,
                        element(INTEGER, new byte[] {1}),
                        how,
                        name,
                        life,
                        name,
                        pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(said);
        byte[] signed =
                element(SEQUENCE, said, how, element(BIT_STRING, new byte[] {0}, signature.sign()));
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(signed));
    }

    private static byte[] text(int tag, String text) {
        return element(tag, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Tag, length and parts: DER. */
    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < LENGTH_IN_BYTE) {
            out.write(length);
        } else if (length <= 0xFF) {
            out.write(LENGTH_IN_BYTE | 1);
            out.write(length);
        } else {
            out.write(LENGTH_IN_BYTE | 2);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
