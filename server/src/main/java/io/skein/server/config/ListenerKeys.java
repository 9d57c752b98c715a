package io.skein.server.config;

import io.skein.server.net.AddressRange;
import io.skein.server.net.ListenerRules;
import io.skein.server.net.ProxySettings;
import io.skein.server.net.WebSocketSettings;
import io.skein.server.tls.CertificateIdentity;
import io.skein.server.tls.ClientCertificate;
import io.skein.server.tls.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of one listener that say what a connection to it goes through. */
final class ListenerKeys {
    /** What is spoken on a listener. */
    enum Protocol {
        /** MQTT, directly over TCP or TLS. */
        MQTT,
        /** MQTT in WebSocket frames. */
        WEBSOCKET
    }

    private static final int CONNECTIONS_UNBOUNDED = Integer.MAX_VALUE;

    static final Key<Protocol> PROTOCOL =
            new Key<>(
                            "listeners[].protocol",
                            ValueType.oneOf(Protocol.class),
                            "mqtt",
                            "What clients speak: MQTT itself, or MQTT over WebSocket.")
                    .reloadable();

    static final Key<Integer> CONNECTIONS =
            new Key<>(
                            "listeners[].connections-maximum",
                            ValueType.integer(1, Integer.MAX_VALUE),
                            "",
                            "Connections of this listener at a time, within those of the node; a"
                                    + " further one is closed.")
                    .example("10000")
                    .reloadable();

    static final Key<Integer> PACKET_BYTES =
            new Key<>(
                            "listeners[].packet-bytes-maximum",
                            ValueType.intBytes(64, 268_435_460),
                            "",
                            "Largest packet accepted here, within what the node accepts.")
                    .example("64KiB")
                    .reloadable();

    static final Key<Path> CERTIFICATE =
            new Key<>(
                            "listeners[].tls.certificate",
                            file(),
                            "",
                            "Switches TLS on: its certificate in PEM form, behind it those between"
                                    + " it and the root. Read again when the file changes.")
                    .reloadable()
                    .example("tls/server.crt");

    static final Key<Path> KEY =
            new Key<>(
                            "listeners[].tls.key",
                            file(),
                            "",
                            "Private key of the certificate in PEM form. Read again when the file"
                                    + " changes.")
                    .reloadable()
                    .example("tls/server.key");

    static final Key<String> KEY_PASSWORD =
            new Key<>(
                            "listeners[].tls.key-password",
                            ValueType.text("a password", ".+"),
                            "",
                            "Password of the key if it is encrypted.")
                    .reloadable()
                    .secret();

    static final Key<List<String>> PROTOCOLS =
            new Key<>(
                            "listeners[].tls.protocols",
                            ValueType.listOf(
                                    "some of " + String.join(", ", TlsSettings.PROTOCOLS),
                                    ListenerKeys::version),
                            String.join(",", TlsSettings.PROTOCOLS),
                            "TLS versions that clients may use.")
                    .reloadable();

