package io.skein.lab.connections;

import io.skein.lab.agent.AgentOptions;
import io.skein.lab.bench.BenchOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What is to be connected.
 *
 * @param bench target, protocol, credentials, TLS and threads; its load is not used
 * @param count 1 to 2,000,000
 * @param perSecond how many begin to connect in a second; 0 for as fast as the target takes them
 * @param hold how long they are kept
 * @param keepAliveSeconds 0 (none) to 65,535
 * @param sources addresses of this machine to connect from, in turn; empty for the system's choice.
 *     From one address, a system has ports for some 28,000 connections to one listener
 * @param agents where they are made if not here; these have addresses of their own
 */
public record ConnectionsOptions(
        BenchOptions bench,
        int count,
        double perSecond,
        Duration hold,
        int keepAliveSeconds,
        List<InetAddress> sources,
        AgentOptions agents) {
    private static final int COUNT_LIMIT = 2_000_000;
    private static final int KEEP_ALIVE_LIMIT = 65_535;

    /** Checks the bounds. */
    public ConnectionsOptions {
        sources = List.copyOf(sources);
        agents.requireReach(bench.launch());
        if (!agents.isEmpty() && !sources.isEmpty()) {
            throw new IllegalArgumentException(
                    "agents connect from addresses of their own machines, not from those of this one");
        }
        if (agents.addresses().size() > count) {
            throw new IllegalArgumentException(
                    "%d connections are too few for %d agents"
                            .formatted(count, agents.addresses().size()));
        }
        if (count < 1 || count > COUNT_LIMIT) {
            throw new IllegalArgumentException(
                    "connections must be 1 to %d, not %d".formatted(COUNT_LIMIT, count));
        }
        if (!(perSecond >= 0)) {
            throw new IllegalArgumentException(
                    "the rate of connections must be 0 or above, not " + perSecond);
        }
        if (hold.isNegative()) {
            throw new IllegalArgumentException("connections cannot be held for less than 0");
        }
        if (keepAliveSeconds < 0 || keepAliveSeconds > KEEP_ALIVE_LIMIT) {
            throw new IllegalArgumentException(
                    "keep alive of " + keepAliveSeconds + " s is not within 0 to 65535");
        }
    }

    /** Made by this process. */
    public ConnectionsOptions(
            BenchOptions bench,
            int count,
            double perSecond,
            Duration hold,
            int keepAliveSeconds,
            List<InetAddress> sources) {
        this(bench, count, perSecond, hold, keepAliveSeconds, sources, AgentOptions.NONE);
    }
}
