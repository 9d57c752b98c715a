package io.skein.dist;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No node of a cluster is left, and then all are started again. */
class ClusterRestartIT {
    private static final int NODES = 3;

    @TempDir private Path directory;

    private static String[] session(int node) {
        return new String[] {"-c", "-i", "sleeper-" + node, "-q", "2", "-t", "kept/#"};
    }

    private static void fill(UpCluster cluster) {
        for (int node = 1; node <= NODES; node++) {
            Mosquitto.subscribeAndLeave(cluster.port(node), session(node));
        }
        for (int node = 1; node <= NODES; node++) {
            String topic = "kept/" + node;
            Mosquitto.pub(cluster.port(node), "-q", "2", "-t", topic, "-m", "from " + node);
        }
        Mosquitto.pub(cluster.port(1), "-q", "1", "-r", "-t", "retained", "-m", "state");
    }

    /** Each session is asked for at another node than before. */
    private static void check(UpCluster cluster) {
        for (int node = 1; node <= NODES; node++) {
            try (var sleeper = Mosquitto.sub(cluster.port(1 + node % NODES), session(node))) {
                sleeper.awaitMessages(
                        "kept/1 2 0 from 1", "kept/2 2 0 from 2", "kept/3 2 0 from 3");
            }
            try (var other = Mosquitto.sub(cluster.port(node), "-q", "1", "-t", "retained")) {
                other.awaitMessages("retained 1 1 state");
            }
        }
    }

    @Test
    void whatWasAcknowledgedIsThereWhenEveryNodeWasKilled() {
        try (UpCluster cluster = UpCluster.start(directory, NODES)) {
            fill(cluster);
            for (int node = 1; node <= NODES; node++) {
                cluster.kill(node);
            }
        }
        try (UpCluster again = UpCluster.start(directory, NODES)) {
            check(again);
            again.stopCleanly();
        }
    }

    @Test
    void whatWasAcknowledgedIsThereWhenTheClusterWasStopped() {
        try (UpCluster cluster = UpCluster.start(directory, NODES)) {
            fill(cluster);
            cluster.stopCleanly();
        }
        try (UpCluster again = UpCluster.start(directory, NODES)) {
            check(again);
        }
    }
}
