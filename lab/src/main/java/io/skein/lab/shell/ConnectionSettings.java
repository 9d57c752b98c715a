package io.skein.lab.shell;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.BrokerUrl;
import io.skein.lab.client.ClientSession;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.TlsFiles;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a command connects: what {@code pub} and {@code sub} have in common. Made with
 * {@link #builder()}; immutable.
 *
 * @param urlTopic the topic of {@code -L}, or null
 * @param clientId empty to have the broker choose one
 * @param sessionExpirySeconds -1 where nothing was asked for
 */
public record ConnectionSettings(
        BrokerAddress address,
        @Nullable String urlTopic,
        ProtocolVersion version,
        String clientId,
        boolean cleanSession,
        int keepAliveSeconds,
        long sessionExpirySeconds,
        @Nullable String username,
        @Nullable String password,
        @Nullable Will will,
        TlsFiles tls,
        PropertyArguments properties,
        boolean debug,
        boolean quiet) {
    /** The session expiry of MQTT 5 that means never. */
    public static final long NEVER = 0xFFFF_FFFFL;

    /** Localhost, MQTT 3.1.1, a clean session, keep alive of 60 seconds. */
    public static Builder builder() {
        return new Builder();
    }

    /** The client's identifier for messages, as it is known before the broker answers. */
    String name() {
        return clientId.isEmpty() ? "(assigned by the broker)" : clientId;
    }

    /**
     * The options to connect with.
     *
     * @throws IOException if a certificate or key cannot be read
     */
    ConnectOptions connectOptions(@Nullable ClientSession session) throws IOException {
        Properties connect = properties.of(PropertyArguments.Command.CONNECT);
        if (sessionExpirySeconds >= 0) {
            connect =
                    connect.toBuilder()
                            .number(Property.SESSION_EXPIRY_INTERVAL, sessionExpirySeconds)
                            .build();
        } else if (!cleanSession && !connect.has(Property.SESSION_EXPIRY_INTERVAL)) {
            connect = connect.toBuilder().number(Property.SESSION_EXPIRY_INTERVAL, NEVER).build();
        }
        return ConnectOptions.builder()
                .version(version)
                .clientId(clientId)
                .cleanStart(cleanSession)
                .keepAliveSeconds(keepAliveSeconds)
                .credentials(username, password)
                .will(will)
                .properties(connect)
                .session(session)
                .tls(address.tls() ? tls.context() : null)
                .build();
    }

    /** Collects settings; each setter takes what the option of that name takes. Not thread-safe. */
    public static final class Builder {
        private String host = "localhost";
        private int port;
        private boolean tlsUrl;
        private @Nullable String webSocketPath;
        private @Nullable String urlTopic;
        private ProtocolVersion version = ProtocolVersion.MQTT_3_1_1;
        private String clientId = "";
        private boolean cleanSession = true;
        private int keepAliveSeconds = 60;
        private long sessionExpirySeconds = -1;
        private @Nullable String username;
        private @Nullable String password;
        private @Nullable String willTopic;
        private byte[] willPayload = {};
        private QoS willQos = QoS.AT_MOST_ONCE;
        private boolean willRetain;
        private TlsFiles tls = TlsFiles.NONE;
        private PropertyArguments properties = PropertyArguments.NONE;
        private boolean debug;
        private boolean quiet;

        private Builder() {}

        /** {@code -h}: a host name or address. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** {@code -p}: 1 to 65,535; 1883, with TLS 8883, if never called. */
        public Builder port(int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
            }
            this.port = port;
            return this;
        }

        /** {@code -L mqtt://user:password@host:port/topic}, or {@code ws://host:port/path}. */
        public Builder url(String url) {
            BrokerUrl parsed = BrokerUrl.parse(url);
            host = parsed.address().host();
            port = parsed.address().port();
            tlsUrl = parsed.address().tls();
            webSocketPath = parsed.address().webSocketPath();
            urlTopic = parsed.topic();
            if (parsed.username() != null) {
                username = parsed.username();
                password = parsed.password();
            }
            return this;
        }

        /** {@code -V}: mqttv31, mqttv311 or mqttv5; 31, 311, 3.1, 3.1.1 and 5 do as well. */
        public Builder version(String version) {
            this.version =
                    switch (version.strip().toLowerCase(Locale.ROOT)) {
                        case "mqttv31", "31", "3.1" -> ProtocolVersion.MQTT_3_1;
                        case "mqttv311", "311", "3.1.1" -> ProtocolVersion.MQTT_3_1_1;
                        case "mqttv5", "5", "5.0" -> ProtocolVersion.MQTT_5;
                        default ->
                                throw new IllegalArgumentException(
                                        "protocol version '"
                                                + version
                                                + "' is none of mqttv31, mqttv311 and mqttv5");
                    };
            return this;
        }

        /** {@code -i}: the client identifier. */
        public Builder clientId(String clientId) {
            this.clientId = clientId;
            return this;
        }

        /** {@code -I}: the client identifier is this and the process id. */
        public Builder clientIdPrefix(String prefix) {
            this.clientId = prefix + ProcessHandle.current().pid();
            return this;
        }

        /** {@code -c}: false keeps the session at the broker; needs a client identifier. */
        public Builder cleanSession(boolean clean) {
            this.cleanSession = clean;
            return this;
        }

        /** {@code -k}: 0 to 65,535 seconds. */
        public Builder keepAliveSeconds(int seconds) {
            if (seconds < 0 || seconds > 65_535) {
                throw new IllegalArgumentException(
                        "keep alive of " + seconds + " s is not within 0 to 65535");
            }
            this.keepAliveSeconds = seconds;
            return this;
        }

        /** {@code -x}: seconds, -1 or {@link #NEVER} for a session that does not expire. */
        public Builder sessionExpirySeconds(long seconds) {
            if (seconds < -1 || seconds > NEVER) {
                throw new IllegalArgumentException(
                        "session expiry of " + seconds + " s is not within -1 to " + NEVER);
            }
            this.sessionExpirySeconds = seconds == -1 ? NEVER : seconds;
            return this;
        }

        /** {@code -u}. */
        public Builder username(@Nullable String username) {
            this.username = username;
            return this;
        }

        /** {@code -P}. */
        public Builder password(@Nullable String password) {
            this.password = password;
            return this;
        }

        /** {@code --will-topic}. */
        public Builder willTopic(String topic) {
            this.willTopic = topic;
            return this;
        }

        /** {@code --will-payload}. */
        public Builder willPayload(String payload) {
            this.willPayload = payload.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        /** {@code --will-qos}. */
        public Builder willQos(int qos) {
            this.willQos = QoS.of(qos);
            return this;
        }

        /** {@code --will-retain}. */
        public Builder willRetain(boolean retain) {
            this.willRetain = retain;
            return this;
        }

        /** {@code --cafile --cert --key --insecure}; a file switches encryption on. */
        public Builder tls(TlsFiles tls) {
            this.tls = tls;
            return this;
        }

        /** {@code -D}, once for each time it was given. */
        public Builder property(List<String> arguments) {
            this.properties = properties.with(arguments);
            return this;
        }

        /** {@code -d}: tell of every packet. */
        public Builder debug(boolean debug) {
            this.debug = debug;
            return this;
        }

        /** {@code --quiet}: no error messages. */
        public Builder quiet(boolean quiet) {
            this.quiet = quiet;
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException if they do not go together; the message says why
         */
        public ConnectionSettings build() {
            if (!cleanSession && clientId.isEmpty()) {
                throw new IllegalArgumentException(
                        "-c keeps a session, which needs a client identifier: give one with -i");
            }
            if (password != null && username == null && version != ProtocolVersion.MQTT_5) {
                throw new IllegalArgumentException("-P needs -u before MQTT 5");
            }
            if (!properties.isEmpty() && version != ProtocolVersion.MQTT_5) {
                throw new IllegalArgumentException("-D needs MQTT 5: add -V mqttv5");
            }
            if (willTopic == null && (willPayload.length > 0 || willRetain)) {
                throw new IllegalArgumentException("a will needs --will-topic");
            }
            boolean encrypted = tlsUrl || tls.isGiven();
            int defaultPort =
                    encrypted ? BrokerAddress.DEFAULT_TLS_PORT : BrokerAddress.DEFAULT_PORT;
            return new ConnectionSettings(
                    new BrokerAddress(
                            encrypted, webSocketPath, host, port == 0 ? defaultPort : port),
                    urlTopic,
                    version,
                    version == ProtocolVersion.MQTT_3_1 && clientId.isEmpty()
                            ? randomClientId() // 3.1 knows no empty one
                            : clientId,
                    cleanSession,
                    keepAliveSeconds,
                    sessionExpirySeconds,
                    username,
                    password,
                    will(),
                    tls,
                    properties,
                    debug,
                    quiet);
        }

        private static String randomClientId() {
            return "skein-%08x".formatted(ThreadLocalRandom.current().nextInt());
        }

        private @Nullable Will will() {
            return willTopic == null
                    ? null
                    : new Will(
                            TopicName.of(willTopic),
                            willPayload,
                            willQos,
                            willRetain,
                            properties.of(PropertyArguments.Command.WILL));
        }
    }
}
