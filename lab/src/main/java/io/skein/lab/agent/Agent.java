package io.skein.lab.agent;

import io.skein.lab.result.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waits for controllers and makes the load they ask for, for one at a time. Whatever ends a
 * controller ends its load; then the next is waited for. Thread-safe; closing ends what runs.
 */
public final class Agent implements AutoCloseable {
    private static final int GREETINGS_LIMIT = 64;
    private static final int GREETING_SECONDS_LIMIT = 15;

    private final ServerSocket listener;
    private final Protection protection;
    private final NanoClock clock;
    private final Consumer<String> log;
    private final Environment environment = Environment.here();
    private final Semaphore greetings = new Semaphore(GREETINGS_LIMIT);
    private final Service service = new Service();
    private final ScheduledExecutorService limits =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("agent-limits").factory());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Agent(
            ServerSocket listener, Protection protection, NanoClock clock, Consumer<String> log) {
        this.listener = listener;
        this.protection = protection;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Begins to listen.
     *
     * @param keys of everybody who is to be served; none only on loopback, unless unprotected
     * @param clock by which the agent tells the time
     * @param log hears who comes and goes, on any thread
     * @throws IOException if it cannot listen there, must not without keys, or these are none
     */
    public static Agent open(
            AgentAddress listen, AgentKeys keys, NanoClock clock, Consumer<String> log)
            throws IOException {
        InetAddress address = InetAddress.getByName(listen.host());
        if (keys.isEmpty() && !keys.unprotected() && !address.isLoopbackAddress()) {
            throw new IOException(
                    "whoever reaches %s could have it send anything anywhere: name a --secret FILE or certificates, or say --unprotected"
                            .formatted(listen));
        }
        Protection protection = Protection.of(keys, true);
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(address, listen.port()));
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on %s: %s".formatted(listen, e.getMessage()), e);
        }
        Agent agent = new Agent(listener, protection, clock, log);
        Thread.ofPlatform().daemon().name("agent-listener").start(agent::listen);
        return agent;
    }

    /** Where it listens. */
    public AgentAddress address() {
        return new AgentAddress(
                listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    }

    private void listen() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                if (!greetings.tryAcquire()) {
                    socket.close();
                    continue;
                }
                open.add(socket);
                Thread.ofPlatform().daemon().name("agent").start(() -> serve(socket));
            } catch (IOException e) {
                if (!closed) {
                    log.accept("cannot accept: " + e.getMessage());
                }
            }
        }
    }

    private void serve(Socket socket) {
        String controller = "controller " + socket.getRemoteSocketAddress();
        try (socket) {
            Frames frames = greet(socket);
            log.accept(controller + " is here");
            try (Connection connection = Connection.open(socket, frames)) {
                new AgentSession(connection, clock, log).run();
            } finally {
                service.leave();
            }
            log.accept(controller + " is served, waiting for the next");
        } catch (IOException e) {
            log.accept(
                    "%s: %s, waiting for the next".formatted(controller, RemoteAgent.inWords(e)));
        } finally {
            open.remove(socket);
        }
    }

    /** However slowly somebody speaks, it does not take the place of others for long. */
    private Frames greet(Socket socket) throws IOException {
        Future<?> limit =
                limits.schedule(
                        () -> closeQuietly(socket), GREETING_SECONDS_LIMIT, TimeUnit.SECONDS);
        try {
            socket.setSoTimeout(Greeting.MILLIS_LIMIT);
            Protection.Protected secured = protection.accepted(socket, clock);
            Frames frames = new Frames(secured.socket(), socket, clock);
            Greeting.ofAgent(frames, secured.secret(), environment, service);
            return frames;
        } finally {
            limit.cancel(false);
            greetings.release();
        }
    }

    private void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.accept("closing: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        limits.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            log.accept("closing: " + e.getMessage());
        }
        open.forEach(this::closeQuietly);
    }
}
