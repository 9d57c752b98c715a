package io.skein.lab.capacity;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.workload.Arrivals;
import java.time.Duration;
import java.util.Locale;

/**
 * What a search is to do.
 *
 * @param bench what each probe does; its rate is that of one unit of the scale, its folder that of
 *     the search
 * @param scale what grows
 * @param bound what the 99th percentile of latency has to stay under
 * @param from the first load
 * @param minimum below this nothing is tried
 * @param maximum above this nothing is tried
 * @param precision at which ratio between broken and kept the search ends, above 1, at most 2
 */
public record CapacityOptions(
        BenchOptions bench,
        Scale scale,
        Duration bound,
        double from,
        double minimum,
        double maximum,
        double precision) {
    /** Checks the bounds. */
    public CapacityOptions {
        if (!(bench.arrivals() instanceof Arrivals.Paced)) {
            throw new IllegalArgumentException("a search for the capacity needs a rate");
        }
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException("the bound of the latency must be above 0");
        }
        if (!(minimum > 0) || !(minimum <= from) || !(from <= maximum)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "loads must rise from --minimum (%s) over --from (%s) to --maximum (%s)",
                            minimum,
                            from,
                            maximum));
        }
        if (!(precision > 1) || precision > 2) {
            throw new IllegalArgumentException(
                    "the precision must be above 0 and at most 100 percent");
        }
    }

    /** The bench of one probe. */
    BenchOptions probe(BenchOptions there, double load) {
        Arrivals.Paced unit = (Arrivals.Paced) bench.arrivals();
        return there.withLoad(
                scale.workload(bench.workload(), load),
                scale.arrivals(unit, load),
                bench.reconnects());
    }
}
