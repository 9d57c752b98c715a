package io.skein.server.config;

import io.skein.server.security.LoginLimits;
import io.skein.server.security.SecuritySettings.LoginKind;
import io.skein.server.security.rules.Action;
import io.skein.server.security.rules.AddressRange;
import io.skein.server.security.rules.NamePattern;
import io.skein.server.security.rules.Permission;
import io.skein.server.security.rules.TopicPattern;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The keys of who may do what, below {@code security}. */
final class SecurityKeys {
    static final String RULES = "security.rules";
    static final String GROUPS = "security.groups";

    private static final LoginLimits LIMITS = LoginLimits.DEFAULTS;
    private static final ValueType<String> FILE = ValueType.text("a file", ".+");
    private static final ValueType<String> CLAIM = ValueType.text("the name of a claim", ".+");

    static final Key<Boolean> CERTIFICATE_LOGIN =
            new Key<>(
                            "listeners[].certificate-login",
                            ValueType.flag(),
                            "",
                            "Takes the name in a client's certificate as its user name and asks for no"
                                    + " password; where nothing is said, if it requires certificates.")
                    .reloadable();

    static final Key<Boolean> ALLOW_ANONYMOUS =
            new Key<>(
                            "security.allow-anonymous",
                            ValueType.flag(),
                            "",
                            "The same for listeners that say nothing of it.")
                    .reloadable();

    static final Key<List<LoginKind>> AUTHENTICATORS =
            new Key<>(
                    "security.authenticators",
                    listOf("certificate, password, token, callback", SecurityKeys::loginKind),
                    "",
                    "The ways to authenticate, in the order in which they are asked; all that are"
                            + " configured where nothing is said.");

    static final Key<String> PASSWORD_FILE =
            new Key<>(
                            "security.password-file",
                            FILE,
                            "",
                            "Users and hashes of their passwords, as 'skein passwd' and"
                                    + " mosquitto_passwd write them.")
                    .example("/etc/skein/passwords");

    static final Key<Integer> REMEMBERED_PASSWORDS =
            new Key<>(
                    "security.remembered-passwords-maximum",
                    ValueType.integer(0, 10_000_000),
                    "10000",
                    "Right passwords that are remembered, so that their hashes need not be computed"
                            + " again; 0 for none.");

    static final Key<Integer> WORKERS =
            new Key<>(
                    "security.workers",
                    ValueType.integer(1, 256),
                    Integer.toString(LIMITS.workers()),
                    "Threads that compute hashes and verify signatures.");

    static final Key<Integer> WAITING =
            new Key<>(
                    "security.waiting-logins-maximum",
                    ValueType.integer(1, 1_000_000),
                    Integer.toString(LIMITS.waitingMaximum()),
                    "Logins that wait for a worker; a further one is refused with 0x97.");

    static final Key<Integer> AUTHENTICATION_SECONDS =
            new Key<>(
                    "security.authentication-seconds-maximum",
                    ValueType.integer(1, 3_600),
                    Integer.toString(LIMITS.secondsMaximum()),
                    "How long an authentication may take from CONNECT on.");

    static final Key<Integer> FAILURES =
            new Key<>(
                    "security.failed-logins-maximum",
                    ValueType.integer(0, 1_000_000),
                    Integer.toString(LIMITS.failuresMaximum()),
                    "Failed logins an address has free (IPv6: its /64); refused with 0x9F beyond; 0"
                            + " for no limit.");

    static final Key<Integer> FAILURE_SECONDS =
            new Key<>(
                    "security.failed-login-seconds",
                    ValueType.integer(1, 86_400),
                    Integer.toString(LIMITS.failureSeconds()),
                    "How long until one failed login is free again.");

    static final Key<Integer> FAILURE_ADDRESSES =
            new Key<>(
                    "security.failed-login-addresses-maximum",
                    ValueType.integer(1, 10_000_000),
                    Integer.toString(LIMITS.failureAddressesMaximum()),
                    "Addresses whose failed logins are counted; the one longest unseen is forgotten"
                            + " for a further one.");

    /** What becomes of an MQTT 3 client that publishes what it may not. */
    enum DeniedPublish {
        ACKNOWLEDGE,
        CLOSE
    }

    static final Key<DeniedPublish> DENIED_PUBLISH =
            new Key<>(
                    "security.denied-publish",
                    ValueType.oneOf(DeniedPublish.class),
                    "acknowledge",
                    "What an MQTT 3 client gets that publishes what it may not; its message is"
                            + " dropped. MQTT 5 is told 0x87.");

    static final Key<Integer> RELOAD_SECONDS =
            new Key<>(
                    "security.reload-seconds",
                    ValueType.integer(0, 86_400),
                    "5",
                    "How often the files named here are looked at for changes; 0 for never.");

