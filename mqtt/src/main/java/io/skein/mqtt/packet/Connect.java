package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The first packet of a client (section 3.1). {@code cleanStart} is CleanSession in MQTT 3; an
 * empty client id asks the server for one; keep alive 0 means none. {@link #toString} hides the
 * password.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Connect(
        ProtocolVersion version,
        String clientId,
        boolean cleanStart,
        int keepAliveSeconds,
        Properties properties,
        @Nullable Will will,
        @Nullable String username,
        byte @Nullable [] password)
        implements Packet {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Connect that
                && version == that.version
                && clientId.equals(that.clientId)
                && cleanStart == that.cleanStart
                && keepAliveSeconds == that.keepAliveSeconds
                && properties.equals(that.properties)
                && Objects.equals(will, that.will)
                && Objects.equals(username, that.username)
                && Arrays.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(version, clientId, cleanStart, keepAliveSeconds);
    }

    @Override
    public String toString() {
        return "Connect[version=%s, clientId=%s, cleanStart=%s, keepAliveSeconds=%d, username=%s]"
                .formatted(version, clientId, cleanStart, keepAliveSeconds, username);
    }
}
