package io.skein.lab.client;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How to encrypt, where the address says that or a file is named.
 *
 * @param caFile trusted certificates as PEM; null for those of the Java runtime
 * @param certFile the client's certificate, or null
 * @param keyFile its key, or null
 * @param insecure whether any certificate and host name will do
 */
public record TlsFiles(
        @Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile, boolean insecure) {
    /** Nothing asked for. */
    public static final TlsFiles NONE = new TlsFiles(null, null, null, false);

    /** Whether something was asked for, so that a connection is to be encrypted. */
    public boolean isGiven() {
        return caFile != null || certFile != null || insecure;
    }

    /**
     * What connections are encrypted with.
     *
     * @throws IOException if a certificate or key cannot be read
     */
    public SslContext context() throws IOException {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient();
            Path ca = caFile;
            if (insecure) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm("");
            } else if (ca != null) {
                builder.trustManager(readable(ca).toFile());
            }
            Path cert = certFile;
            Path key = keyFile;
            if (cert != null && key != null) {
                builder.keyManager(readable(cert).toFile(), readable(key).toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private static Path readable(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("cannot read " + file);
        }
        return file;
    }
}
