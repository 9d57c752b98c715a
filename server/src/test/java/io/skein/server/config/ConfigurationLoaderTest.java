package io.skein.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.skein.broker.BrokerLimits;
import io.skein.cluster.Durability;
import io.skein.server.net.ListenerRules;
import io.skein.server.net.NetworkLimits;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

class ConfigurationLoaderTest {
    private static final ConfigurationLoader PLAIN = new ConfigurationLoader(Map.of(), List.of());

    private static Configuration load(String yaml) throws ConfigurationException {
        return PLAIN.load("skein.yaml", yaml);
    }

    private static List<String> problemsOf(ConfigurationLoader loader, String yaml) {
        return catchThrowableOfType(
                        ConfigurationException.class, () -> loader.load("skein.yaml", yaml))
                .problems()
                .stream()
                .map(ConfigurationException.Problem::toString)
                .toList();
    }

    @Test
    void saysWhatHoldsWhenNothingIsSaid() throws ConfigurationException {
        Configuration configuration = PLAIN.load();

        assertThat(configuration.architecture()).isEqualTo("standalone");
        assertThat(configuration.durability()).isEqualTo(Durability.SYNC);
        assertThat(configuration.data()).isEqualTo(Path.of("data"));
        assertThat(configuration.threads())
                .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
        assertThat(configuration.brokerLimits()).isEqualTo(BrokerLimits.DEFAULTS);
        assertThat(configuration.networkLimits()).isEqualTo(NetworkLimits.DEFAULTS);
        assertThat(configuration.log().level()).isEqualTo(Level.INFO);
        assertThat(configuration.listeners())
                .containsExactly(
                        new ListenerSettings(
                                "tcp",
                                new HostPort("127.0.0.1", 1883),
                                false,
                                ListenerRules.PLAIN,
                                null));
    }

