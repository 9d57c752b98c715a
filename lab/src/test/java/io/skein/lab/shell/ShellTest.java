package io.skein.lab.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.lab.StopSignal;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.fixture.Mosquitto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pub} and {@code sub} beside the programs they take after. */
@Timeout(60)
class ShellTest {
    private static final byte[] BINARY = {0, (byte) 0xFF, '\n', (byte) 0xC3, 'x', '\r'};

    private static Mosquitto broker;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() {
        broker = Mosquitto.start();
    }

    @AfterAll
    static void stop() throws IOException {
        broker.close();
    }

    /** A {@code sub} that runs on a thread of its own; ready when it is made. */
    private static final class Running {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final StopSignal stop = new StopSignal();
        private final CompletableFuture<Integer> code;

        Running(SubscribeOptions.Builder options) {
            SubscribeOptions built = options.build();
            code =
                    CompletableFuture.supplyAsync(
                            () ->
                                    SubscribeCommand.run(
                                            built,
                                            stop,
                                            new PrintStream(out, true, UTF_8),
                                            new PrintStream(err, true, UTF_8)),
                            task -> Thread.ofVirtual().start(task));
            await().until(() -> err.toString(UTF_8).contains("SUBACK") || code.isDone());
        }

        int code() throws Exception {
            return code.get(20, TimeUnit.SECONDS);
        }

        String text() {
            return out.toString(UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv31", "mqttv311", "mqttv5"})
    void everyByteOfAPayloadComesThrough(String version) throws Exception {
        Running sub =
                new Running(
                        sub(settings().version(version))
                                .topic("bytes")
                                .qos(2)
                                .noEndOfLine(true)
                                .count(1));

        int code =
                publish(
                        pub(settings().version(version)).topic("bytes").qos(2).standardInput(),
                        new ByteArrayInputStream(BINARY));

        assertThat(code).isZero();
        assertThat(sub.code()).isZero();
        assertThat(sub.out.toByteArray()).isEqualTo(BINARY);
    }

    @Test
    void eachLineOfTheInputIsAMessage() throws Exception {
        Running sub = new Running(sub(settings()).topic("lines").qos(1).verbose(true).count(4));

        publish(
                pub(settings()).topic("lines").qos(1).lines(),
                new ByteArrayInputStream("a\n\nlängere Zeile\nend".getBytes(UTF_8)));

        assertThat(sub.code()).isZero();
        assertThat(sub.text()).isEqualTo("lines a\nlines \nlines längere Zeile\nlines end\n");
    }

    @Test
    void aLongInputLeavesWholeAtEveryQuality() throws Exception {
        String input = "0123456789\n".repeat(20_000);
        for (int qos = 0; qos <= 2; qos++) {
            Running sub = new Running(sub(settings()).topic("long" + qos).qos(qos).count(20_000));

            assertThat(
                            publish(
                                    pub(settings()).topic("long" + qos).qos(qos).lines(),
                                    new ByteArrayInputStream(input.getBytes(UTF_8))))
                    .isZero();

            assertThat(sub.code()).isZero();
            assertThat(sub.text()).isEqualTo(input);
        }
    }

    @Test
    void aFileAndARepetition(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Running sub = new Running(sub(settings()).topic("file").count(3));

        publish(
                pub(settings())
                        .topic("file")
                        .file(file)
                        .repeat(3)
                        .repeatDelay(Duration.ofMillis(5)));

        assertThat(sub.code()).isZero();
        assertThat(sub.text()).isEqualTo("content\n".repeat(3));
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path directory) {
        int code = publish(pub(settings()).topic("t").file(directory.resolve("nothing")));

        assertThat(code).isEqualTo(1);
        assertThat(errors()).contains("cannot read").contains("nothing");
    }

    @Test
    void theOriginalSubscriberPrintsTheSame() throws Exception {
        String format =
                "%t|%p|%q|%r|%l|%m|%x|%X|%C|%D|%E|%F|%R|%P|%S|%%|%12t|%-12t|%.3t|%05l|\\t|@@";
        Process original =
                new ProcessBuilder(
                                "stdbuf",
                                "-oL",
                                "mosquitto_sub",
                                "-d",
                                "-W",
                                "20",
                                "-V",
                                "5",
                                "-p",
                                "" + broker.port(),
                                "-t",
                                "same/#",
                                "-q",
                                "2",
                                "-C",
                                "2",
                                "-F",
                                format)
                        .start();
        try (var lines = original.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("Subscribed")) {
                line = lines.readLine();
            }
            Running ours =
                    new Running(
                            sub(settings().version("mqttv5"))
                                    .topic("same/#")
                                    .qos(2)
                                    .count(2)
                                    .format(format));

            publish(
                    pub(settings()
                                    .version("mqttv5")
                                    .property(List.of("publish", "user-property", "k", "v"))
                                    .property(List.of("publish", "user-property", "k", "w"))
                                    .property(List.of("publish", "content-type", "text/x"))
                                    .property(List.of("publish", "correlation-data", "abc"))
                                    .property(List.of("publish", "response-topic", "r/t"))
                                    .property(List.of("publish", "message-expiry-interval", "99"))
                                    .property(List.of("publish", "payload-format-indicator", "1")))
                            .topic("same/one")
                            .qos(1)
                            .message("pay|load"));
            publish(pub(settings()).topic("same/two").qos(0).message("plain"));

            assertThat(ours.code()).isZero();
            List<String> theirs = new ArrayList<>();
            for (line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("same/")) {
                    theirs.add(line);
                }
            }
            assertThat(ours.text().lines()).containsExactlyElementsOf(theirs).hasSize(2);
        } finally {
            original.destroyForcibly();
        }
    }

