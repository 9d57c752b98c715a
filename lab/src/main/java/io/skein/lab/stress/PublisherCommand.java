package io.skein.lab.stress;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.TlsFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The role of the publishers as a command: serves requests until it is stopped. */
public final class PublisherCommand {
    private PublisherCommand() {}

    /**
     * Serves as instances {@code first} to {@code last}; blocks.
     *
     * @param duration of runs whose analyser does not tell how long
     * @return 0 when stopped, 1 if the broker cannot be reached at the beginning
     */
    public static int run(
            BrokerAddress address,
            @Nullable String username,
            @Nullable String password,
            TlsFiles tls,
            int first,
            int last,
            Duration duration,
            PrintStream err) {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException(
                    "instances count from 1 upwards, not from %d to %d".formatted(first, last));
        }
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            StressConnection connection =
                    new StressConnection(
                            username,
                            password,
                            tls.isGiven() ? tls.context() : null,
                            "lab-%08x-".formatted(ThreadLocalRandom.current().nextInt()));
            try (Publishers publishers =
                    new Publishers(
                            address, connection, first, last, duration.toMillis(), err::println)) {
                Analyser.join(publishers.open(), stop);
                err.printf("ready: pub-%d to pub-%d at %s%n", first, last, address);
                stop.await(Long.MAX_VALUE);
                return StressCommand.OK;
            }
        } catch (IOException e) {
            err.println("publisher: " + e.getMessage());
            return StressCommand.FAILED;
        }
    }
}
