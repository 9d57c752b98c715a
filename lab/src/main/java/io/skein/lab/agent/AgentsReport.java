package io.skein.lab.agent;

import io.skein.lab.workload.Spread;
import java.util.List;

/**
 * What each agent found, and what their clocks allow to say of all of them together.
 *
 * @param agents in the order in which they were named
 */
public record AgentsReport(Spread spread, List<AgentResult> agents) {
    /**
     * How far a latency may be off because its ends were told by different clocks, either way: 0
     * where each message came back to the agent that sent it.
     */
    public long latencyErrorNanos() {
        if (!spread.crosses() || agents.size() < 2) {
            return 0;
        }
        return agents.stream()
                .map(AgentResult::clock)
                .map(ClockFigures::boundNanos)
                .sorted((one, other) -> Long.compare(other, one))
                .limit(2)
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Whether a latency is large enough for the clocks to tell it from none. */
    public boolean knows(double latencyMicros) {
        return latencyMicros * 1_000 >= latencyErrorNanos();
    }
}
