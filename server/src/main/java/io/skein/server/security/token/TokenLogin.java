package io.skein.server.security.token;

import io.skein.broker.Applicant;
import io.skein.server.security.login.Decision;
import io.skein.server.security.login.Login;
import io.skein.server.security.login.Workers;
import io.skein.server.security.rules.Grants;
import io.skein.server.security.rules.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Web Token in the place of the password (RFC 7519): signed, not over, and for this broker.
 * The user name is what the token says, whatever CONNECT says.
 */
public final class TokenLogin implements Login {
    /** Larger ones are refused unread. */
    private static final int BYTES_MAXIMUM = 16 << 10;

    private static final int GROUPS_MAXIMUM = 256;
    private static final int FILTERS_MAXIMUM = 256;

    /** A header, which is a JSON object and so begins with {"; claims, signature. */
    private static final Pattern FORM =
            Pattern.compile("ey[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*");

    private static final Decision UNKNOWN_KEY = Decision.Denied.wrong("token: unknown key");

    private final TokenSettings settings;
    private final Workers workers;
    private final KeySource source;

    /**
     * A login by token; reads the files with the keys, and begins to fetch keys from a URL.
     *
     * @throws IOException if a file cannot be used
     */
    public TokenLogin(TokenSettings settings, Workers workers) throws IOException {
        this.settings = settings;
        this.workers = workers;
        this.source = new KeySource(settings);
        CompletionStage<Boolean> ignored = source.fetch();
    }

    @Override
    public String name() {
        return "token";
    }

    /** Reads keys again where that is due; called every few seconds. */
    public void refresh() {
        source.refresh();
    }

    @Override
    public CompletionStage<Decision> decide(Applicant applicant) {
        byte[] password = applicant.password();
        if (password == null || password.length < 2 || password[0] != 'e' || password[1] != 'y') {
            return CompletableFuture.completedFuture(new Decision.NotMine("no token"));
        }
        if (password.length > BYTES_MAXIMUM) {
            return CompletableFuture.completedFuture(new Decision.NotMine("too long for a token"));
        }
        String token = new String(password, StandardCharsets.ISO_8859_1);
        if (!FORM.matcher(token).matches()) {
            return CompletableFuture.completedFuture(new Decision.NotMine("no token"));
        }
        return workers.decide(() -> verify(token))
                .thenCompose(decision ->
                        decision.equals(UNKNOWN_KEY)
                                ? source.unknownKey().thenCompose(found -> again(token, found))
                                : CompletableFuture.completedFuture(decision));
    }

    private CompletionStage<Decision> again(String token, boolean keysHaveChanged) {
        return keysHaveChanged
                ? workers.decide(() -> verify(token))
                : CompletableFuture.completedFuture(UNKNOWN_KEY);
    }

    private Decision verify(String token) {
        try {
            return decide(consumer().processToClaims(token));
        } catch (InvalidJwtException e) {
            return e.getCause() instanceof UnresolvableKeyException
                    ? UNKNOWN_KEY
                    : Decision.Denied.wrong("token: " + why(e));
        } catch (MalformedClaimException | IllegalArgumentException e) {
            return Decision.Denied.wrong("token: a claim is not of its form");
        }
    }

    private JwtConsumer consumer() {
        Set<String> accepted = new HashSet<>(settings.algorithms());
        if (accepted.isEmpty()) {
            accepted.addAll(TokenKeys.HMAC);
            accepted.addAll(TokenKeys.PUBLIC);
        }
        JwtConsumerBuilder builder =
                new JwtConsumerBuilder()
                        .setJwsAlgorithmConstraints(
                                new AlgorithmConstraints(
                                        ConstraintType.PERMIT, accepted.toArray(String[]::new)))
                        .setVerificationKeyResolver(source.keys())
                        .setRequireExpirationTime()
                        .setAllowedClockSkewInSeconds(settings.skewSeconds());
        if (settings.issuer() != null) {
            builder.setExpectedIssuer(settings.issuer());
        }
        if (settings.audience() == null) {
            builder.setSkipDefaultAudienceValidation();
        } else {
            builder.setExpectedAudience(settings.audience());
        }
        return builder.build();
    }

    /** Says which check failed, without what the token holds. */
    private static String why(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "expired";
        } else if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "not valid yet";
        } else if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
            return "wrong signature";
        } else if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "no expiry";
        } else if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID)
                || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "another issuer";
        } else if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
                || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "another audience";
        }
        return "not valid, or of an algorithm that is not accepted";
    }

    private Decision decide(JwtClaims claims) throws MalformedClaimException {
        String username = claims.getStringClaimValue(settings.userClaim());
        if (username == null || username.isEmpty()) {
            return Decision.Denied.wrong("token: no user name");
        }
        List<String> groups = texts(claims, settings.groupsClaim());
        List<String> publish = texts(claims, settings.publishClaim());
        List<String> subscribe = texts(claims, settings.subscribeClaim());
        if (groups.size() > GROUPS_MAXIMUM || publish.size() + subscribe.size() > FILTERS_MAXIMUM) {
            return Decision.Denied.wrong("token: too many groups or topic filters");
        }
        boolean brings = settings.publishClaim() != null || settings.subscribeClaim() != null;
        List<Rule> own = brings ? Grants.of(publish, subscribe) : null;
        return new Decision.Allowed(
                username,
                Set.copyOf(groups),
                own,
                settings.closesAtExpiry() ? left(claims) : Decision.Allowed.FOREVER);
    }

    /** How long the token is good for; at least a moment, as within the skew it still is. */
    private long left(JwtClaims claims) throws MalformedClaimException {
        NumericDate end = claims.getExpirationTime();
        long seconds = end.getValue() - NumericDate.now().getValue() + settings.skewSeconds();
        return TimeUnit.SECONDS.toNanos(Math.clamp(seconds, 1, Integer.MAX_VALUE));
    }

    /** A list of texts, or one text with spaces between. */
    private static List<String> texts(JwtClaims claims, @Nullable String name)
            throws MalformedClaimException {
        if (name == null || !claims.hasClaim(name)) {
            return List.of();
        }
        if (claims.isClaimValueString(name)) {
            String text = claims.getStringClaimValue(name);
            return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
        }
        return claims.getStringListClaimValue(name);
    }
}
