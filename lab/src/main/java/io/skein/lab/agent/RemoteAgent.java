package io.skein.lab.agent;

import io.skein.lab.load.LoadFailedException;
import io.skein.lab.result.Environment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An agent as its controller sees it. What it says is heard on a thread of its own. */
final class RemoteAgent implements AutoCloseable {
    private static final int CONNECT_MILLIS_LIMIT = 5_000;

    private final int number;
    private final AgentAddress address;
    private final Environment environment;
    private final Connection connection;

    /**
     * Something that an agent said, or its end.
     *
     * @param received null where the connection has ended
     * @param end why
     */
    record Event(RemoteAgent agent, Frames.@Nullable Received received, String end) {}

    /** Who connects, and how. */
    record Controller(String id, Protection protection, NanoClock clock) {}

    private RemoteAgent(
            int number, AgentAddress address, Environment environment, Connection connection) {
        this.number = number;
        this.address = address;
        this.environment = environment;
        this.connection = connection;
    }

    /**
     * Connects and greets an agent.
     *
     * @param events hears of everything it says, and last of its end
     * @throws LoadFailedException if it is not reached or does not serve
     */
    static RemoteAgent connect(
            int number, AgentAddress address, Controller controller, Consumer<Event> events)
            throws LoadFailedException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS_LIMIT);
            socket.setSoTimeout(Greeting.MILLIS_LIMIT);
            Protection.Protected secured = controller.protection().connected(socket, address);
            Frames frames = new Frames(secured.socket(), socket, controller.clock());
            Environment environment =
                    Greeting.ofController(
                            frames,
                            secured.secret(),
                            Environment.here().labVersion(),
                            controller.id());
            RemoteAgent agent =
                    new RemoteAgent(number, address, environment, Connection.open(socket, frames));
            Thread.ofPlatform().daemon().name("agent-" + number).start(() -> agent.hear(events));
            return agent;
        } catch (IOException e) {
            try {
                socket.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw new AgentLostException("agent %s: %s".formatted(address, inWords(e)), e);
        }
    }

    private void hear(Consumer<Event> events) {
        try {
            while (true) {
                events.accept(new Event(this, connection.read(), ""));
            }
        } catch (IOException e) {
            events.accept(new Event(this, null, inWords(e)));
        }
    }

    static String inWords(IOException e) {
        return switch (e) {
            case java.net.SocketTimeoutException _ -> "nothing was heard of it any more";
            case java.io.EOFException _ -> "it closed the connection";
            case javax.net.ssl.SSLException _ ->
                    "%s; both sides need the same secret, or certificates that the other trusts"
                            .formatted(e.getMessage());
            default -> String.valueOf(e.getMessage());
        };
    }

    int number() {
        return number;
    }

    AgentAddress address() {
        return address;
    }

    Environment environment() {
        return environment;
    }

    void say(Message message) throws LoadFailedException {
        try {
            connection.write(message);
        } catch (IOException e) {
            throw new AgentLostException("agent %s: %s".formatted(address, inWords(e)), e);
        }
    }

    /** Leaves without a word. */
    void hangUp() {
        connection.close();
    }

    /** Lets it go. */
    @Override
    public void close() {
        try {
            connection.write(new Message.End());
        } catch (IOException e) {
            // It notices the end of the connection just as well.
        }
        connection.close();
    }
}
