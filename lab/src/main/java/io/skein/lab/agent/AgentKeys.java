package io.skein.lab.agent;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How agents and their controller know each other. With a secret or with certificates all that
 * passes between them is encrypted.
 *
 * @param secretFile what they know and nobody else, or null
 * @param certFile own certificate as PEM, or null; goes with the key and the CA
 * @param keyFile its key
 * @param caFile who has to have signed the certificate of the other side
 * @param unprotected whether it may be done without any of this beyond loopback
 */
public record AgentKeys(
        @Nullable Path secretFile,
        @Nullable Path certFile,
        @Nullable Path keyFile,
        @Nullable Path caFile,
        boolean unprotected) {
    /** Nothing: for programs of one machine. */
    public static final AgentKeys NONE = new AgentKeys(null, null, null, null, false);

    /** Checks that it is one of the ways and whole. */
    public AgentKeys {
        boolean some = certFile != null || keyFile != null || caFile != null;
        boolean all = certFile != null && keyFile != null && caFile != null;
        if (some && !all) {
            throw new IllegalArgumentException(
                    "agents and their controller know each other by a certificate, its key and the"
                            + " certificate of who signed that of the other: name all three");
        }
        int ways = (secretFile == null ? 0 : 1) + (all ? 1 : 0) + (unprotected ? 1 : 0);
        if (ways > 1) {
            throw new IllegalArgumentException(
                    "a secret, certificates, or unprotected: one of them");
        }
    }

    /** The secret in this file. */
    public static AgentKeys secret(Path file) {
        return new AgentKeys(file, null, null, null, false);
    }

    /** Whether there is nothing to know each other by. */
    public boolean isEmpty() {
        return secretFile == null && certFile == null;
    }
}
