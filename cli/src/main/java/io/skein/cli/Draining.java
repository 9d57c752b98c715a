package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Moves the clients of a node to others, and tells every second how far that is. */
final class Draining {
    private static final long LOOK_MILLIS = 200;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AdminClient nodes;
    private final PrintWriter err;

    Draining(AdminClient nodes, PrintWriter err) {
        this.nodes = nodes;
        this.err = err;
    }

    /**
     * Returns when no client is left.
     *
     * @param name of the node
     * @param base of its admin API
     * @param perSecond clients a second
     * @return how many clients were moved
     * @throws IOException if the node does not do that; the message says why
     * @throws CommandFailedException if it is told to take clients again meanwhile
     */
    long run(String name, String base, int perSecond)
            throws IOException, InterruptedException, CommandFailedException {
        JsonNode standing = nodes.drain(base, perSecond);
        long told = System.nanoTime();
        while (standing.path("connections").asLong() > 0) {
            if (standing.path("accepting").asBoolean()) {
                throw new CommandFailedException(name + " was told to take clients again");
            }
            if (System.nanoTime() - told >= TELL_NANOS) {
                told = System.nanoTime();
                err.printf(
                        Locale.ROOT,
                        "%s: %,d clients left, %,d moved%s%n",
                        name,
                        standing.path("connections").asLong(),
                        standing.path("moved").asLong(),
                        standing.path("waiting").asBoolean()
                                ? "; waits until another node takes clients"
                                : "");
                err.flush();
            }
            Thread.sleep(LOOK_MILLIS);
            standing = nodes.standing(base);
        }
        return standing.path("moved").asLong();
    }
}
