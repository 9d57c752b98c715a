package io.skein.cli.up;

import java.util.ArrayList;
import java.util.List;

/**
 * What nodes of the architecture {@code bridge} are told of each other: each sends everything that
 * begins there straight to each of the others.
 */
final class Islands {
    /** They are on one machine: nobody is spared by a longer pause. */
    private static final int RETRY_SECONDS = 2;

    private Islands() {}

    /** The part {@code cluster} of a node's configuration; empty for a node alone. */
    static String cluster(List<NodePlan> nodes, NodePlan node) {
        if (nodes.size() < 2) {
            return "";
        }
        StringBuilder yaml = new StringBuilder("cluster:\n");
        yaml.append("  topology: ").append(String.join(",", pairs(nodes))).append('\n');
        yaml.append("  links:\n");
        for (NodePlan other : nodes) {
            if (!other.equals(node)) {
                yaml.append("    - name: ").append(other.name()).append('\n');
                yaml.append("      address: ").append(other.mqttUrl()).append('\n');
                yaml.append("      admin: ").append(other.adminUrl()).append('\n');
                yaml.append("      topics: [\"# out 2\"]\n");
                yaml.append("      retry-seconds-maximum: ").append(RETRY_SECONDS).append('\n');
            }
        }
        return yaml.toString();
    }

    private static List<String> pairs(List<NodePlan> nodes) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = i + 1; j < nodes.size(); j++) {
                pairs.add(nodes.get(i).name() + "/" + nodes.get(j).name());
            }
        }
        return pairs;
    }
}
