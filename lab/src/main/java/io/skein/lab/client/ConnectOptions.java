package io.skein.lab.client;

import io.netty.handler.ssl.SslContext;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Will;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects. Made with {@link #builder()}; immutable.
 *
 * @param connect the packet to send
 * @param timeoutMillis how long to wait for TCP, TLS and CONNACK together, at least 1
 * @param session the client's half of the session, to go on with after an earlier connection; null
 *     for one that ends with the connection
 * @param tls how to encrypt where the address says so; null for the defaults of the Java runtime
 * @param source the address of this machine to connect from; null for the system's choice
 * @param packetBytesMaximum largest packet accepted from the broker, in bytes
 * @param queuedPublishesLimit publishes that may wait in the client for a free packet identifier or
 *     the broker's Receive Maximum; one more is answered with {@code QUOTA_EXCEEDED}
 */
public record ConnectOptions(
        Connect connect,
        long timeoutMillis,
        @Nullable ClientSession session,
        @Nullable SslContext tls,
        @Nullable InetAddress source,
        int packetBytesMaximum,
        int queuedPublishesLimit) {

    /** MQTT 5, clean start, keep alive of 60 seconds, ten seconds to connect. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private ProtocolVersion version = ProtocolVersion.MQTT_5;
        private String clientId = "";
        private boolean cleanStart = true;
        private int keepAliveSeconds = 60;
        private Properties properties = Properties.EMPTY;
        private @Nullable Will will;
        private @Nullable String username;
        private byte @Nullable [] password;
        private long timeoutMillis = 10_000;
        private @Nullable ClientSession session;
        private @Nullable SslContext tls;
        private @Nullable InetAddress source;
        private int packetBytesMaximum = 1 << 28;
        private int queuedPublishesLimit = 10_000;

        private Builder() {}

        /** The protocol version to speak. */
        public Builder version(ProtocolVersion version) {
            this.version = version;
            return this;
        }

        /** The client identifier; empty asks the broker for one. */
        public Builder clientId(String clientId) {
            this.clientId = clientId;
            return this;
        }

        /** Whether an existing session is to be discarded. */
        public Builder cleanStart(boolean cleanStart) {
            this.cleanStart = cleanStart;
            return this;
        }

        /** Keep alive, 0 (none) to 65,535 seconds. */
        public Builder keepAliveSeconds(int seconds) {
            if (seconds < 0 || seconds > 65_535) {
                throw new IllegalArgumentException(
                        "keep alive of " + seconds + " s is not within 0 to 65535");
            }
            this.keepAliveSeconds = seconds;
            return this;
        }

        /** The properties of CONNECT, MQTT 5 only. */
        public Builder properties(Properties properties) {
            this.properties = properties;
            return this;
        }

        /** How long the broker keeps the session after the connection; MQTT 5 only. */
        public Builder sessionExpirySeconds(long seconds) {
            this.properties =
                    properties.toBuilder()
                            .number(Property.SESSION_EXPIRY_INTERVAL, seconds)
                            .build();
            return this;
        }

        /** How many QoS 1 and 2 messages the broker may have unacknowledged with this client. */
        public Builder receiveMaximum(int messages) {
            this.properties =
                    properties.toBuilder().number(Property.RECEIVE_MAXIMUM, messages).build();
            return this;
        }

        /** The message the broker publishes when the connection ends without DISCONNECT. */
        public Builder will(@Nullable Will will) {
            this.will = will;
            return this;
        }

        /** User name and password, either of them null. */
        public Builder credentials(@Nullable String username, @Nullable String password) {
            this.username = username;
            this.password = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        /** How long connecting may take in all, at least 1 ms. */
        public Builder timeoutMillis(long millis) {
            if (millis < 1) {
                throw new IllegalArgumentException("timeout of " + millis + " ms is below 1");
            }
            this.timeoutMillis = millis;
            return this;
        }

        /** The client's half of a session that outlives connections. */
        public Builder session(@Nullable ClientSession session) {
            this.session = session;
            return this;
        }

        /** How to encrypt where the address says so. */
        public Builder tls(@Nullable SslContext tls) {
            this.tls = tls;
            return this;
        }

        /** The address of this machine to connect from. */
        public Builder source(@Nullable InetAddress address) {
            this.source = address;
            return this;
        }

        /** The largest packet accepted from the broker, in bytes. */
        public Builder packetBytesMaximum(int bytes) {
            this.packetBytesMaximum = bytes;
            return this;
        }

        /** How many publishes may wait in the client. */
        public Builder queuedPublishesLimit(int publishes) {
            this.queuedPublishesLimit = publishes;
            return this;
        }

        /** The options; properties are left out of an MQTT 3 CONNECT, which has none. */
        public ConnectOptions build() {
            Connect connect =
                    new Connect(
                            version,
                            clientId,
                            cleanStart,
                            keepAliveSeconds,
                            version == ProtocolVersion.MQTT_5 ? properties : Properties.EMPTY,
                            will,
                            username,
                            password);
            return new ConnectOptions(
                    connect,
                    timeoutMillis,
                    session,
                    tls,
                    source,
                    packetBytesMaximum,
                    queuedPublishesLimit);
        }
    }
}
