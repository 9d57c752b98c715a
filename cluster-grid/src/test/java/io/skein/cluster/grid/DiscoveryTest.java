package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.NodeInfo;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jgroups.protocols.dns.DNSResolver.DNSRecordType;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How nodes find each other that are not told where the others are. */
class DiscoveryTest {
    private static final String NAME = "skein.test.example";

    private final List<CompletableFuture<Void>> started = new ArrayList<>();

    private void launch(Nodes nodes, int number, Map<String, String> settings) {
        started.add(nodes.launch(number - 1, "n" + number, new RecordingBroker(), settings));
    }

    private void awaitOneCluster(Nodes nodes, int count) {
        CompletableFuture.allOf(started.toArray(CompletableFuture[]::new))
                .orTimeout(40, TimeUnit.SECONDS)
                .join();
        nodes.awaitMembers(count);
        for (int from = 1; from <= count; from++) {
            int to = from % count + 1;
            String topic = "from/%d/of/%d".formatted(from, count);
            nodes.get(to).subscribe(topic);
            assertThat(nodes.get(from).publish(topic, topic).orTimeout(20, TimeUnit.SECONDS).join())
                    .isEmpty();
            assertThat(nodes.get(to).broker().delivered).contains(topic);
        }
    }

    private static Map<String, String> multicast(Nodes nodes) {
        return Map.of(
                Discovery.OPTION,
                "multicast",
                Discovery.MULTICAST,
                "239.255.18.83:" + nodes.port(1), // of this test alone
                GridSettings.EXPECTED_NODES,
                "3",
                GridSettings.SECRET,
                "what only nodes know");
    }

    @Test
    void nodesThatCallEachOtherByMulticastAreOneCluster() {
        try (Nodes nodes = Nodes.places(4)) {
            for (int number = 1; number <= 3; number++) {
                launch(nodes, number, multicast(nodes));
            }
            awaitOneCluster(nodes, 3);

            launch(nodes, 4, multicast(nodes)); // of whom nobody was told
            awaitOneCluster(nodes, 4);
        }
    }

    @Test
    void aNodeThatNobodyAnswersBeginsNothing() {
        try (Nodes nodes = Nodes.places(3)) {
            launch(nodes, 1, multicast(nodes));
            await().during(Duration.ofMillis(2500))
                    .atMost(Duration.ofSeconds(3))
                    .until(() -> !started.getFirst().isDone());
            assertThat(nodes.get(1).broker().isServing()).isFalse();
        }
    }

    private static Map<String, String> dns(NameServer server, String name) {
        return Map.of(
                Discovery.OPTION,
                "dns",
                Discovery.DNS_NAME,
                name,
                Discovery.DNS_SERVER,
                server.address(),
                GridSettings.EXPECTED_NODES,
                "3");
    }

    @Test
    void nodesWhoseAddressesANameGetsOneByOneAreOneCluster() {
        try (Nodes nodes = Nodes.places(3);
                NameServer server = new NameServer()) {
            for (int number = 1; number <= 3; number++) {
                Map<String, String> settings = new HashMap<>(dns(server, NAME));
                String address = "127.0.0." + number;
                settings.put(GridSettings.BIND, address + ":" + nodes.port(1));
                launch(nodes, number, settings);
                server.address(NAME, address);
            }
            awaitOneCluster(nodes, 3);
        }
    }

    @Test
    void nodesWhosePortsAServiceTellsAreOneCluster() {
        String service = "_grid._tcp." + NAME;
        try (Nodes nodes = Nodes.places(3);
                NameServer server = new NameServer()) {
            server.address("one." + NAME, "127.0.0.1");
            for (int number = 1; number <= 3; number++) {
                launch(nodes, number, dns(server, service));
                server.service(service, "one." + NAME, nodes.port(number));
            }
            awaitOneCluster(nodes, 3);
        }
    }

    @Test
    void aServerThatHasNoAnswerHasNoAddress() {
        String silent;
        try (NameServer server = new NameServer()) {
            silent = server.address();
            NameLookup lookup = new NameLookup(silent);
            assertThat(lookup.resolveIps(NAME, DNSRecordType.A)).isEmpty();
            server.address(NAME, "10.0.0.5");
            server.service("_grid._tcp." + NAME, NAME, 7801);
            assertThat(lookup.resolveIps(NAME, DNSRecordType.A))
                    .containsExactly(new IpAddress(InetAddress.ofLiteral("10.0.0.5"), 0));
            assertThat(lookup.resolveIps(NAME, DNSRecordType.AAAA)).isEmpty();
            assertThat(lookup.resolveIps("_grid._tcp." + NAME, DNSRecordType.SRV))
                    .containsExactly(new IpAddress(InetAddress.ofLiteral("10.0.0.5"), 7801));
        }
        assertThat(new NameLookup(silent).resolveIps(NAME, DNSRecordType.A)).isEmpty();
    }

