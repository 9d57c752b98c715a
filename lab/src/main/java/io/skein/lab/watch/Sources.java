package io.skein.lab.watch;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.TlsFiles;
import io.skein.mqtt.ProtocolVersion;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Where the figures of a target come from. Closing ends the connections to them. */
public final class Sources implements AutoCloseable {
    private final List<FigureSource> sources;

    private Sources(List<FigureSource> sources) {
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

    List<FigureSource> list() {
        return sources;
    }

    @Override
    public void close() {
        sources.forEach(FigureSource::close);
    }
}
