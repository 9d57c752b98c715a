package io.skein.lab.chaos;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.history.HistoryWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all clients of a run share.
 *
 * @param addresses of the nodes, in their order
 * @param nodeNames in the same order
 * @param roaming whether a client goes elsewhere when its node does not answer
 * @param window publishes of a client that may be without an answer
 * @param username to connect with, or null
 * @param password to connect with, or null
 */
record ChaosSetting(
        ClientLoops loops,
        List<BrokerAddress> addresses,
        List<String> nodeNames,
        boolean roaming,
        int window,
        @Nullable String username,
        @Nullable String password,
        HistoryWriter history,
        ChaosCounts counts) {
    /** Where to try after this node. */
    int next(int node) {
        return roaming ? (node + 1) % addresses.size() : node;
    }
}
