package io.skein.server.security.password;

import java.security.SecureRandom;

/**
 * What is kept of a password. Every form of it can check one; which was used for a line of the file
 * is seen by how it begins.
 */
public sealed interface PasswordHash
        permits Argon2Hash, BcryptHash, MosquittoPbkdf2Hash, MosquittoSha512Hash, ScramVerifier {
    /**
     * Whether this is the hash of the password; takes as long whether it is or not. Blocks for tens
     * of milliseconds where the form is made for it.
     */
    boolean matches(byte[] password);

    /** What stands in the file. */
    String text();

    /** The form with its costs: two hashes that say the same take as long to check. */
    String cost();

    /** A hash of nobody's password that takes as long to check as this one. */
    PasswordHash decoy(SecureRandom random);

    /**
     * Reads a hash.
     *
     * @throws IllegalArgumentException that says what is wrong, without the hash
     */
    static PasswordHash parse(String text) {
        if (text.startsWith(Argon2Hash.PREFIX)) {
            return Argon2Hash.parse(text);
        } else if (text.startsWith(ScramVerifier.PREFIX)) {
            return ScramVerifier.parse(text);
        } else if (text.startsWith(MosquittoPbkdf2Hash.PREFIX)) {
            return MosquittoPbkdf2Hash.parse(text);
        } else if (text.startsWith(MosquittoSha512Hash.PREFIX)) {
            return MosquittoSha512Hash.parse(text);
        } else if (text.startsWith("$2")) {
            return BcryptHash.parse(text);
        }
        throw new IllegalArgumentException(
                "expected a hash that begins with $argon2id$, $scram-sha-256$, $2b$, $7$ or $6$");
    }
}
