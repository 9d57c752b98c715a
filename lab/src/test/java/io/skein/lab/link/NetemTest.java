package io.skein.lab.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.fault.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Links of the kernel: real networks and a real {@code ip}; {@code tc} is a program that writes
 * down how it was called where the kernel may have no netem.
 */
@Timeout(60)
class NetemTest {
    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir private Path directory;

    private final List<String> told = new ArrayList<>();

    /** A tc that does nothing, successfully. */
    private Netem recording() throws IOException {
        return tc("echo '[{\"kind\":\"netem\",\"root\":true,\"drops\":7}]'");
    }

    private Netem tc(String script) throws IOException {
        Path program = directory.resolve("tc");
        Files.writeString(
                program,
                "#!/bin/sh\necho \"$*\" >> %s\n%s\n".formatted(directory.resolve("calls"), script));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Netem(program.toString());
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(directory.resolve("calls"));
    }

    private Links links(LinkMeans means, Netem netem) throws IOException {
        return Links.by(means, directory.resolve("leftovers"), netem, told::add);
    }

    private static void needsNamespaces() {
        String missing = NetworkNamespace.missing();
        assumeTrue(missing == null, missing);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | limit 10000",
                "none:delay=100us | limit 10000 delay 100.000us",
                "5g | limit 10000 delay 15000.000us 4000.000us distribution normal"
                        + " loss random 0.100000% rate 50000000bit",
                "satellite | limit 10000 delay 280000.000us 10000.000us distribution normal"
                        + " loss random 0.500000% rate 3000000bit",
                "none:jitter=1ms | limit 10000 delay 0.000us 1000.000us distribution normal"
                        + " rate 100000000000bit",
                "transatlantic:delay=1s,bandwidth=10Gbit | limit 910667 delay 1000000.000us"
                        + " 1000.000us distribution normal loss random 0.010000% rate 10000000000bit"
            })
    void aDirectionIsTheSameInTheWordsOfTc(String profile, String words) {
        assertThat(String.join(" ", Netem.words(LinkProfiles.parse(profile).up())))
                .isEqualTo("netem " + words);
    }

    @Test
    void bothDirectionsAreShapedAndWhatIsSentComesThrough() throws Exception {
        needsNamespaces();
        String device;
        try (Echo echo = new Echo();
                Links links = links(LinkMeans.AUTO, recording());
                EmulatedLink link =
                        links.open(ANYWHERE, echo.address(), LinkProfiles.parse("5g"), 1)) {
            device = device(link);
            assertThat(links.means()).isEqualTo(LinkMeans.NETEM);
            assertThat(link.address().getAddress().getHostAddress()).startsWith("10.214.");
            assertThat(link.roundTripMicros()).isPositive();
            assertThat(told)
                    .singleElement()
                    .asString()
                    .matches("link 5g: round trip .* measured, 24 ms asked for");
            try (Socket socket =
                    new Socket(link.address().getAddress(), link.address().getPort())) {
                socket.getOutputStream().write(new byte[100_000]);
                assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            }
            LinkTraffic traffic = link.traffic();
            assertThat(traffic.connections()).isEqualTo(1);
            assertThat(traffic.up().bytes()).isEqualTo(100_000);
            assertThat(traffic.down().bytes()).isEqualTo(100_000);
            assertThat(traffic.up().lostSegments()).isEqualTo(7);
            assertThat(traffic.up().segments()).as("one by one").isGreaterThan(100_000 / 1_500);
            assertThat(traffic.up().wireBytes())
                    .isGreaterThan(100_000 + traffic.up().segments() * 54);
            assertThat(traffic.lateness().count()).isZero();
        }
        String namespace = device.replace("sklink", "sklink-");
        assertThat(calls().subList(1, 3))
                .containsExactly(
                        "qdisc add dev %s root netem limit 10000 delay 15000.000us 4000.000us distribution normal loss random 0.100000%% rate 50000000bit"
                                .formatted(device),
                        "-n %s qdisc add dev eth0 root netem limit 10000 delay 9000.000us 2000.000us distribution normal loss random 0.100000%% rate 300000000bit"
                                .formatted(namespace));
        assertThat(calls().getFirst())
                .matches("-n sklink-try-\\d+ qdisc add dev lo root netem delay 1000us");
        assertThat(Path.of("/run/netns", namespace)).doesNotExist();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !Files.exists(Path.of("/sys/class/net", device)));
        assertThat(directory.resolve("leftovers")).isEmptyDirectory();
    }

    private static String device(EmulatedLink link) {
        return "sklink" + link.address().getAddress().getHostAddress().split("\\.")[2];
    }

    @Test
    void aQueueThatCannotBeMadeLeavesNoNetworkBehind() throws Exception {
        needsNamespaces();
        Netem failing = tc("case \"$*\" in *eth0*) echo no such thing >&2; exit 2;; esac");
        try (Links links = links(LinkMeans.NETEM, failing)) {
            assertThatThrownBy(() -> links.open(ANYWHERE, ANYWHERE, LinkProfiles.parse("lan"), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no such thing");
        }
        String namespace = calls().getLast().split(" ")[1];
        assertThat(Path.of("/run/netns", namespace)).doesNotExist();
        assertThat(directory.resolve("leftovers")).isEmptyDirectory();
    }

    @Test
    void whereTheKernelHasNoneAutoTakesTheProxyAndSaysWhy() throws Exception {
        needsNamespaces();
        Netem refusing = tc("echo 'Error: Specified qdisc kind is unknown.' >&2; exit 2");

        try (Links links = links(LinkMeans.AUTO, refusing)) {
            assertThat(links.means()).isEqualTo(LinkMeans.PROXY);
            assertThat(links.inWords()).contains("not by netem", "qdisc kind is unknown");
        }
        assertThatThrownBy(() -> links(LinkMeans.NETEM, refusing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("qdisc kind is unknown");
        String tried = calls().getFirst().split(" ")[1];
        assertThat(Path.of("/run/netns", tried)).doesNotExist();
        assertThat(directory.resolve("leftovers")).isEmptyDirectory();
    }

    @Test
    void whatThisKernelAnswersIsWhatIsSaid() throws Exception {
        needsNamespaces();
        try (Links links = links(LinkMeans.AUTO, new Netem("tc"))) {
            boolean byKernel = links.means() == LinkMeans.NETEM;
            assertThat(links.inWords())
                    .contains(byKernel ? "netem, the kernel has it" : "proxy, not by netem: ");
            if (byKernel) {
                try (Echo echo = new Echo();
                        EmulatedLink link =
                                links.open(
                                        ANYWHERE,
                                        echo.address(),
                                        LinkProfiles.parse("none:delay=20ms"),
                                        1)) {
                    assertThat(link.roundTripMicros()).isGreaterThanOrEqualTo(40_000);
                }
            }
        }
    }

    @Test
    void aCommandThatCannotHaveItSaysSoAndEnds() throws Exception {
        needsNamespaces();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Links links = links(LinkMeans.AUTO, new Netem("tc"))) {
            assumeTrue(links.means() == LinkMeans.PROXY, "this kernel has netem");
        }
        int code =
                LinkCommand.run(
                        new LinkCommand.Order(
                                ANYWHERE, ANYWHERE, LinkProfiles.parse("lan"), LinkMeans.NETEM, 1),
                        Duration.ofSeconds(1),
                        new StopSignal(),
                        new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                        new PrintStream(err, true, UTF_8));
        assertThat(code).isEqualTo(LinkCommand.FAILED);
        assertThat(err.toString(UTF_8)).startsWith("link: no links by netem: ");
    }
}
