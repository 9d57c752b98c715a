package io.skein.cli.mosquitto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.skein.cluster.Durability;
import io.skein.server.ConfigurationCheck;
import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationLoader;
import io.skein.server.config.ListenerSettings;
import io.skein.server.security.rules.NamePattern;
import io.skein.server.security.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class MosquittoImportTest {
    @TempDir private Path directory;

    private Translation translate(String text) throws IOException {
        return MosquittoImport.of(Files.writeString(directory.resolve("mosquitto.conf"), text));
    }

    private static Configuration checked(Translation translation) throws ConfigurationException {
        return new ConfigurationLoader(Map.of(), List.of(), ConfigurationCheck::problems)
                .load("skein.yaml", translation.yaml());
    }

    private List<String> notes(Translation translation) {
        return translation.notes().stream()
                .map(note -> note.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void anEmptyFileIsABrokerForThisMachine() throws Exception {
        Translation translation = translate("# nothing\n\n");

        Configuration configuration = checked(translation);

        assertThat(translation.notes()).isEmpty();
        assertThat(configuration.durability()).isEqualTo(Durability.NONE);
        ListenerSettings listener = configuration.listeners().getFirst();
        assertThat(listener.bind()).hasToString("127.0.0.1:1883");
        assertThat(listener.allowAnonymous()).isTrue();
    }

    @Test
    void limitsPersistenceAndLogBecomeKeysWithTheirLines() throws Exception {
        Translation translation =
                translate(
                        """
                        listener 1883
                        allow_anonymous true
                        persistence true
                        persistence_location %s/
                        persistent_client_expiration 2w
                        max_inflight_messages 40
                        max_queued_messages 0
                        max_queued_bytes 1000000
                        max_keepalive 120
                        message_size_limit 1000
                        max_packet_size 200000
                        log_type error
                        log_type warning
                        log_dest file %s/skein.log
                        set_tcp_nodelay true
                        """
                                .formatted(directory, directory));

        Configuration configuration = checked(translation);

        assertThat(translation.notes()).isEmpty();
        assertThat(configuration.durability()).isEqualTo(Durability.SYNC);
        assertThat(configuration.data()).isEqualTo(directory.resolve("skein"));
        assertThat(configuration.brokerLimits().sessionExpirySecondsMaximum())
                .isEqualTo(14 * 24 * 3_600);
        assertThat(configuration.brokerLimits().inflightMaximum()).isEqualTo(40);
        assertThat(configuration.brokerLimits().queuedMessagesMaximum())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(configuration.brokerLimits().queuedBytesMaximum()).isEqualTo(1_000_000);
        assertThat(configuration.brokerLimits().keepAliveSecondsMaximum()).isEqualTo(120);
        assertThat(configuration.brokerLimits().packetBytesMaximum()).isEqualTo(200_000);
        assertThat(configuration.log().level()).isEqualTo(Level.WARN);
        assertThat(configuration.log().file()).isEqualTo(directory.resolve("skein.log"));
        assertThat(configuration.listeners().getFirst().bind()).hasToString("[::]:1883");
        assertThat(translation.yaml())
                .contains("inflight-maximum: 40")
                .containsPattern("inflight-maximum: 40 +# .*mosquitto.conf:6");
    }

    @Test
    void listenersHaveTheirAddressesAndIncludedFilesTheirOrder() throws Exception {
        Path included = Files.createDirectory(directory.resolve("conf.d"));
        Files.writeString(included.resolve("b.conf"), "listener 1885 ::1\n");
        Files.writeString(included.resolve("B.conf"), "listener 1884\nsocket_domain ipv4\n");
        Files.writeString(included.resolve("ignored.txt"), "nonsense\n");

        Translation translation =
                translate(
                        "port 1883\nbind_address 10.0.0.1\nallow_anonymous true\ninclude_dir %s\n"
                                .formatted(included));

        assertThat(checked(translation).listeners())
                .extracting(listener -> listener.bind().toString())
                .containsExactly("10.0.0.1:1883", "0.0.0.0:1884", "[::1]:1885");
        assertThat(translation.notes()).isEmpty();
    }

    @Test
    void whatIsNotTranslatedIsListedLineByLine() throws Exception {
        Translation translation =
                translate(
                        """
                        pid_file /run/mosquitto.pid
                        nonsense 3
                        max_inflight_messages many
                        listener 0 /run/mosquitto.sock
                        listener 1883 localhost
                        http_dir /var/www
                        connection east
                        address east.example.com
                        topic # both
                        """);

        assertThat(notes(translation))
                .containsExactlyInAnyOrder(
                        "mosquitto.conf:1: 'pid_file /run/mosquitto.pid' was left out: the service"
                                + " manager knows the process",
                        "mosquitto.conf:2: 'nonsense 3' was left out: Skein has nothing like it",
                        "mosquitto.conf:3: 'max_inflight_messages many' was left out: that is no"
                                + " number",
                        "mosquitto.conf:4: 'listener 0 /run/mosquitto.sock' was left out: there are"
                                + " no Unix sockets",
                        "mosquitto.conf:5: 'listener 1883 localhost' lets nobody in, as with"
                                + " Mosquitto 2: there is no password_file and no 'allow_anonymous"
                                + " true', which is what Mosquitto 1 took for granted; add one of"
                                + " them and import again",
                        "mosquitto.conf:6: 'http_dir /var/www' was left out: Skein serves no files",
                        "mosquitto.conf:7: 'connection east' was left out: bridges are not"
                                + " translated",
                        "mosquitto.conf:8: 'address east.example.com' was left out: bridges are not"
                                + " translated",
                        "mosquitto.conf:9: 'topic # both' was left out: bridges are not translated");
        assertThat(translation.isWeaker()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "plugin /usr/lib/mosquitto_dynamic_security.so",
        "auth_plugin /usr/lib/auth.so",
        "clientid_prefixes secure-",
        "psk_file /etc/psk",
        "acl_file /no/such/file",
    })
    void aRestrictionThatIsLostMakesItWeaker(String line) throws Exception {
        assertThat(translate(line + "\n").isWeaker()).isTrue();
    }

    @Test
    void whatStandsBehindABridgeIsNotTheBridges() throws Exception {
        Path list = Files.writeString(directory.resolve("acl"), "topic read public/#\n");
        Translation translation =
                translate(
                        """
                        listener 1883
                        connection east
                        address east.example.com
                        bridge_cafile /etc/east.crt
                        allow_anonymous true
                        acl_file %s
                        max_connections 7
                        plugin /usr/lib/access.so
                        """
                                .formatted(list));

        assertThat(rules(translation)).hasSize(2);
        assertThat(translation.value("listeners.0.allow-anonymous")).isEqualTo("true");
        assertThat(translation.value("listeners.0.connections-maximum")).isEqualTo("7");
        assertThat(translation.notes())
                .filteredOn(note -> note.why().contains("bridges"))
                .extracting(Note::line)
                .containsExactly(
                        "connection east",
                        "address east.example.com",
                        "bridge_cafile /etc/east.crt");
        assertThat(translation.isWeaker()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"max_qos 1", "mount_point a/", "psk_hint x"})
    void aRestrictionOfAListenerThatIsLostMakesItWeaker(String line) throws Exception {
        assertThat(translate("listener 1883\nallow_anonymous true\n" + line + "\n").isWeaker())
                .isTrue();
    }

    @Test
    void settingsPerListenerThatDifferAreNobodys() throws Exception {
        String file =
                """
                per_listener_settings true
                listener 1883 localhost
                password_file /etc/a
                listener 1884 localhost
                password_file /etc/%s
                """;

        assertThat(translate(file.formatted("b")).isWeaker()).isTrue();
        Translation same = translate(file.formatted("a"));
        assertThat(same.isWeaker()).isFalse();
        assertThat(same.value("security.password-file")).isEqualTo("/etc/a");
    }

    @Test
    void anonymousClientsAreAllowedWhereTheyWere() throws Exception {
        Translation translation =
                translate(
                        """
                        per_listener_settings true
                        listener 1883 localhost
                        allow_anonymous true
                        listener 1884 localhost
                        """);

        assertThat(translation.value("listeners.0.allow-anonymous")).isEqualTo("true");
        assertThat(translation.value("listeners.1.allow-anonymous")).isEqualTo("false");
    }

    @Test
    void aListenerWithoutALoginLetsNobodyInAsUnderMosquittoAndSaysSo() throws Exception {
        Translation translation = translate("listener 1883\n");

        assertThat(translation.value("listeners.0.allow-anonymous")).isEqualTo("false");
        assertThat(notes(translation)).singleElement().asString().contains("lets nobody in");
        assertThatThrownBy(() -> checked(translation))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("would let nobody in");
    }

    @ParameterizedTest
    @CsvSource({
        "allow_anonymous true, 127.0.0.1:1883, true",
        "max_connections -1, 127.0.0.1:1883, true",
        "protocol mqtt, 127.0.0.1:1883, true",
        "allow_anonymous false, 127.0.0.1:1883, false",
        "max_connections 7, [::]:1883, false",
        "socket_domain ipv4, 0.0.0.0:1883, false",
        "bind_address 127.0.0.1, 127.0.0.1:1883, false",
        "port 1883, [::]:1883, false",
    })
    void whereNoListenerIsDefinedOneLineDecidesWhoIsServed(
            String line, String bind, String anonymous) throws Exception {
        Translation translation = translate(line + "\n");

        assertThat(translation.value("listeners.0.bind")).isEqualTo(bind);
        assertThat(translation.value("listeners.0.allow-anonymous")).isEqualTo(anonymous);
        assertThat(translation.value("listeners.1.bind")).isEmpty();
    }

    @Test
    void whatStandsBeforeTheFirstListenerOpensAnotherOne() throws Exception {
        Translation translation =
                translate("max_connections 7\nallow_anonymous true\nlistener 1884\n");

        assertThat(checked(translation).listeners())
                .extracting(
                        listener -> listener.bind().toString(),
                        listener -> listener.rules().connectionsMaximum())
                .containsExactlyInAnyOrder(
                        tuple("[::]:1884", Integer.MAX_VALUE), tuple("[::]:1883", 7));
    }

    @Test
    void aRequiredCertificateIsNoLoginUnlessItIsTheUserName() throws Exception {
        String file =
                """
                listener 8883
                password_file /etc/passwords
                cafile /etc/ca.crt
                certfile /etc/server.crt
                keyfile /etc/server.key
                require_certificate true
                %s
                """;

        assertThat(translate(file.formatted("")).value("listeners.0.certificate-login"))
                .isEqualTo("false");
        assertThat(
                        translate(file.formatted("use_subject_as_username true"))
                                .value("listeners.0.certificate-login"))
                .isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1_000", "0x10", "12:30:00", "yes", "null", "~", "a b", "#1", "\"q\""})
    void usersOfAnAccessListKeepTheirNames(String user) throws Exception {
        Path list =
                Files.writeString(directory.resolve("acl"), "user " + user + "\ntopic read a\n");
        Translation translation = translate("acl_file " + list + "\nallow_anonymous true\n");

        Rule rule = checked(translation).security().rules().rules().getFirst();

        assertThat(rule.users()).containsExactly(new NamePattern(user));
    }

    @Test
    void anEncryptedListenerKeepsItsRules() throws Exception {
        Translation translation =
                translate(
                        """
                        listener 8883
                        cafile /etc/ca.crt
                        certfile /etc/server.crt
                        keyfile /etc/server.key
                        crlfile /etc/clients.crl
                        require_certificate true
                        use_identity_as_username true
                        tls_version tlsv1.3
                        listener 8884
                        cafile /etc/ca.crt
                        certfile /etc/server.crt
                        keyfile /etc/server.key
                        protocol websockets
                        """);

        assertThat(translation.value("listeners.0.tls.client-certificate")).isEqualTo("required");
        assertThat(translation.value("listeners.0.tls.client-ca")).isEqualTo("/etc/ca.crt");
        assertThat(translation.value("listeners.0.tls.client-crl")).isEqualTo("/etc/clients.crl");
        assertThat(translation.value("listeners.0.certificate-login")).isEqualTo("true");
        assertThat(translation.value("listeners.0.tls.protocols")).isEqualTo("TLSv1.3");
        assertThat(translation.value("listeners.1.tls.certificate")).isEqualTo("/etc/server.crt");
        assertThat(translation.value("listeners.1.tls.client-ca")).isEmpty();
        assertThat(translation.value("listeners.1.protocol")).isEqualTo("websocket");
        assertThat(translation.isWeaker()).isFalse();
    }

    @Test
    void anAccessListBecomesRulesOfWhichTheFirstThatMatchesCounts() throws Exception {
        Path list =
                Files.writeString(
                        directory.resolve("acl"),
                        """
                        topic read public/#
                        user alice
                        topic plant/#
                        topic deny plant/secret
                        user bob
                        topic write 100%/#
                        pattern readwrite clients/%c/%u
                        pattern deny clients/+/admin
                        """);

        Translation translation = translate("allow_anonymous true\nacl_file " + list + "\n");

        assertThat(rules(translation))
                .containsExactly(
                        "allow subscribe anonymous public/#",
                        "deny all alice plant/secret",
                        "allow all alice plant/#",
                        "allow publish bob 100%%/#",
                        "deny all  clients/+/admin",
                        "allow all  clients/%c/%u",
                        "deny   ");
        assertThat(notes(translation))
                .satisfiesExactly(
                        note -> assertThat(note).contains("Skein refuses a subscription"),
                        note -> assertThat(note).contains("a name alone proves nothing"));
    }

    private static List<String> rules(Translation translation) {
        return IntStream.range(0, 100)
                .mapToObj(place -> "security.rules." + place + ".")
                .filter(rule -> !translation.value(rule + "permission").isEmpty())
                .map(rule ->
                        String.join(
                                " ",
                                translation.value(rule + "permission"),
                                translation.value(rule + "action"),
                                translation.value(rule + "groups")
                                        + translation.value(rule + "users"),
                                translation.value(rule + "topics")))
                .toList();
    }

    @Test
    void aDenialThatCannotBeTranslatedMakesItWeaker() throws Exception {
        Path list = Files.writeString(directory.resolve("acl"), "topic deny a,b\ntopic read c,d\n");

        Translation translation = translate("acl_file " + list + "\n");

        assertThat(translation.notes())
                .filteredOn(Note::weakens)
                .extracting(Note::line)
                .containsExactly("topic deny a,b");
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> MosquittoImport.of(directory.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
