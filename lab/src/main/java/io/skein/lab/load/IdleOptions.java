package io.skein.lab.load;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.client.BrokerAddress;
import io.skein.mqtt.ProtocolVersion;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are to be made and then do nothing.
 *
 * @param tls for targets that are encrypted
 * @param idPrefix of client ids; behind it stands a number
 * @param threads event loops
 * @param count of all generators together; each has every so manieth
 * @param generators how many share them
 * @param generator which of them this is, from 0
 * @param perSecond how many of all begin to connect in a second; 0 for as fast as the target takes
 *     them
 * @param keepAliveSeconds 0 for none
 * @param sources addresses of this machine to connect from, in turn; empty for the system's choice
 */
public record IdleOptions(
        List<BrokerAddress> targets,
        ProtocolVersion version,
        @Nullable String username,
        @Nullable String password,
        @Nullable SslContext tls,
        String idPrefix,
        int threads,
        int count,
        int generators,
        int generator,
        double perSecond,
        int keepAliveSeconds,
        List<InetAddress> sources) {
    /** Checks the bounds. */
    public IdleOptions {
        targets = List.copyOf(targets);
        sources = List.copyOf(sources);
        if (targets.isEmpty() || count < 0 || !(perSecond >= 0)) {
            throw new IllegalArgumentException(
                    "%d connections at %s per second to %d targets"
                            .formatted(count, perSecond, targets.size()));
        }
        if (generators < 1 || generator < 0 || generator >= generators) {
            throw new IllegalArgumentException(
                    "generator %d of %d is none".formatted(generator, generators));
        }
    }

    @Override
    public String toString() {
        return "%d connections %s".formatted(count, idPrefix); // no password
    }
}
