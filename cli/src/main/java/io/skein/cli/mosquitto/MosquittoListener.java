package io.skein.cli.mosquitto;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One listener of Mosquitto with the options that stand behind it. */
final class MosquittoListener {
    private static final String ALL_ADDRESSES = "[::]";
    private static final String ALL_ADDRESSES_IPV4 = "0.0.0.0";

    private final Line opened;
    private final Map<String, Line> options = new LinkedHashMap<>();
    private final String port;
    private @Nullable String host;

    /**
     * A listener.
     *
     * @param opened the line that opens it: {@code port} or {@code listener}
     */
    MosquittoListener(Line opened) {
        this.opened = opened;
        String[] words = opened.value().split("\\s+", 2);
        this.port = words[0];
        this.host = words.length > 1 ? words[1] : null;
    }

    /** Takes a line that may be about this listener; the later wins. */
    void add(Line line) {
        if (line.option().equals("bind_address")) {
            host = line.value();
        } else {
            options.put(line.option(), line);
        }
    }

    /** The line of an option; null if there is none. */
    @Nullable Line option(String name) {
        return options.get(name);
    }

    boolean isUnixSocket() {
        return port.equals("0");
    }

    Line opened() {
        return opened;
    }

    /** Writes it as the listener in this place. */
    void translate(Translation to, int place, @Nullable Line allowAnonymous) {
        String path = "listeners." + place + ".";
        to.set(path + "bind", bind(), opened);
        if (allowAnonymous == null) {
            to.set(path + "allow-anonymous", false, "Mosquitto's default");
        } else {
            to.set(path + "allow-anonymous", allowAnonymous.isTrue(), allowAnonymous);
        }
        for (Line line : options.values()) {
            one(to, path, line);
        }
        encryption(to, path);
    }

    private String bind() {
        if (host != null) {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
        Line domain = options.get("socket_domain");
        boolean ipv4 = domain != null && domain.value().equals("ipv4");
        return (ipv4 ? ALL_ADDRESSES_IPV4 : ALL_ADDRESSES) + ":" + port;
    }

    private void one(Translation to, String path, Line line) {
        switch (line.option()) {
            case "protocol" -> protocol(to, path, line);
            case "max_connections" -> {
                if (!line.value().equals("-1")) {
                    to.set(path + "connections-maximum", line.value(), line);
                }
            }
            case "socket_domain",
                    "certfile",
                    "keyfile",
                    "cafile",
                    "crlfile",
                    "require_certificate" -> {
                // read together with others
            }
            case "use_identity_as_username",
                    "use_subject_as_username",
                    "tls_version",
                    "allow_anonymous" -> {
                // the same
            }
            case "max_qos" -> {
                if (!line.value().equals("2")) {
                    to.note(Note.weaker(line, "was left out: every quality of service is served"));
                }
            }
            case "mount_point" ->
                    to.note(Note.weaker(line, "was left out: all listeners share their topics"));
            case "psk_hint", "psk_file" ->
                    to.note(Note.weaker(line, "was left out: there is no TLS with shared keys"));
            case "ciphers", "ciphers_tls1.3" ->
                    to.note(Note.of(line, "was left out: Skein's own choice; see tls.ciphers"));
            default -> to.note(Note.of(line, Options.why(line.option())));
        }
    }

    private void protocol(Translation to, String path, Line line) {
        switch (line.value()) {
            case "mqtt" -> {
                // the standard
            }
            case "websockets" -> {
                to.set(path + "protocol", "websocket", line);
                to.set(path + "path", "/", "Mosquitto's clients may use any path");
                to.note(
                        Note.of(
                                line,
                                "was translated for the path '/' alone; see listeners[].path"));
            }
            default -> to.note(Note.of(line, "was left out: there is no such protocol"));
        }
    }

    private void encryption(Translation to, String path) {
        Line certificate = options.get("certfile");
        Line key = options.get("keyfile");
        if (certificate == null || key == null) {
            return;
        }
        to.set(path + "tls.certificate", certificate.value(), certificate);
        to.set(path + "tls.key", key.value(), key);
        Line version = options.get("tls_version");
        if (version != null && version.value().equals("tlsv1.3")) {
            to.set(path + "tls.protocols", "TLSv1.3", version);
        } else if (version != null && !version.value().equals("tlsv1.2")) {
            to.note(Note.of(version, "was left out: TLS 1.2 and 1.3 are spoken"));
        }
        Line required = options.get("require_certificate");
        if (required == null || !required.isTrue()) {
            return; // the certificate of an authority is for clients that show theirs
        }
        Line authority = options.get("cafile");
        if (authority == null) {
            to.note(Note.weaker(required, "was left out: it needs a cafile; a capath is not read"));
            return;
        }
        to.set(path + "tls.client-ca", authority.value(), authority);
        to.set(path + "tls.client-certificate", "required", required);
        Line revoked = options.get("crlfile");
        if (revoked != null) {
            to.set(path + "tls.client-crl", revoked.value(), revoked);
        }
        identity(to, path, required);
    }

    /** Without one of these a certificate is needed, but is nobody's user name. */
    private void identity(Translation to, String path, Line required) {
        Line subject = options.get("use_subject_as_username");
        Line name = options.get("use_identity_as_username");
        if (subject != null && subject.isTrue()) {
            to.set(path + "tls.identity", "subject", subject);
            to.set(path + "certificate-login", true, subject);
        } else if (name != null && name.isTrue()) {
            to.set(path + "tls.identity", "common-name", name);
            to.set(path + "certificate-login", true, name);
        } else {
            to.set(path + "certificate-login", false, required);
        }
    }

    /** Whether the name in a client's certificate is who it is. */
    boolean namesUsersByCertificate() {
        return Stream.of("use_identity_as_username", "use_subject_as_username")
                .map(options::get)
                .anyMatch(line -> line != null && line.isTrue());
    }
}
