package io.skein.server.balance;

import io.skein.broker.ClientInfo;
import io.skein.broker.Referral;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The clients of this node, as far as they can be moved. Any thread may ask. */
public interface Clients {
    /** How many are connected. */
    long connected();

    /** All sessions, connected or not. */
    CompletableFuture<List<ClientInfo>> all();

    /**
     * Sends a connected client to another node.
     *
     * @param to its address, {@code host:port}
     * @return whether it was connected
     */
    CompletableFuture<Boolean> send(String clientId, String to);

    /** Who connects is sent elsewhere; null: comes in. */
    void refer(@Nullable Referral referral);
}