    static final Key<List<String>> CIPHERS =
            new Key<>(
                            "listeners[].tls.ciphers",
                            ValueType.listOf("names of cipher suites", text -> text),
                            "",
                            "Cipher suites for TLS 1.2 in the order of preference; a good choice"
                                    + " where none is named.")
                    .example("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
                    .reloadable();

    static final Key<Path> CLIENT_CA =
            new Key<>(
                            "listeners[].tls.client-ca",
                            file(),
                            "",
                            "Who may issue certificates of clients, in PEM form. Read again when"
                                    + " the file changes.")
                    .reloadable()
                    .example("tls/clients.crt");

    static final Key<Path> CLIENT_CRL =
            new Key<>(
                            "listeners[].tls.client-crl",
                            file(),
                            "",
                            "Which certificates of clients are revoked: lists in PEM form, one of"
                                    + " each authority between a client and client-ca. Read again"
                                    + " when the file changes.")
                    .reloadable()
                    .example("tls/clients.crl");

    static final Key<ClientCertificate> CLIENT_CERTIFICATE =
            new Key<>(
                            "listeners[].tls.client-certificate",
                            ValueType.oneOf(ClientCertificate.class),
                            "none",
                            "Whether clients show a certificate; it is verified where they do.")
                    .reloadable();

    static final Key<CertificateIdentity> IDENTITY =
            new Key<>(
                            "listeners[].tls.identity",
                            ValueType.oneOf(CertificateIdentity.class),
                            "common-name",
                            "Which name of a client's certificate says who it is.")
                    .reloadable();

    static final Key<String> PATH =
            new Key<>(
                            "listeners[].path",
                            ValueType.text("a path that begins with /", "/[^\\s?#]*"),
                            "/mqtt",
                            "Path of the URL for WebSocket.")
                    .reloadable();

    static final Key<List<String>> ALLOWED_ORIGINS =
            new Key<>(
                            "listeners[].allowed-origins",
                            ValueType.listOf(
                                    "origins like https://example.com, or *", ListenerKeys::origin),
                            "",
                            "Which web pages may connect by WebSocket, beside those from the listener's own"
                                    + " host.")
                    .example("https://plant.example.com")
                    .reloadable();

    static final Key<Boolean> PROXY_PROTOCOL =
            new Key<>(
                            "listeners[].proxy-protocol",
                            ValueType.flag(),
                            "false",
                            "Every connection begins with a header of the PROXY protocol (1 or 2), which"
                                    + " tells the client's address.")
                    .reloadable();

    static final Key<List<AddressRange>> TRUSTED_PROXIES =
            new Key<>(
                            "listeners[].trusted-proxies",
                            ValueType.listOf(
                                    "addresses or ranges like 10.0.0.0/8", AddressRange::parse),
                            "",
                            "Proxies that are believed; where none is named, all that can connect.")
                    .example("10.0.0.0/8")
                    .reloadable();

    static final Key<Boolean> PROXY_IDENTITY =
            new Key<>(
                            "listeners[].proxy-identity",
                            ValueType.flag(),
                            "false",
                            "Takes the common name of a client certificate that the proxy has verified for"
                                    + " who the client is; needs trusted-proxies.")
                    .reloadable();

    private ListenerKeys() {}

    /**
     * What the keys of one listener say together.
     *
     * @param problems gets what does not go together, with the key that is to be changed
     */
    static ListenerRules rules(SettingsReader reader, int place, Problems problems) {
        Integer connections = reader.optional(CONNECTIONS, place);
        Integer packetBytes = reader.optional(PACKET_BYTES, place);
        return new ListenerRules(
                tls(reader, place, problems),
                webSocket(reader, place, problems),
                proxy(reader, place, problems),
                connections == null ? CONNECTIONS_UNBOUNDED : connections,
                packetBytes == null ? Integer.MAX_VALUE : packetBytes);
    }

    /** Where to say what is wrong with a key. */
    @FunctionalInterface
    interface Problems {
        /** Notes one. */
        void add(Key<?> key, String message);

        /** For a key whose only fault is that others are missing. */
        default Consumer<Key<?>> because(String why) {
            return key -> add(key, key.path().replaceFirst(".*\\[\\]\\.", "") + " " + why);
        }
    }

    private static @Nullable TlsSettings tls(SettingsReader reader, int place, Problems problems) {
        Path certificate = reader.optional(CERTIFICATE, place);
        Path key = reader.optional(KEY, place);
        Path clientCa = reader.optional(CLIENT_CA, place);
        ClientCertificate wanted = reader.value(CLIENT_CERTIFICATE, place);
        if (certificate == null || key == null) {
            if (certificate != null) {
                problems.add(KEY, "tls.certificate needs tls.key");
            }
            Stream.of(
                            KEY,
                            KEY_PASSWORD,
                            PROTOCOLS,
                            CIPHERS,
                            CLIENT_CA,
                            CLIENT_CRL,
                            CLIENT_CERTIFICATE,
                            IDENTITY)
                    .filter(other -> certificate == null && reader.isChanged(other, place))
                    .forEach(problems.because("needs tls.certificate"));
            return null;
        }
        if (clientCa == null && wanted != ClientCertificate.NONE) {
            problems.add(
                    CLIENT_CERTIFICATE,
                    "tls.client-certificate needs tls.client-ca: who issues certificates of clients");
            return null;
        }
        if (clientCa != null && wanted == ClientCertificate.NONE) {
            problems.add(
                    CLIENT_CA,
                    "tls.client-ca has no effect without tls.client-certificate: set that to optional"
                            + " or required");
            return null;
        }
        Path clientCrl = reader.optional(CLIENT_CRL, place);
        if (clientCrl != null && clientCa == null) {
            problems.add(CLIENT_CRL, "tls.client-crl needs tls.client-ca");
            return null;
        }
        List<String> ciphers = reader.optional(CIPHERS, place);
        return new TlsSettings(
                certificate,
                key,
                reader.optional(KEY_PASSWORD, place),
                reader.value(PROTOCOLS, place),
                ciphers == null ? List.of() : ciphers,
                clientCa,
                clientCrl,
                wanted,
                reader.value(IDENTITY, place));
    }

    private static @Nullable WebSocketSettings webSocket(
            SettingsReader reader, int place, Problems problems) {
        if (reader.value(PROTOCOL, place) != Protocol.WEBSOCKET) {
            List.of(PATH, ALLOWED_ORIGINS).stream()
                    .filter(key -> reader.isChanged(key, place))
                    .forEach(problems.because("needs protocol: websocket"));
            return null;
        }
        List<String> origins = reader.optional(ALLOWED_ORIGINS, place);
        return new WebSocketSettings(
                reader.value(PATH, place), origins == null ? List.of() : origins);
    }

    private static @Nullable ProxySettings proxy(
            SettingsReader reader, int place, Problems problems) {
        if (!reader.value(PROXY_PROTOCOL, place)) {
            List.of(TRUSTED_PROXIES, PROXY_IDENTITY).stream()
                    .filter(key -> reader.isChanged(key, place))
                    .forEach(problems.because("needs proxy-protocol: true"));
            return null;
        }
        List<AddressRange> trusted = reader.optional(TRUSTED_PROXIES, place);
        boolean identity = reader.value(PROXY_IDENTITY, place);
        if (identity && trusted == null) {
            problems.add(
                    PROXY_IDENTITY,
                    "proxy-identity needs trusted-proxies: otherwise anybody could claim to be"
                            + " somebody");
            return null;
        }
        return new ProxySettings(trusted == null ? List.of() : trusted, identity);
    }

    private static ValueType<Path> file() {
        ValueType<String> text = ValueType.text("a file", ".+");
        return new ValueType<>(text.description(), value -> Path.of(text.parse().apply(value)));
    }

    private static String version(String text) {
        if (!TlsSettings.PROTOCOLS.contains(text)) {
            throw new IllegalArgumentException(
                    "expected some of " + String.join(", ", TlsSettings.PROTOCOLS));
        }
        return text;
    }

    private static String origin(String text) {
        if (!text.matches("\\*|https?://[^/\\s]+")) {
            throw new IllegalArgumentException("expected origins like https://example.com, or *");
        }
        return text;
    }
}
