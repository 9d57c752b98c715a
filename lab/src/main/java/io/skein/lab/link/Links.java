package io.skein.lab.link;

import io.skein.lab.fault.Leftovers;
import io.skein.lab.report.Numbers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes links of one kind, which was asked for or found to be possible. Closing removes what they
 * left; what a process left that was killed is removed when the next one begins. Used by one
 * thread.
 */
public final class Links implements AutoCloseable {
    private final LinkMeans means;
    private final String reason;
    private final @Nullable Leftovers leftovers;
    private final Netem netem;
    private final Consumer<String> progress;

    private Links(
            LinkMeans means,
            String reason,
            @Nullable Leftovers leftovers,
            Netem netem,
            Consumer<String> progress) {
        this.progress = progress;
        this.means = means;
        this.reason = reason;
        this.leftovers = leftovers;
        this.netem = netem;
    }

    /**
     * Decides by what links are made.
     *
     * @param progress hears what an earlier run had left, and of each link of the kernel what its
     *     round trip is
     * @throws IOException if netem was asked for and is not possible; the message says why
     */
    public static Links by(LinkMeans asked, Consumer<String> progress) throws IOException {
        return by(asked, Leftovers.directoryOfThisMachine(), new Netem("tc"), progress);
    }

    static Links by(LinkMeans asked, Path directory, Netem netem, Consumer<String> progress)
            throws IOException {
        if (asked == LinkMeans.PROXY) {
            return new Links(LinkMeans.PROXY, "it was asked for", null, netem, progress);
        }
        Leftovers leftovers = null;
        String missing = Netem.missingForAll();
        if (missing == null) {
            leftovers = Leftovers.open(directory, progress);
            missing = netem.missing(leftovers);
        }
        if (missing == null) {
            return new Links(LinkMeans.NETEM, "the kernel has it", leftovers, netem, progress);
        }
        if (leftovers != null) {
            leftovers.close();
        }
        if (asked == LinkMeans.NETEM) {
            throw new IOException("no links by netem: " + missing);
        }
        return new Links(LinkMeans.PROXY, "not by netem: " + missing, null, netem, progress);
    }

    /** What they are made of: {@link LinkMeans#PROXY} or {@link LinkMeans#NETEM}. */
    public LinkMeans means() {
        return means;
    }

    /** The same in a line, with the reason. */
    public String inWords() {
        return means + ", " + reason;
    }

    /**
     * Opens a link.
     *
     * @param listen where, for a proxy; only the port counts for netem, whose far end has an
     *     address of its own. Port 0 for any that is free
     * @param to where every connection leads
     * @param seed of jitter and loss of a proxy; the kernel has its own chance
     * @throws IOException if it cannot be made; the message says why
     */
    public EmulatedLink open(
            InetSocketAddress listen, InetSocketAddress to, LinkProfile profile, long seed)
            throws IOException {
        Leftovers notes = leftovers;
        if (notes == null) {
            return Link.open(listen, to, profile, seed);
        }
        EmulatedLink link = NetemLink.open(netem, listen.getPort(), to, profile, notes);
        progress.accept(
                "link %s: round trip %s measured, %s asked for"
                        .formatted(
                                profile.name(),
                                Numbers.micros(link.roundTripMicros()),
                                Numbers.micros(profile.roundTripNanos() / 1e3)));
        return link;
    }

    @Override
    public void close() {
        if (leftovers != null) {
            leftovers.close();
        }
    }
}
