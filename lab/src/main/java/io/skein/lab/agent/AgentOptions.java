package io.skein.lab.agent;

import io.skein.lab.workload.Spread;
import io.skein.lab.workload.Workload;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a load is made if not in this process.
 *
 * @param addresses of the agents, each once; empty for none
 * @param secretFile what they and their controller know and nobody else, or null
 * @param chosenSpread how they share the clients; null for what is usual
 */
public record AgentOptions(
        List<AgentAddress> addresses, @Nullable Path secretFile, @Nullable Spread chosenSpread) {
    /** No agents: this process makes the load. */
    public static final AgentOptions NONE = new AgentOptions(List.of(), null, null);

    /** Checks that no agent is named twice. */
    public AgentOptions {
        addresses = List.copyOf(addresses);
        if (new LinkedHashSet<>(addresses).size() < addresses.size()) {
            throw new IllegalArgumentException("an agent is named twice");
        }
        if (addresses.isEmpty() && (secretFile != null || chosenSpread != null)) {
            throw new IllegalArgumentException(
                    "a secret and a spread are for agents; name them with --agent HOST:PORT");
        }
    }

    /** Whether this process makes the load. */
    public boolean isEmpty() {
        return addresses.isEmpty();
    }

    /** Whether all agents are on this machine and reached by loopback. */
    public boolean areLocal() {
        return addresses.stream().allMatch(AgentAddress::isLoopback);
    }

    /** How the agents share the clients of this workload. */
    public Spread spread(Workload workload) {
        return chosenSpread == null ? Spread.usual(workload, addresses.size()) : chosenSpread;
    }
}
