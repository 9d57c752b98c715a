package io.skein.server.security.token;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are accepted.
 *
 * @param secretFile the secret of HMAC signatures; null if none are accepted
 * @param keys public keys as a JSON Web Key Set, a path or an https URL; null if signatures with
 *     them are not accepted
 * @param keysRefreshSeconds how often keys of a URL are fetched again
 * @param algorithms that are accepted, by their names in RFC 7518; empty for those that fit the
 *     keys. {@code none} never is
 * @param issuer that {@code iss} has to name; null for any
 * @param audience that {@code aud} has to contain; null if tokens without audience, or for any, are
 *     accepted
 * @param userClaim the claim with the user name
 * @param groupsClaim the claim with the groups, a list or a text with spaces
 * @param publishClaim the claim with topic filters that may be published to; null for none
 * @param subscribeClaim the claim with topic filters that may be subscribed; null for none
 * @param skewSeconds how far clocks may differ
 * @param closesAtExpiry whether a connection ends with its token
 */
public record TokenSettings(
        @Nullable Path secretFile,
        @Nullable String keys,
        int keysRefreshSeconds,
        List<String> algorithms,
        @Nullable String issuer,
        @Nullable String audience,
        String userClaim,
        String groupsClaim,
        @Nullable String publishClaim,
        @Nullable String subscribeClaim,
        int skewSeconds,
        boolean closesAtExpiry) {
    /** Copies the list. */
    public TokenSettings {
        algorithms = List.copyOf(algorithms);
    }
}
