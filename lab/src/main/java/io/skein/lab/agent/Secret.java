package io.skein.lab.agent;

import io.skein.lab.result.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What agents and controllers know and nobody else. It never leaves the process: both sides prove
 * that they have it by the HMAC-SHA-256 of what the other has made up. Thread-safe.
 */
public final class Secret {
    /** No secret: for programs of one machine only. */
    public static final Secret NONE = new Secret(null, "");

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES_MINIMUM = 16;
    private static final int NONCE_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable SecretKeySpec key;
    private final String connection;

    private Secret(@Nullable SecretKeySpec key, String connection) {
        this.key = key;
        this.connection = connection;
    }

    /**
     * The secret in a file, without the white space around it; none if there is no file.
     *
     * @throws IOException if it cannot be read, or has less than 16 bytes
     */
    public static Secret in(@Nullable Path file) throws IOException {
        if (file == null) {
            return NONE;
        }
        byte[] bytes = TextFile.read(file).strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < BYTES_MINIMUM) {
            throw new IOException(
                    "the secret in %s has %d bytes, fewer than %d"
                            .formatted(file, bytes.length, BYTES_MINIMUM));
        }
        return new Secret(new SecretKeySpec(bytes, ALGORITHM), "");
    }

    /** The same as it is proved on one connection: the proof is worth nothing on another. */
    Secret on(byte[] binding) {
        return new Secret(key, Base64.getEncoder().encodeToString(binding));
    }

    boolean isThere() {
        return key != null;
    }

    /** Something that was never said before. */
    static String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** What only somebody with this secret can say; without a secret, nothing. */
    String proof(String role, String agentNonce, String controllerNonce) {
        SecretKeySpec known = key;
        if (known == null) {
            return "";
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(known);
            String said =
                    String.join("\n", "skein-lab", role, agentNonce, controllerNonce, connection);
            byte[] code = mac.doFinal(said.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Whether somebody said that. */
    boolean isProof(String said, String role, String agentNonce, String controllerNonce) {
        return MessageDigest.isEqual(
                proof(role, agentNonce, controllerNonce).getBytes(StandardCharsets.UTF_8),
                said.getBytes(StandardCharsets.UTF_8));
    }
}