    @Test
    void theOriginalPublisherIsUnderstoodAndTheOriginalSubscriberServed() throws Exception {
        Running sub = new Running(sub(settings()).topic("orig").count(1).noEndOfLine(true));
        Process original =
                new ProcessBuilder(
                                "mosquitto_pub",
                                "-p",
                                "" + broker.port(),
                                "-t",
                                "orig",
                                "-s",
                                "-q",
                                "1")
                        .start();
        original.getOutputStream().write(BINARY);
        original.getOutputStream().close();

        assertThat(sub.code()).isZero();
        assertThat(sub.out.toByteArray()).isEqualTo(BINARY);
    }

    @Test
    void whenTheTimeIsUpTheCodeIs27() throws Exception {
        Running sub = new Running(sub(settings()).topic("silence").timeout(Duration.ofMillis(300)));

        assertThat(sub.code()).isEqualTo(27);
        assertThat(sub.err.toString(UTF_8)).contains("timed out");
    }

    @ParameterizedTest
    @CsvSource({"mqttv311, 5", "mqttv5, 135"})
    void aRefusedConnectGivesTheBrokersCode(String version, int code) throws Exception {
        try (Mosquitto closed = Mosquitto.start("allow_anonymous false")) {
            ConnectionSettings.Builder settings =
                    ConnectionSettings.builder()
                            .host("127.0.0.1")
                            .port(closed.port())
                            .version(version);

            assertThat(publish(pub(settings).topic("t").message("m"))).isEqualTo(code);
            assertThat(errors()).contains("not authorized");
            assertThat(new Running(sub(settings).topic("t")).code()).isEqualTo(code);
        }
    }

    @Test
    void anUnreachableBrokerGives1AndOneLine() throws Exception {
        int port = Mosquitto.freePort();
        ConnectionSettings.Builder settings =
                ConnectionSettings.builder().host("127.0.0.1").port(port);

        assertThat(publish(pub(settings).topic("t").message("m"))).isEqualTo(1);

        assertThat(errors())
                .isEqualTo(
                        "Error: cannot reach mqtt://127.0.0.1:%d: Connection refused\n"
                                .formatted(port));
    }

    @Test
    void quietSaysNothing() throws Exception {
        ConnectionSettings.Builder settings =
                ConnectionSettings.builder()
                        .host("127.0.0.1")
                        .port(Mosquitto.freePort())
                        .quiet(true);

        assertThat(publish(pub(settings).topic("t").message("m"))).isEqualTo(1);

        assertThat(errors()).isEmpty();
    }

    @Test
    void acknowledgedMessagesAreExactlyThosePrinted() throws Exception {
        ConnectionSettings.Builder keeper = settings().clientId("keeper").cleanSession(false);
        assertThat(new Running(sub(keeper).topic("kept").qos(1).exitWhenSubscribed(true)).code())
                .isZero();
        publish(
                pub(settings()).topic("kept").qos(1).lines(),
                new ByteArrayInputStream("1\n2\n3\n4\n5\n".getBytes(UTF_8)));

        Running first = new Running(sub(keeper).topic("kept").qos(1).count(2));
        assertThat(first.code()).isZero();
        Running second = new Running(sub(keeper).topic("kept").qos(1).count(3));

        assertThat(second.code()).isZero();
        assertThat(first.text() + second.text()).isEqualTo("1\n2\n3\n4\n5\n");
    }

