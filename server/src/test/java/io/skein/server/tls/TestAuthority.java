package io.skein.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority that issues certificates for one test, made by the keytool of the JDK. */
public final class TestAuthority {
    private static final String PASSWORD = "changeit";
    private static final String OWN = "authority";

    private final Path directory;
    private final Path store;

    /** PEM files of a certificate with its chain, and of its key. */
    public record Issued(Path certificate, Path key) {}

    private TestAuthority(Path directory, String name) {
        this.directory = directory;
        this.store = directory.resolve(name + ".p12");
    }

    /** An authority with its files in this directory. */
    public static TestAuthority create(Path directory, String name) throws Exception {
        Files.createDirectories(directory);
        TestAuthority authority = new TestAuthority(directory, name);
        authority.keytool(OWN, "CN=" + name, "-ext", "bc:c", "-validity", "400");
        return authority;
    }

    /** Its own certificate as PEM. */
    public Path certificate() throws Exception {
        Path file = directory.resolve(store.getFileName() + ".ca.crt");
        if (Files.notExists(file)) {
            Files.writeString(file, pem("CERTIFICATE", keys().getCertificate(OWN).getEncoded()));
        }
        return file;
    }

    /** A certificate for this machine, valid for 100 days. */
    public Issued server(String name) throws Exception {
        return issue(
                name,
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1",
                "-validity",
                "100");
    }

    /** A certificate for somebody. */
    public Issued client(String name) throws Exception {
        return issue(name, "CN=" + name + ",O=Plant", "-validity", "100");
    }

    /** A certificate with this subject; further arguments are for keytool. */
    public Issued issue(String file, String subject, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-signer", OWN));
        all.addAll(List.of(arguments));
        keytool(file, subject, all.toArray(String[]::new));
        KeyStore keys = keys();
        Key key = keys.getKey(file, PASSWORD.toCharArray());
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : keys.getCertificateChain(file)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Issued issued =
                new Issued(directory.resolve(file + ".crt"), directory.resolve(file + ".key"));
        Files.writeString(issued.certificate(), chain);
        Files.writeString(issued.key(), pem("PRIVATE KEY", key.getEncoded()));
        Files.setPosixFilePermissions(issued.key(), PosixFilePermissions.fromString("rw-------"));
        return issued;
    }

    /** A certificate that was issued under this name. */
    public X509Certificate issued(String file) throws Exception {
        return (X509Certificate) keys().getCertificate(file);
    }

    /** The authority and one identity as a key store for clients in Java. */
    public Path keyStore() {
        return store;
    }

    /** What opens {@link #keyStore}. */
    public static char[] password() {
        return PASSWORD.toCharArray();
    }

    /** Who can be trusted to be issued by it. */
    public TrustManagerFactory trust() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(OWN, keys().getCertificate(OWN));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        return factory;
    }

    /** One identity alone: a client would choose any other of the store as well. */
    public KeyManagerFactory identity(String file) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "own",
                keys().getKey(file, password()),
                password(),
                keys().getCertificateChain(file));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(own, password());
        return factory;
    }

    /** TLS of a client that trusts this authority, with the identity it shows; null for none. */
    public SSLContext clientContext(@Nullable String file) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                file == null ? null : identity(file).getKeyManagers(),
                trust().getTrustManagers(),
                null);
        return context;
    }

    private KeyStore keys() throws Exception {
        return KeyStore.getInstance(new File(store.toString()), password());
    }

    /** A list, as PEM, of this one certificate; further arguments are for keytool. */
    public Path revocationList(String file, String revoked, String... arguments) throws Exception {
        Path list = directory.resolve(file);
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "-gencrl",
                                "-rfc",
                                "-alias",
                                OWN,
                                "-id",
                                issued(revoked).getSerialNumber().toString(),
                                "-file",
                                list.toString()));
        all.addAll(List.of(arguments));
        keytool(all);
        return list;
    }

    private void keytool(String alias, String subject, String... arguments)
            throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-dname", subject));
        all.addAll(List.of(arguments));
        if (!all.contains("-keyalg")) {
            all.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        keytool(all);
    }

    private void keytool(List<String> arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()));
        command.addAll(arguments);
        command.addAll(
                List.of(
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()));
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static String pem(String type, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
    }
}