    static final Key<String> TOKEN_SECRET =
            new Key<>(
                    "security.token.secret-file",
                    FILE,
                    "",
                    "Secret of tokens signed with HMAC, at least 32 bytes; a line end behind it does"
                            + " not count.");

    static final Key<String> TOKEN_KEYS =
            new Key<>(
                            "security.token.keys",
                            new ValueType<>("a file or an https URL", SecurityKeys::keys),
                            "",
                            "Public keys of signed tokens, a JSON Web Key Set.")
                    .example("https://id.example.org/keys");

    static final Key<Integer> TOKEN_KEYS_SECONDS =
            new Key<>(
                    "security.token.keys-refresh-seconds",
                    ValueType.integer(10, 86_400),
                    "300",
                    "How often keys of a URL are fetched again.");

    static final Key<List<String>> TOKEN_ALGORITHMS =
            new Key<>(
                    "security.token.algorithms",
                    listOf(
                            "HS256 to HS512, RS256 to RS512, PS256 to PS512, ES256 to ES512, EdDSA",
                            SecurityKeys::algorithm),
                    "",
                    "Algorithms that are accepted; those that fit the keys where nothing is said.");

    static final Key<String> TOKEN_ISSUER =
            new Key<>("security.token.issuer", CLAIM, "", "What 'iss' of a token has to be.");

    static final Key<String> TOKEN_AUDIENCE =
            new Key<>("security.token.audience", CLAIM, "", "What 'aud' of a token has to name.");

    static final Key<String> TOKEN_USER =
            new Key<>("security.token.user-claim", CLAIM, "sub", "The claim with the user name.");

    static final Key<String> TOKEN_GROUPS =
            new Key<>("security.token.groups-claim", CLAIM, "groups", "The claim with the groups.");

    static final Key<String> TOKEN_PUBLISH =
            new Key<>(
                    "security.token.publish-claim",
                    CLAIM,
                    "",
                    "The claim with topic filters the client may publish to.");

    static final Key<String> TOKEN_SUBSCRIBE =
            new Key<>(
                    "security.token.subscribe-claim",
                    CLAIM,
                    "",
                    "The claim with topic filters the client may subscribe.");

    static final Key<Integer> TOKEN_SKEW =
            new Key<>(
                    "security.token.skew-seconds",
                    ValueType.integer(0, 600),
                    "10",
                    "How far the clocks of whoever makes tokens may differ.");

    static final Key<Boolean> TOKEN_CLOSES =
            new Key<>(
                    "security.token.close-at-expiry",
                    ValueType.flag(),
                    "true",
                    "Ends a connection with its token (0x87).");

    static final Key<URI> CALLBACK_URL =
            new Key<>(
                            "security.callback.url",
                            new ValueType<>("an http or https URL", SecurityKeys::url),
                            "",
                            "Service that is asked about each client.")
                    .example("https://id.example.org/mqtt");

    static final Key<String> CALLBACK_AUTHORIZATION =
            new Key<>(
                    "security.callback.authorization-file",
                    FILE,
                    "",
                    "What is sent to it as Authorization header.");

    static final Key<Integer> CALLBACK_MILLIS =
            new Key<>(
                    "security.callback.timeout-milliseconds",
                    ValueType.integer(1, 60_000),
                    "2000",
                    "How long its answer may take; the client is refused afterwards.");

    static final Key<Integer> CALLBACK_CONCURRENT =
            new Key<>(
                    "security.callback.concurrent-maximum",
                    ValueType.integer(1, 10_000),
                    "64",
                    "Questions at a time; a further client is refused with 0x97.");

    static final Key<Integer> CALLBACK_CACHE_SECONDS =
            new Key<>(
                    "security.callback.cache-seconds",
                    ValueType.integer(0, 86_400),
                    "30",
                    "How long an answer is good for; 0 asks each time.");

    static final Key<Integer> CALLBACK_CACHE_ENTRIES =
            new Key<>(
                    "security.callback.cache-entries-maximum",
                    ValueType.integer(1, 10_000_000),
                    "10000",
                    "Answers that are remembered.");

    static final Key<String> RULES_FILE =
            new Key<>(
                    "security.rules-file",
                    FILE,
                    "",
                    "More rules and groups, in YAML as here, behind those that stand here.");

    static final Key<String> GROUP_NAME =
            new Key<>(
                            GROUPS + "[].name",
                            ValueType.text(
                                    "a name other than anonymous and authenticated",
                                    "(?!(anonymous|authenticated)$)[^+#/\\p{Cntrl}]+"),
                            "",
                            "A group of users.")
                    .reloadable();

    static final Key<List<String>> GROUP_MEMBERS =
            new Key<>(
                            GROUPS + "[].members",
                            listOf("user names", Function.identity()),
                            "",
                            "The users in it.")
                    .reloadable();

