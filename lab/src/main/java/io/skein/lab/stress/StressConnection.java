package io.skein.lab.stress;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.client.ConnectOptions;
import io.skein.mqtt.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * How the roles connect: a clean session for each connection, so that nothing of one run waits for
 * the next.
 *
 * @param prefix of client identifiers, so that experiments do not take over each other's
 */
record StressConnection(
        @Nullable String username,
        @Nullable String password,
        @Nullable SslContext tls,
        String prefix) {
    ConnectOptions options(String name) {
        return ConnectOptions.builder()
                .version(ProtocolVersion.MQTT_3_1_1)
                .clientId(prefix + name)
                .credentials(username, password)
                .tls(tls)
                .build();
    }
}
