package io.skein.lab.devices;

import io.skein.lab.bench.BenchOptions;

/**
 * What devices are to do.
 *
 * @param bench target, duration and whatever else is the same for all; its own load is not used
 * @param population the devices
 * @param scale how many times the population there is, above 0
 */
public record DevicesOptions(BenchOptions bench, Population population, double scale) {
    private static final long CLIENTS_LIMIT = 2_000_000;

    /** Checks the bounds. */
    public DevicesOptions {
        if (!(scale > 0)) {
            throw new IllegalArgumentException("the scale must be above 0, not " + scale);
        }
        if (population.clients(scale) > CLIENTS_LIMIT) {
            throw new IllegalArgumentException(
                    "%,d clients at scale %s are more than %,d"
                            .formatted(population.clients(scale), scale, CLIENTS_LIMIT));
        }
    }

    /** What a class of devices does, as a bench. */
    BenchOptions bench(BenchOptions there, DeviceClass devices) {
        return there.withLoad(
                devices.workload(scale), devices.arrivals(scale), devices.reconnects());
    }
}
