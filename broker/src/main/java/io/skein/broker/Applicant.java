package io.skein.broker;

import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself in CONNECT, and what is known of its connection. {@link #toString}
 * hides the password.
 *
 * @param clientId also the one it was assigned
 * @param username of CONNECT; the authenticated one when it is authenticated again
 * @param password of CONNECT; not to be changed
 * @param method the authentication method (section 4.12), null for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Applicant(
        String clientId,
        @Nullable String username,
        byte @Nullable [] password,
        @Nullable String method,
        Peer peer) {
    @Override
    public String toString() {
        return "Applicant[clientId=%s, username=%s, method=%s, peer=%s]"
                .formatted(clientId, username, method, peer);
    }
}
