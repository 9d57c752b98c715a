package io.skein.server.security.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;

/**
 * What SCRAM-SHA-256 needs of a password (RFC 5802, 7677), {@code
 * $scram-sha-256$iterations$salt$storedKey$serverKey}. It checks a password in plain as well. Texts
 * are normalised to NFKC where they are not ASCII, which is SASLprep for all but oddities.
 */
final class ScramVerifier implements PasswordHash {
    static final String PREFIX = "$scram-sha-256$";

    private static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 16;
    static final int ITERATIONS_STANDARD = 32_768;

    /** RFC 7677, section 4. */
    private static final int ITERATIONS_LEAST = 4_096;

    private static final int ITERATIONS_MAXIMUM = 10_000_000;

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    static ScramVerifier of(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return of(password, salt, ITERATIONS_STANDARD);
    }

    private static ScramVerifier of(byte[] password, byte[] salt, int iterations) {
        byte[] salted =
                Pbkdf2.compute(
                        new SHA256Digest(), normalized(password), salt, iterations, KEY_BYTES);
        byte[] storedKey = sha256(hmac(salted, "Client Key"));
        return new ScramVerifier(iterations, salt, storedKey, hmac(salted, "Server Key"));
    }

    static ScramVerifier parse(String text) {
        String[] parts = HashText.parts(text, PREFIX, 4);
        return new ScramVerifier(
                HashText.number(
                        parts[0], ITERATIONS_LEAST, ITERATIONS_MAXIMUM, "number of iterations"),
                HashText.bytes(parts[1], 8, "salt"),
                HashText.bytes(parts[2], KEY_BYTES, "stored key"),
                HashText.bytes(parts[3], KEY_BYTES, "server key"));
    }

    /**
     * A verifier for a user that does not exist: the same salt each time it is asked for, so that
     * it cannot be told from one that does.
     *
     * @param secret of this process alone
     */
    static ScramVerifier unknown(String username, byte[] secret, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        System.arraycopy(hmac(secret, "salt " + username), 0, salt, 0, SALT_BYTES);
        return new ScramVerifier(
                iterations, salt, hmac(secret, "key " + username), new byte[KEY_BYTES]);
    }

    int iterations() {
        return iterations;
    }

    byte[] salt() {
        return salt.clone();
    }

    /** Whether the proof belongs to this password and these messages. */
    boolean proves(byte[] proof, String messages) {
        if (proof.length != KEY_BYTES) {
            return false;
        }
        byte[] clientKey = hmac(storedKey, messages);
        for (int i = 0; i < KEY_BYTES; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(storedKey, sha256(clientKey));
    }

    /** How the server proves that it knows the user, too. */
    byte[] signature(String messages) {
        return hmac(serverKey, messages);
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(storedKey, of(password, salt, iterations).storedKey);
    }

    @Override
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return PREFIX
                + String.join(
                        "$",
                        Integer.toString(iterations),
                        base64.encodeToString(salt),
                        base64.encodeToString(storedKey),
                        base64.encodeToString(serverKey));
    }

    @Override
    public String cost() {
        return PREFIX + iterations;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] otherKey = new byte[KEY_BYTES];
        random.nextBytes(otherKey);
        return new ScramVerifier(iterations, salt, otherKey, otherKey);
    }

    private static byte[] normalized(byte[] password) {
        for (byte b : password) {
            if (b < 0) {
                String text = new String(password, StandardCharsets.UTF_8);
                return Normalizer.normalize(text, Normalizer.Form.NFKC)
                        .getBytes(StandardCharsets.UTF_8);
            }
        }
        return password;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
