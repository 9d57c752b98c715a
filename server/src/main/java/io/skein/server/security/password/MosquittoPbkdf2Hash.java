package io.skein.server.security.password;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA512Digest;

/** PBKDF2 with HMAC-SHA512 as mosquitto_passwd writes it: {@code $7$iterations$salt$hash}. */
final class MosquittoPbkdf2Hash implements PasswordHash {
    static final String PREFIX = "$7$";

    private static final int ITERATIONS_MAXIMUM = 10_000_000;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private MosquittoPbkdf2Hash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    static MosquittoPbkdf2Hash parse(String text) {
        String[] parts = HashText.parts(text, PREFIX, 3);
        return new MosquittoPbkdf2Hash(
                HashText.number(parts[0], 1, ITERATIONS_MAXIMUM, "number of iterations"),
                HashText.bytes(parts[1], 1, "salt"),
                HashText.bytes(parts[2], 16, "hash"));
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] computed =
                Pbkdf2.compute(new SHA512Digest(), password, salt, iterations, hash.length);
        return MessageDigest.isEqual(hash, computed);
    }

    @Override
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return PREFIX
                + iterations
                + "$"
                + base64.encodeToString(salt)
                + "$"
                + base64.encodeToString(hash);
    }

    @Override
    public String cost() {
        return PREFIX + iterations;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] otherHash = new byte[hash.length];
        random.nextBytes(otherHash);
        return new MosquittoPbkdf2Hash(iterations, salt, otherHash);
    }
}
