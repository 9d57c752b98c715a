package io.skein.server.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Private keys in PEM files. */
final class PrivateKeys {
    private static final Set<String> TRADITIONAL = Set.of("RSA PRIVATE KEY", "EC PRIVATE KEY");
    private static final byte[] SAMPLE = {1, 2, 3};

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PrivateKeys() {}

    /**
     * The key of a certificate.
     *
     * @param password of an encrypted key
     * @param owner the public key it must belong to
     */
    static PrivateKey read(Path file, @Nullable String password, PublicKey owner)
            throws TlsException {
        for (PemFile.Block block : PemFile.read("key", file).blocks()) {
            if (block.type().endsWith("PRIVATE KEY")) {
                PrivateKey key = key(file, pkcs8(file, block, password, owner), owner);
                if (!belong(key, owner)) {
                    throw doesNotMatch(file, null);
                }
                return key;
            }
        }
        throw new TlsException("key %s contains no private key".formatted(file));
    }

    private static byte[] pkcs8(
            Path file, PemFile.Block block, @Nullable String password, PublicKey owner)
            throws TlsException {
        if (block.hasHeaders()) {
            throw new TlsException(
                    "key %s is encrypted in OpenSSL's own form; convert it: openssl pkcs8 -topk8 -in %s"
                            .formatted(file, file));
        }
        try {
            if (block.type().equals("PRIVATE KEY")) {
                return block.bytes();
            }
            if (block.type().equals("ENCRYPTED PRIVATE KEY")) {
                return decrypt(file, block.bytes(), password);
            }
            if (TRADITIONAL.contains(block.type())) {
                return wrap(block.bytes(), owner);
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
        throw new TlsException(
                "key %s is a '%s', which is not understood; RSA and elliptic curve keys are"
                        .formatted(file, block.type()));
    }

    private static byte[] decrypt(Path file, byte[] bytes, @Nullable String password)
            throws TlsException {
        if (password == null) {
            throw new TlsException(
                    "key %s is encrypted: give its password (tls.key-password)".formatted(file));
        }
        try {
            EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(bytes);
            // For PBES2 the parameters name the algorithm, not the outer identifier.
            String algorithm =
                    encrypted.getAlgParameters() == null
                            ? encrypted.getAlgName()
                            : encrypted.getAlgName().equals("PBES2")
                                    ? encrypted.getAlgParameters().toString()
                                    : encrypted.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm)
                            .generateSecret(new PBEKeySpec(password.toCharArray())),
                    encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher).getEncoded();
        } catch (InvalidKeySpecException | InvalidKeyException e) {
            throw new TlsException(
                    "key %s cannot be decrypted with the password given (tls.key-password)"
                            .formatted(file),
                    e);
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(
                    "key %s is encrypted in a way that Java does not know (%s); convert it: openssl"
                                    .formatted(file, e.getMessage())
                            + " pkcs8 -topk8 -v2 aes-256-cbc -in "
                            + file,
                    e);
        }
    }

    /**
     * PKCS#1 and SEC 1 are what PKCS#8 contains (RFC 5958 section 2); the algorithm around it is
     * that of the certificate's public key.
     */
    private static byte[] wrap(byte[] traditional, PublicKey owner) {
        byte[] info = owner.getEncoded(); // SEQUENCE { AlgorithmIdentifier, BIT STRING }
        int start = contentStart(info, 0);
        int end = contentStart(info, start) + contentLength(info, start);
        byte[] algorithm = Arrays.copyOfRange(info, start, end);
        return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, traditional));
    }

    private static int contentStart(byte[] der, int at) {
        int length = der[at + 1] & 0xFF;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7F);
    }

    private static int contentLength(byte[] der, int at) {
        int length = der[at + 1] & 0xFF;
        if (length < 0x80) {
            return length;
        }
        int from = at + 2;
        return new BigInteger(1, der, from, length & 0x7F).intValueExact();
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static PrivateKey key(Path file, byte[] pkcs8, PublicKey owner) throws TlsException {
        try {
            return KeyFactory.getInstance(owner.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException e) {
            throw doesNotMatch(file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new TlsException(
                    "certificates for %s keys are not supported".formatted(owner.getAlgorithm()),
                    e);
        }
    }

    /** Whether what one of them signs is genuine to the other. */
    private static boolean belong(PrivateKey key, PublicKey owner) {
        String algorithm =
                switch (owner.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> owner.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(owner);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // such as a point on another curve
        }
    }

    private static TlsException doesNotMatch(Path file, @Nullable Exception cause) {
        String message = "key %s is damaged or does not belong to the certificate".formatted(file);
        return cause == null ? new TlsException(message) : new TlsException(message, cause);
    }

    private static TlsException damaged(Path file, Exception cause) {
        return new TlsException("key %s is damaged: it is not Base64".formatted(file), cause);
    }
}
