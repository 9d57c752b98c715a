package io.skein.server.security.password;

import io.skein.server.security.login.Dialogue;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SCRAM-SHA-256 for the users of a password file whose lines were made for it. */
public final class Scram {
    /** The name of the authentication method. */
    public static final String METHOD = "SCRAM-SHA-256";

    private static final int SECRET_BYTES = 32;

    private final Supplier<PasswordFile> users;
    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = new byte[SECRET_BYTES];

    /**
     * SCRAM for users.
     *
     * @param users the file as it is at the time
     */
    public Scram(Supplier<PasswordFile> users) {
        this.users = users;
        random.nextBytes(secret);
    }

    /**
     * Begins an authentication.
     *
     * @param expectedUsername the only one that is accepted; null for any
     */
    public Dialogue begin(@Nullable String expectedUsername) {
        return new ScramDialogue(this, expectedUsername);
    }

    SecureRandom random() {
        return random;
    }

    @Nullable ScramVerifier verifierOf(String username) {
        return users.get().hashOf(username) instanceof ScramVerifier verifier ? verifier : null;
    }

    /** Looks like a user's to whoever does not know better. */
    ScramVerifier unknown(String username) {
        return ScramVerifier.unknown(username, secret, ScramVerifier.ITERATIONS_STANDARD);
    }
}
