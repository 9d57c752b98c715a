package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows the other side that this one knows the cluster's secret, without telling it: HMAC-SHA-256
 * over what was said in the handshake, the other side's random bytes included. What is sent after
 * the handshake is not protected by it.
 */
final class Proof {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    Proof(String cluster, String secret) {
        byte[] bytes = ("skein link\0" + cluster + '\0' + secret).getBytes(StandardCharsets.UTF_8);
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    byte[] nonce() {
        byte[] nonce = new byte[Wire.NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    /**
     * The proof of one side.
     *
     * @param side {@link Wire#HELLO} or {@link Wire#WELCOME}: one proof cannot be used as the other
     * @param challenge what the other side drew
     * @param said what this side claims, from the reader to the writer index; not consumed
     */
    byte[] of(int side, byte[] challenge, ByteBuf said) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((byte) side);
            mac.update(challenge);
            mac.update(said.nioBuffer());
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    /** Compares in a time that does not tell where the difference is. */
    static boolean same(byte[] expected, byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }
}
