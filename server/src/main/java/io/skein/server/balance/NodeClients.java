package io.skein.server.balance;

import io.skein.broker.Broker;
import io.skein.broker.ClientInfo;
import io.skein.broker.Referral;
import io.skein.server.net.EventLoops;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Those of a broker.
 *
 * @param loops that serve it
 */
public record NodeClients(Broker broker, EventLoops loops) implements Clients {
    @Override
    public long connected() {
        return Math.max(0, broker.counters().connectionsOpen.sum());
    }

    @Override
    public CompletableFuture<List<ClientInfo>> all() {
        return loops.clients(Integer.MAX_VALUE);
    }

    @Override
    public CompletableFuture<Boolean> send(String clientId, String to) {
        return loops.redirect(clientId, to, false);
    }

    @Override
    public void refer(@Nullable Referral referral) {
        broker.refer(referral);
    }
}
