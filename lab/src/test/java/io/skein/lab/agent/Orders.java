package io.skein.lab.agent;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.FleetOptions;
import io.skein.lab.load.RoundPlan;
import io.skein.lab.workload.Share;

/** What a controller says to one agent that is to do all of a bench. */
final class Orders {
    private Orders() {}

    static LoadOrder load(BenchOptions options) {
        FleetOptions fleet =
                new FleetOptions(
                        options.workload(),
                        Share.WHOLE,
                        options.targets(),
                        options.protocol(),
                        null,
                        null,
                        null,
                        "0badcafe",
                        1);
        return LoadOrder.of(fleet, TlsFiles.NONE, Share.WHOLE);
    }

    static RoundOrder round(BenchOptions options) {
        return RoundOrder.of(
                new RoundPlan(
                        "run",
                        options.arrivals(),
                        null,
                        options.duration().toNanos(),
                        options.drainQuiet().toNanos(),
                        options.drainLimit().toNanos(),
                        1));
    }
}