    @Test
    void withoutAServerTheSystemIsAsked() {
        assertThat(new NameLookup("").resolveIps("localhost", DNSRecordType.A))
                .contains(new IpAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        assertThat(new NameLookup("").resolveIps("no.such.name.invalid", DNSRecordType.A))
                .isEmpty();
    }

    private static GridSettings settings(String options) {
        Map<String, String> map = new HashMap<>();
        for (String option : options.split(" ")) {
            String[] parts = option.split("=", 2);
            map.put(parts[0], parts[1]);
        }
        return GridSettings.of(new NodeInfo("n1", "n1:1883", ""), map, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    discovery=broadcast                          | is "seeds", "multicast" or "dns", not "broadcast"
                    discovery=multicast                          | cluster.expected-nodes is needed
                    discovery=multicast expected-nodes=0         | cluster.expected-nodes is a number of nodes, 1 or more
                    discovery=multicast seeds=127.0.0.1:7800     | cluster.seeds is for cluster.discovery: seeds, and this is "multicast"
                    discovery=multicast multicast=127.0.0.1:7800 | cluster.multicast is a multicast address
                    discovery=multicast multicast=[ff05::1]:7800 | are not both IPv4 or both IPv6
                    multicast=239.255.18.83:7800                 | cluster.multicast is for cluster.discovery: multicast, and this is "seeds"
                    discovery=dns expected-nodes=3               | cluster.discovery: dns needs cluster.dns-name
                    discovery=dns dns-name=a.example             | cluster.expected-nodes is needed
                    discovery=dns dns-name=a..b                  | cluster.dns-name is a name
                    discovery=dns dns-name=a dns-server=:53      | cluster.dns-server: ":53" is not host:port
                    dns-name=a.example                           | cluster.dns-name is for cluster.discovery: dns, and this is "seeds"
                    """)
    void whatIsWrongOrContradictsItselfIsRefused(String options, String why) {
        assertThatThrownBy(() -> settings(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why.replace('"', '\''));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "discovery=multicast expected-nodes=3",
                "discovery=dns dns-name=a expected-nodes=3",
            })
    void otherMachinesAreNotLetInUnasked(String options) {
        assertThatThrownBy(() -> settings(options + " bind=0.0.0.0:7800"))
                .hasMessageContaining("other machines can reach cluster.bind 0.0.0.0");
    }

    @Test
    void aMajorityIsOfThoseThatAreExpected() {
        assertThat(settings("seeds=127.0.0.1:1,127.0.0.1:2,127.0.0.1:3").expectedNodes())
                .isEqualTo(3);
        assertThat(settings("seeds=127.0.0.1:1 expected-nodes=5").expectedNodes()).isEqualTo(5);
        assertThat(settings("seeds=127.0.0.1:1 expected-nodes=3").minorityRefuses()).isTrue();
        assertThat(settings("discovery=multicast expected-nodes=2").minorityRefuses()).isFalse();
    }

    @Test
    void aNodeThatListensEverywhereTellsOthersItsOnlyAddress() throws Exception {
        InetAddress everywhere = InetAddress.getByName("0.0.0.0");
        InetAddress everywhere6 = InetAddress.getByName("::");
        InetAddress first = InetAddress.getByName("10.0.0.5");
        InetAddress second = InetAddress.getByName("172.17.0.1");
        InetAddress other = InetAddress.getByName("fd00::2");

        assertThat(OwnAddress.only("bind", everywhere, List.of(other, first))).isEqualTo(first);
        assertThat(OwnAddress.only("bind", everywhere6, List.of(other))).isEqualTo(other);
        assertThatThrownBy(() -> OwnAddress.only("bind", everywhere, List.of(first, second)))
                .hasMessageContaining("this machine has 10.0.0.5, 172.17.0.1; say which");
        assertThatThrownBy(() -> OwnAddress.only("bind", everywhere, List.of(other)))
                .hasMessageContaining("none but its own loopback");
    }
}
