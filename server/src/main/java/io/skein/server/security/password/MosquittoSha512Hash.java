package io.skein.server.security.password;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * SHA-512 of password and salt as older mosquitto_passwd wrote it: {@code $6$salt$hash}. Read so
 * that such files work; quick to guess, so it is not made here.
 */
final class MosquittoSha512Hash implements PasswordHash {
    static final String PREFIX = "$6$";

    private static final int HASH_BYTES = 64;

    private final byte[] salt;
    private final byte[] hash;

    private MosquittoSha512Hash(byte[] salt, byte[] hash) {
        this.salt = salt;
        this.hash = hash;
    }

    static MosquittoSha512Hash parse(String text) {
        String[] parts = HashText.parts(text, PREFIX, 2);
        return new MosquittoSha512Hash(
                HashText.bytes(parts[0], 1, "salt"), HashText.bytes(parts[1], HASH_BYTES, "hash"));
    }

    @Override
    public boolean matches(byte[] password) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(password);
            return MessageDigest.isEqual(hash, digest.digest(salt));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    @Override
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return PREFIX + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    @Override
    public String cost() {
        return PREFIX;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] otherHash = new byte[hash.length];
        random.nextBytes(otherHash);
        return new MosquittoSha512Hash(salt, otherHash);
    }
}
