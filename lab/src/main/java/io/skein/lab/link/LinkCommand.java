package io.skein.lab.link;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A link as a command: runs until it is stopped, and then says what passed and how late it was. */
public final class LinkCommand {
    /** It ran until it was stopped. */
    public static final int OK = 0;

    /** It could not listen. */
    public static final int FAILED = 1;

    private LinkCommand() {}

    /**
     * A link to be.
     *
     * @param listen where; for netem only the port counts
     * @param to where every connection leads
     * @param means what it is made of
     * @param seed of jitter and loss of a proxy
     */
    public record Order(
            InetSocketAddress listen,
            InetSocketAddress to,
            LinkProfile profile,
            LinkMeans means,
            long seed) {}

    /**
     * Runs a link until somebody asks for the end of the process.
     *
     * @param every how often to say what passed
     * @return {@link #OK} or {@link #FAILED}
     */
    public static int run(Order order, Duration every, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(order, every, stop, out, err);
        }
    }

    /** The same, ended by a signal. */
    static int run(Order order, Duration every, StopSignal stop, PrintStream out, PrintStream err) {
        LinkProfile profile = order.profile();
        InetSocketAddress to = order.to();
        try (Links links = Links.by(order.means(), err::println);
                EmulatedLink link = links.open(order.listen(), to, profile, order.seed())) {
            out.println("link          " + profile.figures());
            out.println("figures from  " + profile.source());
            out.println("made of       " + links.inWords());
            out.println(
                    "listening     %s:%d, to %s:%d, seed %d"
                            .formatted(
                                    link.address().getHostString(),
                                    link.address().getPort(),
                                    to.getHostString(),
                                    to.getPort(),
                                    order.seed()));
            out.flush();
            while (!stop.await(every.toNanos())) {
                err.println(link.traffic().line());
            }
            out.println("passed        " + link.traffic().line());
            out.flush();
            return OK;
        } catch (IOException e) {
            err.println("link: " + e.getMessage());
            return FAILED;
        }
    }
}
