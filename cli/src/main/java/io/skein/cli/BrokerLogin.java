package io.skein.cli;

import io.skein.lab.client.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the clients of an instrument log in at a broker. */
final class BrokerLogin {
    @Option(names = "--username", paramLabel = "NAME", description = "User name of every client.")
    private @Nullable String username;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            description = "Password of every client.")
    private @Nullable String password;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "For mqtts:// and wss://: trust these certificates (PEM).")
    private @Nullable Path caFile;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Certificate of every client (PEM).")
    private @Nullable Path certFile;

    @Option(names = "--key", paramLabel = "FILE", description = "The certificate's key (PEM).")
    private @Nullable Path keyFile;

    @Option(names = "--insecure", description = "For mqtts:// and wss://: accept any certificate.")
    private boolean insecure;

    @Nullable String username() {
        return username;
    }

    @Nullable String password() {
        return password;
    }

    TlsFiles tls() {
        return new TlsFiles(caFile, certFile, keyFile, insecure);
    }
}
