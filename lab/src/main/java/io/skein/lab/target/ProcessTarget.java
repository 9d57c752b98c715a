package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Brokers in processes of ours. */
record ProcessTarget(
        String name,
        String description,
        List<BrokerAddress> addresses,
        @Nullable String username,
        @Nullable String password,
        List<URI> metrics,
        List<LocalProcess> processes)
        implements Target {
    @Override
    public Set<Long> pids() {
        Set<Long> pids = new TreeSet<>();
        processes.forEach(process -> pids.addAll(process.pids()));
        return pids;
    }

    @Override
    public @Nullable String ended() {
        return processes.stream()
                .map(LocalProcess::ended)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        processes.forEach(LocalProcess::close);
    }
}
