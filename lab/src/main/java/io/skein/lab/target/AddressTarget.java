package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.BrokerUrl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brokers that run already, known by their addresses; looked into where they are local. */
record AddressTarget(
        List<BrokerAddress> addresses, @Nullable String username, @Nullable String password)
        implements Target {
    /**
     * The brokers at these URLs, with commas between them; the first credentials count.
     *
     * @throws IllegalArgumentException if one of them is no URL of a broker, or names a topic
     */
    static AddressTarget parse(String urls) {
        List<BrokerAddress> addresses = new ArrayList<>();
        String username = null;
        String password = null;
        for (String url : urls.split(",")) {
            BrokerUrl parsed = BrokerUrl.parse(url);
            if (parsed.topic() != null) {
                throw new IllegalArgumentException(
                        "target '" + url + "' names a topic; the laboratory has topics of its own");
            }
            addresses.add(parsed.address());
            if (username == null) {
                username = parsed.username();
                password = parsed.password();
            }
        }
        return new AddressTarget(List.copyOf(addresses), username, password);
    }

    @Override
    public String name() {
        return addresses.stream().map(BrokerAddress::toString).collect(Collectors.joining(","));
    }

    @Override
    public String description() {
        return "";
    }

    @Override
    public Set<Long> pids() {
        Set<Long> pids = new TreeSet<>();
        ListeningProcesses listening = new ListeningProcesses(Path.of("/proc"));
        addresses.stream()
                .filter(TargetWatch::isLocal)
                .forEach(address -> pids.addAll(listening.on(address.port())));
        pids.remove(ProcessHandle.current().pid());
        return pids;
    }

    @Override
    public void close() {
        // It was there before, and it stays.
    }
}
