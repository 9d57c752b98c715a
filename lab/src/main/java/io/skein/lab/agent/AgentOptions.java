package io.skein.lab.agent;

import io.skein.lab.workload.Share;
import io.skein.lab.workload.Spread;
import io.skein.lab.workload.Workload;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a load is made if not in this process.
 *
 * @param addresses of the agents, each once; empty for none
 * @param keys by which they and their controller know each other
 * @param chosenSpread how they share the clients; null for what is usual
 * @param controller who gives the orders: an agent serves one at a time, with as many loads as it
 *     has
 */
public record AgentOptions(
        List<AgentAddress> addresses,
        AgentKeys keys,
        @Nullable Spread chosenSpread,
        String controller) {
    /** No agents: this process makes the load. */
    public static final AgentOptions NONE = new AgentOptions(List.of(), AgentKeys.NONE, null);

    /** Checks that no agent is named twice. */
    public AgentOptions {
        addresses = List.copyOf(addresses);
        if (new LinkedHashSet<>(addresses).size() < addresses.size()) {
            throw new IllegalArgumentException("an agent is named twice");
        }
        if (addresses.isEmpty() && !(keys.equals(AgentKeys.NONE) && chosenSpread == null)) {
            throw new IllegalArgumentException(
                    "a secret, certificates and a spread are for agents; name them with --agent HOST:PORT");
        }
    }

    /** Agents of a controller that nobody was before. */
    public AgentOptions(
            List<AgentAddress> addresses, AgentKeys keys, @Nullable Spread chosenSpread) {
        this(
                addresses,
                keys,
                chosenSpread,
                "%016x".formatted(ThreadLocalRandom.current().nextLong()));
    }

    /** Whether this process makes the load. */
    public boolean isEmpty() {
        return addresses.isEmpty();
    }

    /** Their addresses as people write them. */
    public List<String> list() {
        return addresses.stream().map(AgentAddress::toString).toList();
    }

    /** The same in a line. */
    public String names() {
        return String.join(", ", list());
    }

    /**
     * Checks that all agents reach the target.
     *
     * @param launch what is started here for the load; null for what runs already
     * @throws IllegalArgumentException if it listens on loopback and an agent is elsewhere
     */
    public void requireReach(@Nullable String launch) {
        if (launch != null && !addresses.stream().allMatch(AgentAddress::isLoopback)) {
            throw new IllegalArgumentException(
                    "a target that is started here listens on loopback, where agents on other machines"
                            + " do not reach it: start it there and name it with mqtt://HOST:PORT");
        }
    }

    /** How the agents share the clients of this workload. */
    public Spread spread(Workload workload) {
        return chosenSpread == null ? Spread.usual(workload, addresses.size()) : chosenSpread;
    }

    /** As many of them, from the first, as there are clients of this workload for; at least one. */
    public AgentOptions sharing(Workload workload) {
        AgentOptions fewer = this;
        while (fewer.addresses.size() > 1 && !fewer.allHaveClients(workload)) {
            fewer =
                    new AgentOptions(
                            addresses.subList(0, fewer.addresses.size() - 1),
                            keys,
                            chosenSpread,
                            controller);
        }
        return fewer;
    }

    private boolean allHaveClients(Workload workload) {
        Spread spread = spread(workload);
        for (int i = 0; i < addresses.size(); i++) {
            if (!new Share(spread, addresses.size(), i).isOf(workload)) {
                return false;
            }
        }
        return true;
    }
}
