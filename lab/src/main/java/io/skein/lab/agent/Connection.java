package io.skein.lab.agent;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A connection on which both sides know each other: says every second that this side is alive, and
 * gives the other up when nothing has come of it for a while.
 */
final class Connection implements AutoCloseable {
    /** Silence for as long is the end: a machine that froze or a cable that was pulled. */
    static final int SILENCE_MILLIS_LIMIT = 15_000;

    private static final int ALIVE_MILLIS = 1_000;

    private final Frames frames;
    private final ScheduledExecutorService pulse =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("agent-pulse").factory());

    private Connection(Frames frames) {
        this.frames = frames;
    }

    static Connection open(Socket socket, Frames frames) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS_LIMIT);
        frames.trust();
        Connection connection = new Connection(frames);
        connection.pulse.scheduleWithFixedDelay(
                connection::sayAlive, ALIVE_MILLIS, ALIVE_MILLIS, TimeUnit.MILLISECONDS);
        return connection;
    }

    private void sayAlive() {
        try {
            frames.write(new Message.Alive());
        } catch (IOException e) {
            frames.close(); // whoever reads is told so
        }
    }

    /** The next message that is not only a sign of life. */
    Frames.Received read() throws IOException {
        Frames.Received received = frames.read();
        while (received.message() instanceof Message.Alive) {
            received = frames.read();
        }
        return received;
    }

    void write(Message message) throws IOException {
        frames.write(message);
    }

    @Override
    public void close() {
        pulse.shutdownNow();
        frames.close();
    }
}
