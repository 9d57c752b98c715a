package io.skein.cluster.grid;

import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.tck.ClusterContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** The contract suite, bound to a grid of three nodes in one process. */
class GridContractTest extends ClusterContract {
    private final List<Integer> ports = new ArrayList<>();

    @Override
    protected int nodeCount() {
        return 3;
    }

    @Override
    protected Cluster open(int index, Path data) {
        if (ports.isEmpty()) {
            for (int i = 0; i < nodeCount(); i++) {
                ports.add(freePort());
            }
        }
        String seeds =
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        Map<String, String> options =
                Map.of(
                        GridSettings.NAME,
                        "contract-" + ports.getFirst(),
                        GridSettings.BIND,
                        "127.0.0.1:" + ports.get(index),
                        GridSettings.SEEDS,
                        seeds,
                        GridSettings.LINK,
                        "127.0.0.1:0");
        NodeInfo self = new NodeInfo("n" + index, "", "");
        return new GridArchitecture().open(new NodeSettings(self, data, Durability.SYNC, options));
    }

    /** A port below those that outgoing connections take. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
    }
}
