package io.skein.lab.watch;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.TlsFiles;
import io.skein.mqtt.ProtocolVersion;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where the figures of a target come from. Closing ends the connections to them. */
public final class Sources implements AutoCloseable {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<FigureSource> sources;

    Sources(List<FigureSource> sources) {
        this.sources = sources;
    }

    /** Nowhere. */
    public static Sources none() {
        return new Sources(List.of());
    }

    /** {@code $SYS} of the first address, and these Prometheus endpoints. */
    public static Sources of(
            BrokerAddress address,
            @Nullable String username,
            @Nullable String password,
            TlsFiles tls,
            List<URI> metrics)
            throws IOException {
        List<FigureSource> sources = new ArrayList<>();
        ConnectOptions options =
                ConnectOptions.builder()
                        .version(ProtocolVersion.MQTT_3_1_1)
                        .clientId("lab-sys-%08x".formatted(ThreadLocalRandom.current().nextInt()))
                        .credentials(username, password)
                        .tls(tls.isGiven() ? tls.context() : null)
                        .build();
        sources.add(SysTopics.watch(address, options));
        metrics.forEach(uri -> sources.add(new PrometheusEndpoint(uri)));
        return new Sources(List.copyOf(sources));
    }

    /**
     * Waits until the target has told its figures again: brokers publish {@code $SYS} every so many
     * seconds, and what they count meanwhile is not seen before. Returns at once where there are no
     * such figures, and at the latest after this time.
     */
    public void awaitFresh(Duration limit, StopSignal stop) {
        long since = System.nanoTime();
        while (sources.stream().anyMatch(source -> source.isOlderThan(since))
                && System.nanoTime() - since < limit.toNanos()) {
            if (stop.await(POLL_NANOS)) {
                return;
            }
        }
        stop.await(SETTLE_NANOS); // the topics of one round come one after the other
    }

    List<FigureSource> list() {
        return sources;
    }

    @Override
    public void close() {
        sources.forEach(FigureSource::close);
    }
}
