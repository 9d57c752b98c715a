package io.skein.lab.devices;

import io.skein.lab.agent.AgentOptions;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.workload.Workload;

/**
 * What devices are to do.
 *
 * @param bench target, duration and whatever else is the same for all; its own load is not used
 * @param population the devices
 * @param scale how many times the population there is, above 0
 * @param agents where the load is made if not here; a class with fewer clients than there are
 *     agents is on the first of them
 */
public record DevicesOptions(
        BenchOptions bench, Population population, double scale, AgentOptions agents) {
    private static final long CLIENTS_LIMIT = 2_000_000;

    /** Checks the bounds. */
    public DevicesOptions {
        agents.requireReach(bench.launch());
        if (!(scale > 0)) {
            throw new IllegalArgumentException("the scale must be above 0, not " + scale);
        }
        if (population.clients(scale) > CLIENTS_LIMIT) {
            throw new IllegalArgumentException(
                    "%,d clients at scale %s are more than %,d"
                            .formatted(population.clients(scale), scale, CLIENTS_LIMIT));
        }
    }

    /** Made by this process. */
    public DevicesOptions(BenchOptions bench, Population population, double scale) {
        this(bench, population, scale, AgentOptions.NONE);
    }

    /** What a class of devices does, as a bench. */
    BenchOptions bench(BenchOptions there, DeviceClass devices) {
        Workload workload = devices.workload(scale);
        return there.withLoad(workload, devices.arrivals(scale), devices.reconnects())
                .withAgents(agents.sharing(workload));
    }
}
