package io.skein.lab.edge;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.target.Target;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/** A broker of the experiment and how one gets there. */
record Side(Target target) {
    private static final AtomicLong CLIENTS = new AtomicLong();
    private static final int TIMEOUT_MILLIS = 60_000;

    BrokerAddress address() {
        return target.addresses().getFirst();
    }

    /** Where a link to it leads. */
    InetSocketAddress socket() {
        return new InetSocketAddress(address().host(), address().port());
    }

    /** The same broker at the near end of a link. */
    BrokerAddress through(InetSocketAddress link) {
        return new BrokerAddress(
                false,
                address().webSocketPath(),
                link.getAddress().getHostAddress(),
                link.getPort());
    }

    /** A fresh session of MQTT 5 under a name that nobody else has. */
    ConnectOptions options(String role, String run) {
        return ConnectOptions.builder()
                .clientId("lab-%s-%s-%d".formatted(run, role, CLIENTS.incrementAndGet()))
                .credentials(target.username(), target.password())
                .timeoutMillis(TIMEOUT_MILLIS)
                .build();
    }
}
