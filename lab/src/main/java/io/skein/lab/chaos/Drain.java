package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Waits after the last fault until everything that is going to arrive has arrived: who has a
 * session is connected and subscribed, every publish has its answer, and nobody has received
 * anything for some seconds.
 */
final class Drain {
    /** Longer than the delay of any will, and than a broker waits before it sends again. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final List<ChaosClient> clients;
    private final ChaosCounts counts;
    private final StopSignal stop;

    /** Of these clients. */
    Drain(List<ChaosClient> clients, ChaosCounts counts, StopSignal stop) {
        this.clients = clients.stream().filter(client -> client.plan().persistent()).toList();
        this.counts = counts;
        this.stop = stop;
    }

    /**
     * Waits.
     *
     * @return what is still missing after a minute, in words; empty if nothing is
     */
    String await() {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LIMIT_NANOS) {
            if (missing().isEmpty()
                    && System.nanoTime() - begin >= QUIET_NANOS
                    && counts.quietNanos() >= QUIET_NANOS) {
                return "";
            }
            if (stop.await(PAUSE_NANOS)) {
                return "interrupted while messages were under way";
            }
        }
        String missing = missing();
        return missing.isEmpty() ? "messages still arrive" : missing;
    }

    private String missing() {
        long away = clients.stream().filter(client -> !client.isReady()).count();
        long unsettled = clients.stream().mapToLong(ChaosClient::unsettled).sum();
        return away == 0 && unsettled == 0
                ? ""
                : "%d of %d sessions are not connected and subscribed, %d publishes have no answer"
                        .formatted(away, clients.size(), unsettled);
    }
}
