package io.skein.lab.sink;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.measure.ThreadClock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;

/** A sink as a command: runs until it is stopped, and then says what passed and what that took. */
public final class SinkCommand {
    /** It ran until it was stopped. */
    public static final int OK = 0;

    /** It could not listen. */
    public static final int FAILED = 1;

    private SinkCommand() {}

    /**
     * Runs a sink until somebody asks for the end of the process.
     *
     * @return {@link #OK} or {@link #FAILED}
     */
    public static int run(InetSocketAddress listen, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop);
                Sink sink = Sink.open(listen, err::println)) {
            out.println(
                    "listening     %s:%d"
                            .formatted(sink.address().getHostString(), sink.address().getPort()));
            out.flush();
            stop.await(Long.MAX_VALUE);
            out.println(
                    "passed        %,d messages in, %,d out, %.2f s of CPU"
                            .formatted(
                                    sink.received(),
                                    sink.delivered(),
                                    ThreadClock.processCpuNanos() / 1e9));
            out.flush();
            return OK;
        } catch (IOException e) {
            err.println("sink: " + e.getMessage());
            return FAILED;
        }
    }
}