    @Test
    void retainedMessagesAreToldFromTheOthers() throws Exception {
        publish(pub(settings()).topic("ret/a").retain(true).qos(1).message("old-a"));
        publish(pub(settings()).topic("ret/b").retain(true).qos(1).message("old-b"));
        Running without = new Running(sub(settings()).topic("ret/#").noRetained(true).count(1));
        Running only =
                new Running(sub(settings()).topic("ret/#").retainedOnly(true).filterOut("ret/b"));
        Running all = new Running(sub(settings()).topic("ret/#").count(3));
        await().until(() -> all.text().lines().count() == 2);

        publish(pub(settings()).topic("ret/c").qos(1).message("new"));

        assertThat(without.code()).isZero();
        assertThat(without.text()).isEqualTo("new\n");
        assertThat(only.code()).isZero();
        assertThat(only.text()).isEqualTo("old-a\n");
        assertThat(all.code()).isZero();
    }

    @Test
    void retainedMessagesCanBeRemoved() throws Exception {
        publish(pub(settings()).topic("rem/a").retain(true).qos(1).message("x"));

        assertThat(new Running(sub(settings()).topic("rem/#").removeRetained(true).count(1)).code())
                .isZero();

        assertThat(
                        new Running(sub(settings()).topic("rem/#").timeout(Duration.ofMillis(300)))
                                .text())
                .isEmpty();
    }

    @Test
    void theWillComesWhenTheConnectionBreaks() throws Exception {
        Running watcher = new Running(sub(settings()).topic("will/t").count(1).qos(1));
        Process mortal =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.skein.lab.shell.MortalSubscriber",
                                "" + broker.port())
                        .redirectErrorStream(true)
                        .start();
        try (var lines = mortal.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.contains("SUBACK")) {
                line = lines.readLine();
            }
            mortal.destroyForcibly();

            assertThat(watcher.code()).isZero();
            assertThat(watcher.text()).isEqualTo("gone\n");
        } finally {
            mortal.destroyForcibly();
        }
    }

    @Test
    void aLostConnectionIsTakenUpAgain() throws Exception {
        try (LyingBroker flaky = new LyingBroker("", (_, f) -> List.of(f))) {
            ConnectionSettings.Builder settings =
                    ConnectionSettings.builder()
                            .host("127.0.0.1")
                            .port(flaky.address().port())
                            .debug(true);
            Running sub = new Running(sub(settings).topic("t").count(1));

            flaky.dropConnections();
            await().until(() -> sub.err.toString(UTF_8).split("received SUBACK", -1).length == 3);
            publish(pub(settings).topic("t").message("after"));

            assertThat(sub.code()).isZero();
            assertThat(sub.text()).isEqualTo("after\n");
            assertThat(sub.err.toString(UTF_8)).contains("connecting again");
        }
    }

    @Test
    void aStopDisconnects() throws Exception {
        Running sub = new Running(sub(settings()).topic("t"));

        sub.stop.raise();

        assertThat(sub.code()).isEqualTo(130);
        assertThat(sub.err.toString(UTF_8)).contains("sending DISCONNECT");
    }

    @Test
    void aRefusedSubscriptionFails() throws Exception {
        try (LyingBroker refusing = new LyingBroker("", (_, f) -> List.of(f))) {
            refusing.answeringSubscribe(0x87);
            Running sub =
                    new Running(
                            sub(ConnectionSettings.builder()
                                            .host("127.0.0.1")
                                            .port(refusing.address().port())
                                            .version("5"))
                                    .topic("secret"));

            assertThat(sub.code()).isEqualTo(1);
            assertThat(sub.err.toString(UTF_8))
                    .contains("secret was refused: not authorized (0x87)");
        }
    }

    private static ConnectionSettings.Builder settings() {
        return ConnectionSettings.builder().host("127.0.0.1").port(broker.port()).debug(true);
    }

    private static PublishOptions.Builder pub(ConnectionSettings.Builder settings) {
        return PublishOptions.builder().connection(settings.build());
    }

    private static SubscribeOptions.Builder sub(ConnectionSettings.Builder settings) {
        return SubscribeOptions.builder().connection(settings.build());
    }

    private int publish(PublishOptions.Builder options) {
        return publish(options, InputStream.nullInputStream());
    }

    private int publish(PublishOptions.Builder options, InputStream in) {
        return PublishCommand.run(options.build(), in, new PrintStream(err, true, UTF_8));
    }

    private String errors() {
        return err.toString(UTF_8)
                .lines()
                .filter(line -> !line.startsWith("Client "))
                .reduce("", (a, b) -> a + b + "\n");
    }
}
