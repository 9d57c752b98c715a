package io.skein.cli.up;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a cluster that runs is told to grow or shrink: a socket in its directory, so that whoever
 * may write there may do it, and nobody else. One order at a time: a line of words separated by
 * tabs, answered by lines that begin with what they are.
 */
final class ControlSocket implements AutoCloseable {
    static final String ADD = "add";
    static final String REMOVE = "remove";

    /** What a line of an answer begins with. */
    static final char PROGRESS = '+';

    static final char DONE = '=';
    static final char FAILED = '!';

    private final Path file;
    private final ServerSocketChannel server;
    private final Changes changes;

    private ControlSocket(Path file, ServerSocketChannel server, Changes changes) {
        this.file = file;
        this.server = server;
        this.changes = changes;
    }

    /** The socket of a cluster. */
    static Path in(Path directory) {
        return directory.resolve("up.sock");
    }

    /**
     * Begins to take orders.
     *
     * @throws IOException if there cannot be a socket, as where the path is longer than systems
     *     take (about 100 bytes)
     */
    static ControlSocket listen(Path file, Changes changes) throws IOException {
        Files.deleteIfExists(file); // left by one that was killed
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(file));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        ControlSocket socket = new ControlSocket(file, server, changes);
        Thread.ofPlatform().daemon().name("control").start(socket::serve);
        return socket;
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel asking = server.accept()) {
                answer(asking);
            } catch (IOException e) {
                // who asked is gone, or it is over
            }
        }
    }

    private void answer(SocketChannel asking) throws IOException {
        try (BufferedReader in =
                        new BufferedReader(Channels.newReader(asking, StandardCharsets.UTF_8));
                PrintWriter out =
                        new PrintWriter(Channels.newWriter(asking, StandardCharsets.UTF_8), true)) {
            String order = in.readLine();
            if (order != null) {
                out.println(outcome(List.of(order.split("\t", -1)), out));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private String outcome(List<String> order, PrintWriter out) {
        try {
            return DONE + obey(order, line -> out.println(PROGRESS + line));
        } catch (ClusterFailedException e) {
            return FAILED + String.valueOf(e.getMessage()).replace("\n", "\n" + FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED + "the cluster stops";
        }
    }

    private String obey(List<String> order, Consumer<String> progress)
            throws ClusterFailedException, InterruptedException {
        if (order.size() == 2 && order.getFirst().equals(ADD)) {
            return changes.add(seconds(order.get(1)), progress);
        }
        if (order.size() == 3 && order.getFirst().equals(REMOVE)) {
            return changes.remove(order.get(2), seconds(order.get(1)), progress);
        }
        throw new ClusterFailedException("'%s' is no order".formatted(String.join(" ", order)));
    }

    private static Duration seconds(String word) throws ClusterFailedException {
        try {
            return Duration.ofSeconds(Integer.parseInt(word));
        } catch (NumberFormatException e) {
            throw new ClusterFailedException("'%s' is no number of seconds".formatted(word));
        }
    }

    /** Takes no more orders; what was begun goes on. */
    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // it is of no use to anybody any more
        }
    }
}