    @Test
    void readsEveryKindOfKey() throws ConfigurationException {
        Configuration configuration =
                load(
                        """
                        node: {name: east-1}
                        data: /var/lib/skein
                        durability: os
                        architecture: grid
                        threads: 3
                        listeners:
                          - name: devices
                            bind: 0.0.0.0:1884
                            allow-anonymous: true
                            advertised: mqtt.example:1884
                          - bind: "[::1]:1885"
                        admin:
                          bind: 127.0.0.1:0
                        cluster:
                          members: [10.0.0.1, 10.0.0.2]
                          port: 7800
                          detection: {timeout-millis: 2000}
                        limits:
                          queued-bytes-maximum: 2GiB
                          packet-bytes-maximum: 1_000_000
                        log: {level: debug}
                        """);

        assertThat(configuration.nodeName()).isEqualTo("east-1");
        assertThat(configuration.durability()).isEqualTo(Durability.OS);
        assertThat(configuration.threads()).isEqualTo(3);
        assertThat(configuration.listeners())
                .extracting(ListenerSettings::name, listener -> listener.bind().toString())
                .containsExactly(tuple("devices", "0.0.0.0:1884"), tuple("tcp-1", "[::1]:1885"));
        assertThat(configuration.listeners().getFirst().advertised())
                .isEqualTo(new HostPort("mqtt.example", 1884));
        assertThat(configuration.cluster())
                .containsOnly(
                        Map.entry("members", "10.0.0.1,10.0.0.2"),
                        Map.entry("port", "7800"),
                        Map.entry("detection.timeout-millis", "2000"));
        assertThat(configuration.brokerLimits().queuedBytesMaximum()).isEqualTo(2L << 30);
        assertThat(configuration.brokerLimits().packetBytesMaximum()).isEqualTo(1_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    nod: {name: a}                  | skein.yaml:1: unknown key 'nod.name'; did you mean 'node.name'?
                    dta: x                          | skein.yaml:1: unknown key 'dta'; did you mean 'data'?
                    limits: {recieve-maximum: 5}    | skein.yaml:1: unknown key 'limits.recieve-maximum'; did you mean 'limits.receive-maximum'?
                    receive-maximum: 5              | skein.yaml:1: unknown key 'receive-maximum'; did you mean 'limits.receive-maximum'?
                    listeners: [{bnd: ':1'}]        | skein.yaml:1: unknown key 'listeners.0.bnd'; did you mean 'listeners.0.bind'?
                    listners: 3                     | skein.yaml:1: unknown key 'listners'; did you mean 'listeners'?
                    zebra: 1                        | skein.yaml:1: unknown key 'zebra'; known are admin, architecture, balance, cluster, data, durability, limits, listeners, log, node, security, shared-subscriptions, sys-interval-seconds, threads
                    threads: many                   | skein.yaml:1: threads: 'many' expected a whole number
                    threads: 0                      | skein.yaml:1: threads: '0' must be 1 to 1024
                    durability: disk                | skein.yaml:1: durability: 'disk' expected one of sync, os, none
                    durability:                     | skein.yaml:1: 'durability' has no value
                    node: x                         | skein.yaml:1: 'node' is a section, not a value
                    listeners: []                   | skein.yaml:1: 'listeners' is a list of sections and needs at least one
                    admin: {bind: here}             | skein.yaml:1: admin.bind: 'here' expected host:port, like 127.0.0.1:1883
                    admin: {bind: '::1:80'}         | skein.yaml:1: admin.bind: '::1:80' an IPv6 address needs brackets, like [::1]:1883
                    admin: {bind: 'a:99999'}        | skein.yaml:1: admin.bind: 'a:99999' a port is 0 to 65535
                    limits: {receive-maximum: 0}    | skein.yaml:1: limits.receive-maximum: '0' must be 1 to 65535
                    limits: {packet-bytes-maximum: 9GiB} | skein.yaml:1: limits.packet-bytes-maximum: '9GiB' must be 64 to 268435460
                    limits: {packet-bytes-maximum: lots} | skein.yaml:1: limits.packet-bytes-maximum: 'lots' expected a number of bytes, like 64MiB
                    node: {name: 'a b'}             | skein.yaml:1: node.name: 'a b' expected up to 64 letters, digits, '.', '_' and '-'
                    listeners: [{allow-anonymous: maybe}] | skein.yaml:1: listeners.0.allow-anonymous: 'maybe' expected true or false
                    """)
    void refusesWhatIsWrongAndSaysWhatIsRight(String yaml, String problem) {
        assertThat(problemsOf(PLAIN, yaml)).containsExactly(problem);
    }

    @Test
    void reportsAllProblemsWithTheirLines() {
        assertThat(
                        problemsOf(
                                PLAIN,
                                """
                                node:
                                  nme: a
                                threads: -1
                                listeners:
                                  - bind: 127.0.0.1:1
                                    tpe: tcp
                                """))
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).startsWith("skein.yaml:2: unknown"))
                .anySatisfy(problem -> assertThat(problem).startsWith("skein.yaml:3: threads"))
                .anySatisfy(problem -> assertThat(problem).startsWith("skein.yaml:6: unknown"));
    }

    @Test
    void refusesTextThatIsNoYamlWithTheLine() {
        assertThat(problemsOf(PLAIN, "node:\n  name: [a\n"))
                .singleElement()
                .asString()
                .startsWith("skein.yaml:");
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        assertThat(problemsOf(PLAIN, "threads: 1\nthreads: 2\n"))
                .singleElement()
                .asString()
                .contains("skein.yaml:2", "threads");
    }

    @Test
    void refusesAListenerThatAnybodyCouldReachWithoutCredentials() {
        String open = "listeners: [{name: wide, bind: '0.0.0.0:1883'%s}]";

        assertThat(problemsOf(PLAIN, open.formatted("")))
                .containsExactly(
                        "skein.yaml:1: listener 'wide' would let nobody in who reaches 0.0.0.0:1883:"
                                + " there is no way to authenticate; configure one"
                                + " (security.password-file), bind it to 127.0.0.1, or set"
                                + " listeners.0.allow-anonymous to true if everybody is to come in");
        assertThatCode(() ->
                        PLAIN.load(
                                "skein.yaml",
                                "security: {password-file: p}\n" + open.formatted("")))
                .doesNotThrowAnyException();
        assertThat(
                        catchThrowableOfType(
                                Exception.class,
                                () -> load(open.formatted(", allow-anonymous: true"))))
                .isNull();
    }

    @Test
    void refusesListenersThatAreTheSame() {
        assertThat(
                        problemsOf(
                                PLAIN,
                                """
                                listeners:
                                  - {name: a, bind: "127.0.0.1:1"}
                                  - {name: a, bind: "127.0.0.1:1"}
                                """))
                .containsExactly(
                        "skein.yaml:3: listeners 0 and 1 are both called 'a'",
                        "skein.yaml:3: listeners 0 and 1 both bind 127.0.0.1:1");
    }

    @Test
    void environmentOverridesTheFileAndOptionsOverrideBoth() throws ConfigurationException {
        ConfigurationLoader loader =
                new ConfigurationLoader(
                        Map.of(
                                "SKEIN_NODE_NAME", "from-environment",
                                "SKEIN_THREADS", "5",
                                "SKEIN_LISTENERS_0_BIND", "127.0.0.1:4000",
                                "SKEIN_CLUSTER_INITIAL_HOSTS", "a,b",
                                "SKEIN_CLUSTER_LINK_PORT", "7801",
                                "PATH", "/bin"),
                        List.of("threads=6", "cluster.initial-hosts=c"));

        Configuration configuration =
                loader.load(
                        "skein.yaml",
                        "node: {name: from-file}\nthreads: 4\ncluster: {link.port: 1}\n");

        assertThat(configuration.nodeName()).isEqualTo("from-environment");
        assertThat(configuration.threads()).isEqualTo(6);
        assertThat(configuration.listeners().getFirst().bind().port()).isEqualTo(4000);
        assertThat(configuration.cluster())
                .containsOnly(Map.entry("initial-hosts", "c"), Map.entry("link.port", "7801"));
    }

    @Test
    void environmentAndOptionsReachEveryPlaceOfAList() throws ConfigurationException {
        ConfigurationLoader loader =
                new ConfigurationLoader(
                        Map.of(
                                "SKEIN_LISTENERS_0_ALLOW_ANONYMOUS", "true",
                                "SKEIN_LISTENERS_1_BIND", "127.0.0.1:4001",
                                "SKEIN_LISTENERS_1_NAME", "second"),
                        List.of("listeners.0.bind=0.0.0.0:4000", "listeners.2.bind=[::1]:4002"));

        assertThat(loader.load("skein.yaml", "listeners: [{name: first}]").listeners())
                .extracting(
                        ListenerSettings::name,
                        listener -> listener.bind().toString(),
                        ListenerSettings::allowAnonymous)
                .containsExactly(
                        tuple("first", "0.0.0.0:4000", true),
                        tuple("second", "127.0.0.1:4001", false),
                        tuple("tcp-2", "[::1]:4002", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "listeners.2.bind=127.0.0.1:2 | 'listeners.2.bind': there is no listeners.1 before it",
                "listeners.01.bind=127.0.0.1:2 | unknown key 'listeners.01.bind'; did you mean 'listeners.0.bind'?",
                "listeners.99999999999.bind=a:2 | unknown key 'listeners.99999999999.bind'; did you mean 'listeners.0.bind'?",
                "listeners.1.bnd=127.0.0.1:2 | unknown key 'listeners.1.bnd'; did you mean 'listeners.1.bind'?",
                "listeners=127.0.0.1:2 | 'listeners' is a list of sections; a value of its first one is 'listeners.0.name'",
                "threads= | threads: '' expected a whole number",
            })
    void refusesWrongOptionsForLists(String option, String problem) {
        ConfigurationLoader loader = new ConfigurationLoader(Map.of(), List.of(option));

        assertThat(problemsOf(loader, "")).contains("--set " + option + ": " + problem);
    }

    @Test
    void namesTheVariableThatWasMeantInItsPlace() {
        ConfigurationLoader loader =
                new ConfigurationLoader(Map.of("SKEIN_LISTENERS_3_BNID", "127.0.0.1:1"), List.of());

        assertThat(problemsOf(loader, ""))
                .containsExactly(
                        "SKEIN_LISTENERS_3_BNID: unknown variable; did you mean"
                                + " SKEIN_LISTENERS_3_BIND?");
    }

    @Test
    void refusesUnknownVariablesAndOptionsButNotThoseOfOthers() {
        ConfigurationLoader loader =
                new ConfigurationLoader(
                        Map.of(
                                "SKEIN_THREDS", "5",
                                "SKEIN_PORT", "tcp://10.0.0.1:1883",
                                "SKEIN_SERVICE_HOST", "10.0.0.1",
                                "SKEIN_PORT_1883_TCP_ADDR", "10.0.0.1",
                                "SKEIN_HOME", "/opt/skein"),
                        List.of("thread=6", "nonsense"));

        assertThat(problemsOf(loader, ""))
                .containsExactly(
                        "SKEIN_THREDS: unknown variable; did you mean SKEIN_THREADS?",
                        "--set nonsense: expected key=value",
                        "--set thread=6: unknown key 'thread'; did you mean 'threads'?");
    }

    @Test
    void readsAFileAndSaysWhenThereIsNone(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("skein.yaml"), "threads: 2\n");

        assertThat(PLAIN.load(file).threads()).isEqualTo(2);
        Path missing = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> PLAIN.load(missing))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(missing + ": there is no such file");
    }

    @Test
    void everyLimitHasItsKey() {
        List<String> keys = Keys.reference().stream().map(Keys.Entry::path).toList();
        Stream.of(BrokerLimits.class, NetworkLimits.class)
                .flatMap(type -> Stream.of(type.getRecordComponents()))
                .map(RecordComponent::getName)
                .forEach(name -> assertThat(keys).contains("limits." + kebabCase(name)));
    }

    @Test
    void theReferenceShowsWhatHoldsWhenNothingIsSaid() {
        assertThat(Keys.reference())
                .contains(
                        new Keys.Entry(
                                "listeners[].bind",
                                "SKEIN_LISTENERS_0_BIND",
                                "host:port",
                                "127.0.0.1:1883",
                                "Where it listens; port 0 takes any that is free.",
                                "0.0.0.0:1883",
                                true));
    }

    private static String kebabCase(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
