package io.skein.server.security.token;

import java.io.IOException;
import java.security.Key;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.HmacKey;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * The keys signatures are verified with. Which kind is used depends on the algorithm the token
 * names and on nothing else, so a public key never serves as the secret of an HMAC.
 */
final class TokenKeys implements VerificationKeyResolver {
    static final Set<String> HMAC = Set.of("HS256", "HS384", "HS512");
    static final Set<String> PUBLIC =
            Set.of(
                    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                    "EdDSA");

    private static final int SECRET_BYTES_LEAST = 32;

    private final @Nullable HmacKey secret;
    private final List<JsonWebKey> published;

    TokenKeys(@Nullable HmacKey secret, List<JsonWebKey> published) {
        this.secret = secret;
        this.published = List.copyOf(published);
    }

    static HmacKey secret(byte[] bytes, String name) throws IOException {
        if (bytes.length < SECRET_BYTES_LEAST) {
            throw new IOException(
                    "%s: a secret needs at least %d bytes".formatted(name, SECRET_BYTES_LEAST));
        }
        return new HmacKey(bytes);
    }

    /** The public keys of a JSON Web Key Set. */
    static List<JsonWebKey> published(String json, String name) throws IOException {
        List<JsonWebKey> keys;
        try {
            keys = new JsonWebKeySet(json).getJsonWebKeys();
        } catch (JoseException e) {
            throw new IOException(name + ": no JSON Web Key Set", e);
        }
        if (keys.stream().anyMatch(OctetSequenceJsonWebKey.class::isInstance)) {
            throw new IOException(name + ": holds a secret key, which belongs in a secret file");
        }
        if (keys.stream().noneMatch(PublicJsonWebKey.class::isInstance)) {
            throw new IOException(name + ": holds no public key");
        }
        return keys;
    }

    TokenKeys with(List<JsonWebKey> otherPublished) {
        return new TokenKeys(secret, otherPublished);
    }

    TokenKeys withSecret(@Nullable HmacKey otherSecret) {
        return new TokenKeys(otherSecret, published);
    }

    @Override
    public Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> nesting)
            throws UnresolvableKeyException {
        String algorithm = signature.getAlgorithmHeaderValue();
        if (HMAC.contains(algorithm)) {
            if (secret == null) {
                throw new UnresolvableKeyException("no secret is configured");
            }
            return secret;
        }
        JsonWebKey key = PUBLIC.contains(algorithm) ? select(signature) : null;
        if (key == null) {
            throw new UnresolvableKeyException("no key fits");
        }
        return key.getKey();
    }

    private @Nullable JsonWebKey select(JsonWebSignature signature)
            throws UnresolvableKeyException {
        try {
            return new VerificationJwkSelector().select(signature, published);
        } catch (JoseException e) {
            throw new UnresolvableKeyException("no key fits", e);
        }
    }
}
