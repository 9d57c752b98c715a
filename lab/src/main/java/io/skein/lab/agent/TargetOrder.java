package io.skein.lab.agent;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.LoadFailedException;
import io.skein.mqtt.ProtocolVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is to connect to and how, as it is sent.
 *
 * @param further what need not be there: user name, password, and the files for TLS, which are
 *     those of the agent's machine
 */
record TargetOrder(
        List<String> targets,
        ProtocolVersion version,
        boolean insecure,
        Map<String, String> further) {
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String CA_FILE = "ca_file";
    private static final String CERT_FILE = "cert_file";
    private static final String KEY_FILE = "key_file";

    static TargetOrder of(
            List<BrokerAddress> targets,
            ProtocolVersion version,
            @Nullable String username,
            @Nullable String password,
            TlsFiles tls) {
        Map<String, String> further = new HashMap<>();
        put(further, USERNAME, username);
        put(further, PASSWORD, password);
        put(further, CA_FILE, tls.caFile());
        put(further, CERT_FILE, tls.certFile());
        put(further, KEY_FILE, tls.keyFile());
        return new TargetOrder(
                targets.stream().map(BrokerAddress::toString).toList(),
                version,
                tls.insecure(),
                further);
    }

    private static void put(Map<String, String> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value.toString());
        }
    }

    /**
     * The addresses.
     *
     * @throws IllegalArgumentException if one is none
     */
    List<BrokerAddress> addresses() {
        return targets.stream().map(BrokerAddress::parse).toList();
    }

    @Nullable String username() {
        return further.get(USERNAME);
    }

    @Nullable String password() {
        return further.get(PASSWORD);
    }

    /**
     * What connections are encrypted with; null where nothing was asked for.
     *
     * @throws LoadFailedException if a file cannot be read
     */
    @Nullable SslContext tls() throws LoadFailedException {
        TlsFiles files = new TlsFiles(path(CA_FILE), path(CERT_FILE), path(KEY_FILE), insecure);
        try {
            return files.isGiven() ? files.context() : null;
        } catch (IOException e) {
            throw new LoadFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Path path(String key) {
        String path = further.get(key);
        return path == null ? null : Path.of(path);
    }

    @Override
    public String toString() {
        return String.join(",", targets); // no password
    }
}
