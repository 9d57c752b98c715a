package io.skein.server.security;

import io.skein.server.security.callback.CallbackSettings;
import io.skein.server.security.rules.RuleBook;
import io.skein.server.security.token.TokenSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, as configured.
 *
 * @param chain the ways to authenticate, in the order in which they are asked
 * @param anonymous by the name of the listener, whom it lets in without credentials
 * @param certificateListeners those on which a certificate is enough
 * @param passwordFile null for none
 * @param rememberedPasswords how many right passwords are remembered, 0 for none
 * @param token null if tokens are not accepted
 * @param callback null if nobody is asked
 * @param rules as they stand in the configuration
 * @param rulesFile more of them, behind those; null for none
 * @param closesOnDenial whether an MQTT 3 client that publishes what it may not is disconnected
 * @param reloadSeconds how often files are looked at for changes, 0 for never
 */
public record SecuritySettings(
        List<LoginKind> chain,
        Map<String, Anonymous> anonymous,
        Set<String> certificateListeners,
        @Nullable Path passwordFile,
        int rememberedPasswords,
        @Nullable TokenSettings token,
        @Nullable CallbackSettings callback,
        RuleBook rules,
        @Nullable Path rulesFile,
        boolean closesOnDenial,
        int reloadSeconds,
        LoginLimits limits) {
    /** The ways to authenticate a client by its CONNECT. */
    public enum LoginKind {
        /** The name in its certificate. */
        CERTIFICATE,
        /** User name and password. */
        PASSWORD,
        /** A JSON Web Token. */
        TOKEN,
        /** Another service decides. */
        CALLBACK
    }

    /** Whom a listener lets in without credentials. */
    public enum Anonymous {
        /** Nobody. */
        NOBODY,
        /** Clients on this machine. */
        LOCAL,
        /** Everybody. */
        ANYBODY
    }

    /** Copies the collections. */
    public SecuritySettings {
        chain = List.copyOf(chain);
        anonymous = Map.copyOf(anonymous);
        certificateListeners = Set.copyOf(certificateListeners);
    }
}
