package io.skein.lab.agent;

import io.skein.lab.load.Fleet;
import io.skein.lab.load.RoundResult;
import io.skein.lab.result.Environment;
import java.util.List;

/**
 * What one agent found.
 *
 * @param environment its machine and program
 * @param round of its own clients: what its publishers sent, what its subscribers received; without
 *     seconds
 * @param clock how its clock compares with that of the controller
 * @param losses of its connections
 */
public record AgentResult(
        AgentAddress address,
        Environment environment,
        RoundResult round,
        ClockFigures clock,
        List<Fleet.LostConnection> losses) {}
