package io.skein.cluster.grid;

import io.skein.cluster.Architecture;
import io.skein.cluster.ArchitectureOption;
import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.standalone.SessionLog;
import java.util.List;
import java.util.Map;

/** Every node embeds the grid; there is nothing to install beside the broker. */
public final class GridArchitecture implements Architecture {
    /** For {@link java.util.ServiceLoader}. */
    public GridArchitecture() {}

    @Override
    public String name() {
        return "grid";
    }

    @Override
    public List<ArchitectureOption> options() {
        return GridSettings.OPTIONS;
    }

    @Override
    public void check(String node, Map<String, String> options) {
        GridSettings.of(new NodeInfo(node, "", ""), options, null);
    }

    @Override
    public Cluster open(NodeSettings settings) {
        GridSettings grid = GridSettings.of(settings.self(), settings.options(), settings.loop());
        return new GridCluster(
                grid,
                () ->
                        settings.durability() == Durability.NONE
                                ? null
                                : SessionLog.open(settings.dataDirectory(), settings.durability()));
    }
}
