package io.skein.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.lab.StopSignal;
import io.skein.lab.fixture.SelfSigned;
import io.skein.lab.load.LoadFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may give orders to an agent, and who hears them. */
@Timeout(60)
class AgentProtectionTest {
    @TempDir private static Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void certificates() throws Exception {
        for (String name : List.of("agent", "controller", "stranger")) {
            SelfSigned.make(directory, name);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static AgentKeys secret(String text) throws IOException {
        return AgentKeys.secret(
                Files.writeString(directory.resolve("secret-" + text.hashCode()), text));
    }

    /** Who has the certificate of one, and trusts that of the other. */
    private static AgentKeys certificate(String own, String trusted) {
        return new AgentKeys(
                null,
                directory.resolve(own + ".crt"),
                directory.resolve(own + ".key"),
                directory.resolve(trusted + ".crt"),
                false);
    }

    private AgentAddress agent(AgentKeys keys) throws IOException {
        Agent agent =
                Agent.open(new AgentAddress("127.0.0.1", 0), keys, NanoClock.SYSTEM, log::add);
        open.add(agent);
        return agent.address();
    }

    /** Gets to know an agent, which tells its environment to whom it serves. */
    private static void greet(AgentAddress agent, AgentKeys keys)
            throws IOException, LoadFailedException {
        RemoteAgent.Controller controller =
                new RemoteAgent.Controller("test", Protection.of(keys, false), NanoClock.SYSTEM);
        try (RemoteAgent remote = RemoteAgent.connect(0, agent, controller, _ -> {})) {
            assertThat(remote.environment().java()).isNotEmpty();
        }
    }

    @Test
    void whoKnowsTheSecretIsServed() throws Exception {
        greet(agent(secret("a secret of some length")), secret("a secret of some length"));
    }

    @Test
    void nothingOfWhatIsSaidIsReadableOnTheWay() throws Exception {
        AgentKeys keys = secret("a secret of some length");
        Wire wire = new Wire(agent(keys));
        open.add(wire);

        greet(wire.address(), keys);

        assertThat(wire.passed()).isGreaterThan(1_000);
        assertThat(wire.text()).doesNotContain("hello", "login", "welcome", "lab_version", "nonce");
    }

    @Test
    void whoeverStandsBetweenBothIsFoundOutThoughHePassesEverythingOn() throws Exception {
        AgentKeys keys = secret("a secret of some length");
        ManInTheMiddle man = new ManInTheMiddle(agent(keys));
        open.add(man);

        assertThatThrownBy(() -> greet(man.address(), keys))
                .isInstanceOf(LoadFailedException.class)
                .hasMessageContaining("does not know the secret");
        assertThat(log).noneMatch(line -> line.endsWith("is here"));
    }

    @Test
    void certificatesThatTrustEachOtherAreEnough() throws Exception {
        greet(agent(certificate("agent", "controller")), certificate("controller", "agent"));
    }

    @Test
    void anotherCertificateOfTheControllerIsRefused() throws Exception {
        AgentAddress agent = agent(certificate("agent", "controller"));

        assertThatThrownBy(() -> greet(agent, certificate("stranger", "agent")))
                .isInstanceOf(LoadFailedException.class)
                .hasMessageStartingWith("agent " + agent);
        assertThat(log).noneMatch(line -> line.endsWith("is here"));
    }

    @Test
    void anotherCertificateOfTheAgentIsNotTrusted() throws Exception {
        AgentAddress agent = agent(certificate("stranger", "controller"));

        assertThatThrownBy(() -> greet(agent, certificate("controller", "agent")))
                .hasMessageContaining("certificates that the other trusts");
    }

    @Test
    void theCertificateOfTheAgentIsForTheAddressThatWasNamed() throws Exception {
        AgentAddress agent = agent(certificate("agent", "controller"));
        AgentAddress otherName = new AgentAddress("localhost", agent.port());

        assertThatThrownBy(() -> greet(otherName, certificate("controller", "agent")))
                .hasMessageContaining("localhost");
    }

    @Test
    void whoSpeaksWithoutEncryptionIsToldWhatIsAskedFor() throws Exception {
        AgentAddress knowing = agent(secret("a secret of some length"));
        AgentAddress certified = agent(certificate("agent", "controller"));

        assertThatThrownBy(() -> greet(knowing, AgentKeys.NONE))
                .hasMessageContaining("--agent-secret");
        assertThatThrownBy(() -> greet(certified, AgentKeys.NONE))
                .hasMessageContaining("--agent-cert");
    }

    @Test
    void anAgentThatDoesNotEncryptIsNotUsedByWhoDoes() throws Exception {
        AgentAddress agent = agent(AgentKeys.NONE);

        assertThatThrownBy(() -> greet(agent, secret("a secret of some length")))
                .hasMessageContaining("the controller has a secret, this agent has none");
        assertThatThrownBy(() -> greet(agent, certificate("controller", "agent")))
                .hasMessageContaining("the controller has certificates, this agent has none");
    }

    @Test
    void beyondLoopbackItIsRefusedWithoutKeysUnlessOneInsists() throws Exception {
        AgentAddress everywhere = new AgentAddress("0.0.0.0", 0);

        assertThatThrownBy(() -> Agent.open(everywhere, AgentKeys.NONE, NanoClock.SYSTEM, log::add))
                .hasMessageContaining("--secret FILE", "--unprotected");

        AgentKeys insisting = new AgentKeys(null, null, null, null, true);
        try (Agent agent = Agent.open(everywhere, insisting, NanoClock.SYSTEM, log::add)) {
            assertThat(agent.address().port()).isPositive();
        }
    }

    @Test
    void aControllerDoesNotGiveOrdersInTheOpenUnlessItInsists() {
        AgentAddress elsewhere = new AgentAddress("192.0.2.1", 7883);

        assertThatThrownBy(() ->
                        AgentGroup.greet(
                                new AgentOptions(List.of(elsewhere), AgentKeys.NONE, null),
                                NanoClock.SYSTEM,
                                new StopSignal()))
                .isInstanceOf(LoadFailedException.class)
                .hasMessageContaining("--agent-unprotected");
    }

    @Test
    void keysAreOneOfTheWaysAndWhole() {
        Path file = Path.of("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentKeys(null, file, null, null, false))
                .withMessageContaining("all three");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentKeys(file, file, file, file, false))
                .withMessageContaining("one of them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentKeys(file, null, null, null, true))
                .withMessageContaining("one of them");
    }

    @Test
    void filesThatAreNoneAreNamed() {
        AgentKeys none = certificate("nobody", "agent");

        assertThatThrownBy(() -> Protection.of(none, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nobody.crt");
    }

    /** Passes on what comes, and keeps it. */
    private static final class Wire implements AutoCloseable {
        private final ServerSocket listener;
        private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

        Wire(AgentAddress to) throws IOException {
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket near = listener.accept();
                                Socket far = new Socket(to.host(), to.port())) {
                            Thread back = Thread.ofVirtual().start(() -> pass(far, near, passed));
                            pass(near, far, passed);
                            back.join();
                        } catch (IOException | InterruptedException e) {
                            passed.writeBytes(e.toString().getBytes(StandardCharsets.UTF_8));
                        }
                    });
        }

        AgentAddress address() {
            return new AgentAddress("127.0.0.1", listener.getLocalPort());
        }

        int passed() {
            return passed.size();
        }

        String text() {
            return passed.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static void pass(Socket from, Socket to, OutputStream copy) {
        try {
            InputStream in = from.getInputStream();
            byte[] bytes = new byte[8_192];
            for (int read = in.read(bytes); read > 0; read = in.read(bytes)) {
                copy.write(bytes, 0, read);
                to.getOutputStream().write(bytes, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction has ended both.
        }
    }

    /** Ends the encryption of both sides, and passes on what they say, word by word. */
    private static final class ManInTheMiddle implements AutoCloseable {
        private final ServerSocket listener;

        ManInTheMiddle(AgentAddress to) throws IOException {
            AgentKeys other = secret("he knows another secret");
            Protection accepting = Protection.of(other, true);
            Protection connecting = Protection.of(other, false);
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket near = listener.accept();
                                Socket far = new Socket(to.host(), to.port())) {
                            Socket controller = accepting.accepted(near, NanoClock.SYSTEM).socket();
                            Socket agent = connecting.connected(far, to).socket();
                            OutputStream nowhere = OutputStream.nullOutputStream();
                            Thread back =
                                    Thread.ofVirtual()
                                            .start(() -> pass(agent, controller, nowhere));
                            pass(controller, agent, nowhere);
                            back.join();
                        } catch (IOException | InterruptedException e) {
                            // The test sees that nothing came of it.
                        }
                    });
        }

        AgentAddress address() {
            return new AgentAddress("127.0.0.1", listener.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