    static final Key<Permission> PERMISSION =
            new Key<>(
                            RULES + "[].permission",
                            ValueType.oneOf(Permission.class),
                            "",
                            "What the rule says; the first that matches counts, and where there are rules"
                                    + " and none matches, deny.")
                    .reloadable();

    static final Key<Action> ACTION =
            new Key<>(
                            RULES + "[].action",
                            ValueType.oneOf(Action.class),
                            "all",
                            "What it is about.")
                    .reloadable();

    static final Key<List<NamePattern>> USERS =
            new Key<>(
                            RULES + "[].users",
                            listOf("user names, * for any characters", NamePattern::new),
                            "",
                            "Users it is about; everybody where nothing is said.")
                    .reloadable();

    static final Key<List<String>> RULE_GROUPS =
            new Key<>(
                            RULES + "[].groups",
                            listOf("names of groups", Function.identity()),
                            "",
                            "Groups it is about; 'anonymous' and 'authenticated' are two.")
                    .reloadable();

    static final Key<List<NamePattern>> CLIENTS =
            new Key<>(
                            RULES + "[].clients",
                            listOf("client ids, * for any characters", NamePattern::new),
                            "",
                            "Client ids it is about.")
                    .reloadable();

    static final Key<List<AddressRange>> ADDRESSES =
            new Key<>(
                            RULES + "[].addresses",
                            listOf("addresses or networks such as 10.0.0.0/8", AddressRange::parse),
                            "",
                            "Addresses of clients it is about.")
                    .reloadable();

    static final Key<List<TopicPattern>> TOPICS =
            new Key<>(
                            RULES + "[].topics",
                            listOf("topic filters with %c, %u, %g", TopicPattern::parse),
                            "",
                            "Topics it is about: %c is the client id, %u the user name, %g each group.")
                    .reloadable();

    static final List<Key<?>> OF_RULES =
            List.of(
                    PERMISSION,
                    ACTION,
                    USERS,
                    RULE_GROUPS,
                    CLIENTS,
                    ADDRESSES,
                    TOPICS,
                    GROUP_NAME,
                    GROUP_MEMBERS);

    static final List<Key<?>> ALL =
            List.of(
                    ALLOW_ANONYMOUS,
                    AUTHENTICATORS,
                    PASSWORD_FILE,
                    REMEMBERED_PASSWORDS,
                    WORKERS,
                    WAITING,
                    AUTHENTICATION_SECONDS,
                    FAILURES,
                    FAILURE_SECONDS,
                    FAILURE_ADDRESSES,
                    DENIED_PUBLISH,
                    RELOAD_SECONDS,
                    TOKEN_SECRET,
                    TOKEN_KEYS,
                    TOKEN_KEYS_SECONDS,
                    TOKEN_ALGORITHMS,
                    TOKEN_ISSUER,
                    TOKEN_AUDIENCE,
                    TOKEN_USER,
                    TOKEN_GROUPS,
                    TOKEN_PUBLISH,
                    TOKEN_SUBSCRIBE,
                    TOKEN_SKEW,
                    TOKEN_CLOSES,
                    CALLBACK_URL,
                    CALLBACK_AUTHORIZATION,
                    CALLBACK_MILLIS,
                    CALLBACK_CONCURRENT,
                    CALLBACK_CACHE_SECONDS,
                    CALLBACK_CACHE_ENTRIES,
                    RULES_FILE);

    private SecurityKeys() {}

    /** Values with commas between; a value has none itself. */
    private static <T> ValueType<List<T>> listOf(String description, Function<String, T> parse) {
        return new ValueType<>(
                description,
                text ->
                        Arrays.stream(text.split(",", -1))
                                .map(String::strip)
                                .filter(value -> !value.isEmpty())
                                .map(parse)
                                .toList());
    }

    private static LoginKind loginKind(String text) {
        return ValueType.oneOf(LoginKind.class).parse().apply(text);
    }

    private static String algorithm(String text) {
        if (!text.matches("(HS|RS|PS|ES)(256|384|512)|EdDSA")) {
            throw new IllegalArgumentException("expected algorithms such as RS256, ES256, EdDSA");
        }
        return text;
    }

    private static String keys(String text) {
        return text.contains("://") ? checked(text, true).toString() : text;
    }

    private static URI url(String text) {
        return checked(text, false);
    }

    /** Keys decide who comes in: they are fetched over TLS, or from this very machine. */
    private static URI checked(String text, boolean secure) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a URL", e);
        }
        boolean isLocal = url.getHost() != null && new HostPort(url.getHost(), 0).isLoopback();
        boolean isHttp = "http".equals(url.getScheme()) && (!secure || isLocal);
        if (url.getHost() == null || !(isHttp || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException(
                    secure ? "expected a file or an https URL" : "expected an http or https URL");
        }
        return url;
    }
}
