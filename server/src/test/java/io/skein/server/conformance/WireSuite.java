package io.skein.server.conformance;

import io.skein.mqtt.ProtocolVersion;
import io.skein.server.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A suite with one node for all its tests, each of which has names of its own. */
abstract class WireSuite {
    /** Subscriptions a session may have. */
    static final int SUBSCRIPTIONS_MAXIMUM = 6;

    private static TestNode node;
    private static int tests;

    private final List<Client> clients = new ArrayList<>();

    /** A topic level, and the beginning of a client id, that no other test uses. */
    String own = "";

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        node = TestNode.start(directory, "limits.subscriptions-maximum=" + SUBSCRIPTIONS_MAXIMUM);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void name() {
        own = "t" + ++tests;
    }

    @AfterEach
    void closeClients() throws IOException {
        for (Client client : clients) {
            client.close();
        }
    }

    /** A connection on which nothing was sent yet. */
    Client client(ProtocolVersion version) throws IOException {
        Client client = Client.open(node, version);
        clients.add(client);
        return client;
    }
}
