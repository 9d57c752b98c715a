package io.skein.cli.up;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Makes a cluster that runs larger or smaller. For one change at a time. Where nodes read at their
 * start who the others are, those that run are restarted one after the other.
 */
final class Changes {
    private final LocalCluster cluster;

    Changes(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Adds a node and waits until it serves and sees the others.
     *
     * @param limit how long a node may take until it serves
     * @param progress told what happens
     * @return what is there
     * @throws ClusterFailedException if that does not come about; the cluster is what it was then
     */
    String add(Duration limit, Consumer<String> progress)
            throws ClusterFailedException, InterruptedException {
        ClusterPlan before = cluster.plan();
        ClusterPlan after = cluster.change(before.grown());
        NodePlan node = after.nodes().getLast();
        try {
            if (after.tellsNodesAtStart()) {
                restartAll(limit, progress);
            }
            progress.accept("starting " + node.name());
            cluster.begin(node);
            cluster.awaitMember(node, limit);
        } catch (ClusterFailedException | InterruptedException e) {
            cluster.end(node);
            cluster.change(after.without(node));
            throw e;
        }
        return "%s is ready: %s admin %s".formatted(node.name(), node.mqttUrl(), node.adminUrl());
    }

    /**
     * Stops a node for good. Its directory stays.
     *
     * @param limit how long each of the others may take until it serves again, where they are
     *     restarted
     * @param progress told what happens
     * @return what is no longer there
     * @throws ClusterFailedException if there is no such node, or it is the only one, or others do
     *     not come back
     */
    String remove(String name, Duration limit, Consumer<String> progress)
            throws ClusterFailedException, InterruptedException {
        ClusterPlan before = cluster.plan();
        NodePlan node = named(before, name);
        if (before.nodes().size() == 1) {
            throw new ClusterFailedException(
                    name + " is the only node; stop the cluster where it was started");
        }
        progress.accept("stopping " + name);
        cluster.end(node);
        ClusterPlan after = cluster.change(before.without(node));
        if (after.tellsNodesAtStart()) {
            restartAll(limit, progress);
        }
        return "%s is removed; what it kept stays in %s".formatted(name, node.directory());
    }

    private static NodePlan named(ClusterPlan plan, String name) throws ClusterFailedException {
        return plan.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ClusterFailedException(
                                "there is no node '%s'; there are %s"
                                        .formatted(
                                                name,
                                                String.join(
                                                        ", ",
                                                        plan.nodes().stream()
                                                                .map(NodePlan::name)
                                                                .toList()))));
    }

    private void restartAll(Duration limit, Consumer<String> progress)
            throws ClusterFailedException, InterruptedException {
        for (NodePlan node : cluster.running()) {
            progress.accept(
                    "restarting %s, which is told of the others at its start only"
                            .formatted(node.name()));
            cluster.end(node);
            cluster.begin(node);
            cluster.awaitMember(node, limit);
        }
    }
}
