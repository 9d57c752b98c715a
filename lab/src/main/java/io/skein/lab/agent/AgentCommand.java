package io.skein.lab.agent;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import java.io.IOException;
import java.io.PrintStream;

/** An agent as a command: serves controllers until it is stopped. */
public final class AgentCommand {
    /** It ran until it was stopped. */
    public static final int OK = 0;

    /** It could not listen, or must not. */
    public static final int FAILED = 1;

    private AgentCommand() {}

    /**
     * Runs an agent until somebody asks for the end of the process.
     *
     * @param keys by which controllers are known
     * @param out gets a line as soon as it listens
     * @param err gets who comes and goes
     * @return {@link #OK} or {@link #FAILED}
     */
    public static int run(AgentAddress listen, AgentKeys keys, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop);
                Agent agent = Agent.open(listen, keys, NanoClock.SYSTEM, err::println)) {
            out.println("listening     " + agent.address());
            out.flush();
            stop.await(Long.MAX_VALUE);
            return OK;
        } catch (IOException e) {
            err.println("agent: " + e.getMessage());
            return FAILED;
        }
    }
}
