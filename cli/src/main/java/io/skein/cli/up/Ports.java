package io.skein.cli.up;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** TCP ports of the loopback address. What is free now may be taken a moment later. */
public final class Ports {
    static final int MAXIMUM = 65_535;

    /**
     * Below what systems hand out to connections that go out, so that a node can have its port
     * back.
     */
    private static final int CHOSEN_FROM = 10_000;

    private static final int CHOSEN_RANGE = 20_000;

    private Ports() {}

    /** Why nothing can listen on a port; empty if something can. */
    public static Optional<String> unavailable(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(
                    true); // connections of an earlier listener that linger do not count
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return Optional.empty();
        } catch (BindException e) {
            return Optional.of(
                    String.valueOf(e.getMessage()).contains("ermission")
                            ? "may not be used by this user"
                            : "is in use");
        } catch (IOException e) {
            return Optional.of("cannot be used: " + e.getMessage());
        }
    }

    /**
     * Chooses free ports. The search begins elsewhere for another seed, so that two clusters which
     * choose at the same time do not choose alike.
     *
     * @param except not to be chosen although they may be free
     * @throws ClusterFailedException if there are not as many
     */
    public static List<Integer> choose(int count, int seed, Set<Integer> except)
            throws ClusterFailedException {
        List<Integer> chosen = new ArrayList<>();
        for (int step = 0; step < CHOSEN_RANGE && chosen.size() < count; step++) {
            int port = CHOSEN_FROM + (seed + step) % CHOSEN_RANGE;
            if (!except.contains(port) && unavailable(port).isEmpty()) {
                chosen.add(port);
            }
        }
        if (chosen.size() < count) {
            throw new ClusterFailedException(
                    "no %d free ports from %d to %d for what nodes tell each other"
                            .formatted(count, CHOSEN_FROM, CHOSEN_FROM + CHOSEN_RANGE - 1));
        }
        return chosen;
    }
}
