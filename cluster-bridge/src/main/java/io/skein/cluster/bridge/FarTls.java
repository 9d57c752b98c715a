package io.skein.cluster.bridge;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** How links with an address {@code mqtts://} encrypt: the name of the host is verified. */
final class FarTls {
    private FarTls() {}

    /**
     * Null where nothing is to be encrypted.
     *
     * @throws IllegalArgumentException if a file does not hold what it should
     */
    static @Nullable SslContext of(LinkSettings settings) {
        if (!settings.address().isEncrypted()) {
            return null;
        }
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .protocols("TLSv1.3", "TLSv1.2")
                        .endpointIdentificationAlgorithm("HTTPS");
        Path ca = settings.ca();
        Path certificate = settings.certificate();
        Path key = settings.key();
        try {
            if (ca != null) {
                builder.trustManager(ca.toFile());
            }
            if (certificate != null && key != null) {
                builder.keyManager(certificate.toFile(), key.toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(settings + ": " + e.getMessage(), e);
        }
    }
}
