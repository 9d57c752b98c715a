package io.skein.cluster.bridge;

import io.skein.cluster.Architecture;
import io.skein.cluster.ArchitectureOption;
import io.skein.cluster.Cluster;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.standalone.StandaloneArchitecture;
import java.util.List;
import java.util.Map;

/** Islands that keep what they are told on their own disks, and links between them. */
public final class BridgeArchitecture implements Architecture {
    /** For {@link java.util.ServiceLoader}. */
    public BridgeArchitecture() {}

    @Override
    public String name() {
        return "bridge";
    }

    @Override
    public List<ArchitectureOption> options() {
        return LinkOptions.ALL;
    }

    @Override
    public void check(String node, Map<String, String> options) {
        links(node, options);
    }

    private static List<LinkSettings> links(String node, Map<String, String> options) {
        List<LinkSettings> links = LinkOptions.read(node, options);
        links.forEach(FarTls::of); // what is wrong with their files is said before anything starts
        return links;
    }

    @Override
    public Cluster open(NodeSettings settings) {
        List<LinkSettings> links = links(settings.self().name(), settings.options());
        Topology topology =
                Topology.parse(settings.options().getOrDefault(LinkOptions.TOPOLOGY, ""));
        Cluster island =
                new StandaloneArchitecture()
                        .open(
                                new NodeSettings(
                                        settings.self(),
                                        settings.dataDirectory(),
                                        settings.durability(),
                                        Map.of()));
        return new BridgeCluster(island, links, topology);
    }
}
