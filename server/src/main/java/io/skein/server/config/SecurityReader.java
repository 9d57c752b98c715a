package io.skein.server.config;

import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.security.LoginLimits;
import io.skein.server.security.SecuritySettings;
import io.skein.server.security.SecuritySettings.Anonymous;
import io.skein.server.security.SecuritySettings.LoginKind;
import io.skein.server.security.callback.CallbackSettings;
import io.skein.server.security.rules.Permission;
import io.skein.server.security.rules.Rule;
import io.skein.server.security.rules.RuleBook;
import io.skein.server.security.token.TokenSettings;
import io.skein.server.tls.ClientCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes {@link SecuritySettings} of the keys below {@code security} and those of listeners. */
final class SecurityReader {
    private final SettingsReader reader;
    private final String file;
    private final List<Problem> problems;

    SecurityReader(SettingsReader reader, String file, List<Problem> problems) {
        this.reader = reader;
        this.file = file;
        this.problems = problems;
    }

    SecuritySettings settings(List<ListenerSettings> listeners) {
        List<LoginKind> chain = chain();
        Map<String, Anonymous> anonymous = new HashMap<>();
        Set<String> certificates = new HashSet<>();
        for (int place = 0; place < listeners.size(); place++) {
            ListenerSettings listener = listeners.get(place);
            anonymous.put(listener.name(), anonymous(listener, place));
            if (takesCertificates(place)) {
                certificates.add(listener.name());
            }
        }
        return new SecuritySettings(
                chain,
                anonymous,
                certificates,
                path(reader.optional(SecurityKeys.PASSWORD_FILE)),
                reader.value(SecurityKeys.REMEMBERED_PASSWORDS),
                isConfigured(LoginKind.TOKEN) ? token() : null,
                callback(),
                rules(),
                path(reader.optional(SecurityKeys.RULES_FILE)),
                reader.value(SecurityKeys.DENIED_PUBLISH) == SecurityKeys.DeniedPublish.CLOSE,
                reader.value(SecurityKeys.RELOAD_SECONDS),
                limits());
    }

    private LoginLimits limits() {
        return new LoginLimits(
                reader.value(SecurityKeys.WORKERS),
                reader.value(SecurityKeys.WAITING),
                reader.value(SecurityKeys.AUTHENTICATION_SECONDS),
                reader.value(SecurityKeys.FAILURES),
                reader.value(SecurityKeys.FAILURE_SECONDS),
                reader.value(SecurityKeys.FAILURE_ADDRESSES));
    }

    /** Whether there is a way to authenticate for those who come to a listener. */
    boolean hasLogins(int place) {
        return takesCertificates(place)
                || EnumSet.complementOf(EnumSet.of(LoginKind.CERTIFICATE)).stream()
                        .anyMatch(this::isConfigured);
    }

    /**
     * Whether a listener is told to let clients in without credentials; null if nothing is said.
     */
    @Nullable Boolean allowsAnonymous(int place) {
        Boolean own = reader.optional(Keys.LISTENER_ALLOW_ANONYMOUS, place);
        return own == null ? reader.optional(SecurityKeys.ALLOW_ANONYMOUS) : own;
    }

    private Anonymous anonymous(ListenerSettings listener, int place) {
        Boolean told = allowsAnonymous(place);
        if (told != null) {
            return told ? Anonymous.ANYBODY : Anonymous.NOBODY;
        }
        return listener.bind().isLoopback() && !hasLogins(place)
                ? Anonymous.LOCAL
                : Anonymous.NOBODY;
    }

    private boolean takesCertificates(int place) {
        Boolean told = reader.optional(SecurityKeys.CERTIFICATE_LOGIN, place);
        return told == null
                ? reader.optional(ListenerKeys.CLIENT_CERTIFICATE, place)
                        == ClientCertificate.REQUIRED
                : told;
    }

    private List<LoginKind> chain() {
        List<LoginKind> named = reader.optional(SecurityKeys.AUTHENTICATORS);
        if (named == null) {
            return EnumSet.allOf(LoginKind.class).stream().filter(this::isConfigured).toList();
        }
        for (LoginKind kind : named) {
            if (!isConfigured(kind)) {
                String key =
                        switch (kind) {
                            case CERTIFICATE -> SecurityKeys.CERTIFICATE_LOGIN.path();
                            case PASSWORD -> SecurityKeys.PASSWORD_FILE.path();
                            case TOKEN ->
                                    SecurityKeys.TOKEN_SECRET.path()
                                            + " or "
                                            + SecurityKeys.TOKEN_KEYS.path();
                            case CALLBACK -> SecurityKeys.CALLBACK_URL.path();
                        };
                problem(
                        SecurityKeys.AUTHENTICATORS,
                        "%s: %s needs %s"
                                .formatted(
                                        SecurityKeys.AUTHENTICATORS.path(),
                                        kind.name().toLowerCase(Locale.ROOT),
                                        key));
            }
        }
        return named.stream().distinct().toList();
    }

    private boolean isConfigured(LoginKind kind) {
        return switch (kind) {
            case CERTIFICATE -> {
                int listeners = Math.max(1, reader.places(Keys.LISTENERS));
                boolean any = false;
                for (int place = 0; place < listeners; place++) {
                    any |= takesCertificates(place);
                }
                yield any;
            }
            case PASSWORD -> reader.optional(SecurityKeys.PASSWORD_FILE) != null;
            case TOKEN ->
                    reader.optional(SecurityKeys.TOKEN_SECRET) != null
                            || reader.optional(SecurityKeys.TOKEN_KEYS) != null;
            case CALLBACK -> reader.optional(SecurityKeys.CALLBACK_URL) != null;
        };
    }

    private TokenSettings token() {
        List<String> algorithms = reader.optional(SecurityKeys.TOKEN_ALGORITHMS);
        return new TokenSettings(
                path(reader.optional(SecurityKeys.TOKEN_SECRET)),
                reader.optional(SecurityKeys.TOKEN_KEYS),
                reader.value(SecurityKeys.TOKEN_KEYS_SECONDS),
                algorithms == null ? List.of() : algorithms,
                reader.optional(SecurityKeys.TOKEN_ISSUER),
                reader.optional(SecurityKeys.TOKEN_AUDIENCE),
                reader.value(SecurityKeys.TOKEN_USER),
                reader.value(SecurityKeys.TOKEN_GROUPS),
                reader.optional(SecurityKeys.TOKEN_PUBLISH),
                reader.optional(SecurityKeys.TOKEN_SUBSCRIBE),
                reader.value(SecurityKeys.TOKEN_SKEW),
                reader.value(SecurityKeys.TOKEN_CLOSES));
    }

    private @Nullable CallbackSettings callback() {
        URI url = reader.optional(SecurityKeys.CALLBACK_URL);
        return url == null
                ? null
                : new CallbackSettings(
                        url,
                        path(reader.optional(SecurityKeys.CALLBACK_AUTHORIZATION)),
                        reader.value(SecurityKeys.CALLBACK_MILLIS),
                        reader.value(SecurityKeys.CALLBACK_CONCURRENT),
                        reader.value(SecurityKeys.CALLBACK_CACHE_SECONDS),
                        reader.value(SecurityKeys.CALLBACK_CACHE_ENTRIES));
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    /** Rules and groups, also those of a file of their own. */
    RuleBook rules() {
        List<Rule> rules = new ArrayList<>();
        int count = reader.places(SecurityKeys.RULES);
        for (int place = 0; place < count; place++) {
            Permission permission = reader.optional(SecurityKeys.PERMISSION, place);
            if (permission == null) {
                problem(
                        SecurityKeys.TOPICS,
                        place,
                        "%s.%d has no permission, allow or deny"
                                .formatted(SecurityKeys.RULES, place));
                continue;
            }
            rules.add(
                    new Rule(
                            permission,
                            reader.value(SecurityKeys.ACTION, place),
                            list(SecurityKeys.USERS, place),
                            new HashSet<>(list(SecurityKeys.RULE_GROUPS, place)),
                            list(SecurityKeys.CLIENTS, place),
                            list(SecurityKeys.ADDRESSES, place),
                            list(SecurityKeys.TOPICS, place)));
        }
        return new RuleBook(rules, members());
    }

    private Map<String, Set<String>> members() {
        Map<String, Set<String>> members = new HashMap<>();
        int count = reader.places(SecurityKeys.GROUPS);
        for (int place = 0; place < count; place++) {
            String name = reader.optional(SecurityKeys.GROUP_NAME, place);
            if (name == null) {
                problem(
                        SecurityKeys.GROUP_MEMBERS,
                        place,
                        "%s.%d has no name".formatted(SecurityKeys.GROUPS, place));
            } else {
                Set<String> users = new HashSet<>(list(SecurityKeys.GROUP_MEMBERS, place));
                if (members.putIfAbsent(name, users) != null) {
                    problem(
                            SecurityKeys.GROUP_NAME,
                            place,
                            "there are two groups '%s'".formatted(name));
                }
            }
        }
        return members;
    }

    /**
     * What a list says. One that stands there and names nobody would be as good as none, and so
     * match everybody: a mistake.
     */
    private <T> List<T> list(Key<List<T>> key, int place) {
        List<T> values = reader.optional(key, place);
        if (values != null && values.isEmpty()) {
            problem(key, place, "%s is empty".formatted(key.path().replace("[]", "." + place)));
        }
        return values == null ? List.of() : values;
    }

    private void problem(Key<?> key, String message) {
        problem(key, 0, message);
    }

    private void problem(Key<?> key, int place, String message) {
        problems.add(new Problem(reader.where(key, place, file), message));
    }
}
